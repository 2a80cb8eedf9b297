"""Reading policies: what moto does not play."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.check.reader import Reader
from tests.check.running import Desk, actions, allow, found, policy
from tests.check.stub import Stub

EVERYTHING = policy(allow("*"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def checked(desk: Desk, reader: Reader, delay: float = 0.0) -> tuple[int, dict[str, Any], Stub]:
    with Stub(reader, delay=delay) as stub:
        outcome = desk.check("--format", "report", env=stub.env)
    return outcome.code, found(outcome), stub


def test_many_policies_on_many_pages(desk: Desk) -> None:
    pieces = [allow("cloudformation:*"), allow("s3:*"), allow("kms:*"), allow("iam:*"), allow("lambda:*"), allow("ecr:*")]
    held = {f"piece-{number}": policy(one) for number, one in enumerate(pieces)}
    code, answer, stub = checked(desk, Reader(held, page=2))
    assert (code, answer["missing"], answer["unknown"]) == (0, [], [])
    assert stub.operations.count("ListAttachedUserPolicies") == 3
    assert {(one["arn"], one["version"]) for one in answer["evidence"]["policies"]} == {(Reader.arn(name), "v7") for name in held}


def test_policies_are_read_side_by_side(desk: Desk) -> None:
    held = {f"piece-{number}": policy(allow("s3:*")) for number in range(10)}
    _, _, stub = checked(desk, Reader(held), delay=0.2)
    assert len(stub.asked) > 20
    assert 4 <= stub.most_at_a_time <= 8


def test_the_permissions_boundary_of_a_user_counts(desk: Desk) -> None:
    limit = policy({"Effect": "Allow", "NotAction": "kms:*", "Resource": "*"})
    code, answer, _ = checked(desk, Reader({"everything": EVERYTHING, "limit": limit}, boundary="limit"))
    assert code == 1
    assert [(one["action"], one["lacks"]) for one in answer["missing"]] == [
        ("kms:Decrypt", ["boundary"]),
        ("kms:GenerateDataKey", ["boundary"]),
    ]
    assert answer["evidence"]["boundary"] == [
        {"name": "the permissions boundary `limit`", "arn": Reader.arn("limit"), "version": "v7"}
    ]
    assert answer["add"] is None
    assert answer["addToBoundary"]["Statement"][0]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


@pytest.mark.parametrize("content", ["no JSON", '{"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps"}]}', None])
def test_a_policy_that_nobody_understands_is_one_that_could_not_be_read(content: str | None, desk: Desk) -> None:
    code, answer, _ = checked(desk, Reader({"everything": EVERYTHING, "strange": content}))
    assert code == 4
    unread = "(the content of `strange`)" if content else "(a policy that was removed meanwhile)"
    assert unread in answer["evidence"]["unread"]
    assert (actions(answer["missing"]), len(answer["unknown"])) == ([], 19), "it may deny anything"


def test_what_was_read_answers_other_questions_too(desk: Desk) -> None:
    """Policies are kept as such: another command, or a changed service, costs no further call."""
    with Stub(Reader({"everything": EVERYTHING})) as stub:
        first = found(desk.check("--format", "report", "--commands", "deploy", env=stub.env))
        asked = len(stub.asked)
        again = found(desk.check("--format", "report", "--commands", "deploy,remove,logs", env=stub.env))
        other = Desk(desk.folder, "http-api")
        third = other.check(env=stub.env)
    assert len(stub.asked) == asked
    assert again["asked"] > first["asked"]
    assert again["evidence"]["cached"] and again["principal"] == first["principal"]
    assert third.code == 0 and "as read less than a minute ago" in third.err
