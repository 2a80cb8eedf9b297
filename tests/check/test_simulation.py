"""The check of a principal that may not read its policies, but simulate them: a stub of IAM speaks the simulator's wire format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.check.running import USER, Desk, actions, allow, deny, found, policy
from tests.check.simulator import Simulator
from tests.check.stub import Stub
from tests.e2e.loop.policies import without
from tests.fixture import ACCOUNT

BUCKET = "arn:aws:s3:::corporate-deployments"
EVERYTHING = policy(allow("*"))
BY_SIMULATION = f"check: user `deployer` of {ACCOUNT}, by IAM's policy simulator"
SIMULATE = "SimulatePrincipalPolicy"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def asked(desk: Desk, simulator: Simulator, *arguments: str | Path) -> tuple[dict[str, Any], Stub]:
    with Stub(simulator) as stub:
        return found(desk.check("--format", "report", *arguments, env=stub.env)), stub


def test_the_generated_policy_is_enough_and_without_an_action_just_that_is_missing(desk: Desk) -> None:
    generated = desk.run("generate").json()
    with Stub(Simulator([generated])) as stub:
        outcome = desk.check(env=stub.env)
    assert outcome.code == 0
    lines = [line for line in outcome.err.splitlines() if not line.startswith("asking ")]
    assert lines[:2] == [
        "note: what CloudFormation's own role needs (55) is not checked; `check --principal ARN` with its ARN does that",
        BY_SIMULATION,
    ]
    assert lines[-1] == "0 missing · 0 cannot be known · 19 needs of `ledger-prod`"
    for action in ("cloudformation:ExecuteChangeSet", "iam:PassRole", "kms:Decrypt", "s3:PutObject"):
        answer, _ = asked(desk, Simulator([without(generated, action)]), "--max-age", "0")
        assert set(actions(answer["missing"])) == {action}
        answer, _ = asked(desk, Simulator([generated, policy(deny(action))]), "--max-age", "0")
        assert {(one["action"], *one["lacks"]) for one in answer["missing"]} == {(action, "deny")}


@pytest.mark.parametrize("service", ["rest-api", "queue-stream-schedule"])
def test_it_says_what_reading_the_policies_says(service: str, tmp_path: Path) -> None:
    """For needs of every kind: with conditions, on patterns, on several resources."""
    desk = Desk(tmp_path, service)
    generated = desk.run("generate").json()
    del generated["Statement"][::5]
    read = found(desk.check("--policy", desk.file("read.json", generated), "--format", "report"))
    answer, _ = asked(desk, Simulator([generated]))
    wanted = {(one["action"], one["resource"]) for one in read["missing"] + read["unknown"]}
    assert {(one["action"], one["resource"]) for one in answer["missing"]} == wanted
    assert answer["excess"] is None and answer["add"] == read["add"]


@pytest.mark.parametrize("combined", [False, True])
def test_answers_on_many_pages(desk: Desk, combined: bool) -> None:
    answer, stub = asked(desk, Simulator([policy(allow("s3:*"))], page=2, combined=combined))
    assert len(answer["missing"]) == 14 and not answer["unknown"]
    markers = [one.form["Marker"] for one in stub.asked if "Marker" in one.form]
    assert "2" in markers and "4" in markers


def test_requests_are_put_together(tmp_path: Path) -> None:
    """One request for all actions on a resource, and one for all resources with the same actions."""
    desk = Desk(tmp_path, "rest-api")
    answer, stub = asked(desk, Simulator([EVERYTHING]))
    assert answer["asked"] > 200
    requests = [one for one in stub.asked if one.operation == SIMULATE]
    assert len(requests) <= 35
    first = requests[0].form
    assert first["PolicySourceArn"] == USER
    keys = {value for name, value in first.items() if name.endswith("ContextKeyName")}
    assert {"aws:RequestedRegion", "aws:SecureTransport"} <= keys
    passed = [one.form for one in requests if "iam:PassRole" in one.form.values()]
    assert passed and all("iam:PassedToService" in form.values() for form in passed)


def test_requests_are_made_side_by_side(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "rest-api")
    with Stub(Simulator([EVERYTHING]), delay=0.25) as stub:
        outcome = desk.check(env=stub.env)
    assert 4 <= stub.most_at_a_time <= 8
    assert "asking IAM what the principal is allowed" in outcome.err, "it takes longer than a second"


def test_it_asks_again_when_it_is_throttled(desk: Desk) -> None:
    answer, stub = asked(desk, Simulator([EVERYTHING], throttled=3))
    assert (answer["missing"], answer["unknown"]) == ([], [])
    assert stub.operations.count(SIMULATE) > 3


def test_it_gives_up_when_it_is_throttled_for_ever(desk: Desk) -> None:
    with Stub(Simulator([EVERYTHING], throttled=10_000)) as stub:
        outcome = desk.check("--timeout", "6", env=stub.env)
    assert outcome.code == 4
    assert "error: the check cannot be made: AWS was asked too often and refuses to answer now\nhelp: try again" in outcome.err


def test_what_the_organization_does_not_allow(desk: Desk) -> None:
    organization = policy(allow("*"), {"Effect": "Deny", "Action": "kms:*", "Resource": "*"})
    limit = policy({"Effect": "Allow", "NotAction": "kms:*", "Resource": "*"})
    answer, _ = asked(desk, Simulator([EVERYTHING], organization=[limit]))
    assert actions(answer["missing"]) == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert {(tuple(one["lacks"]), one["reason"]) for one in answer["missing"]} == {
        (("organization",), "the organization's service control policies do not allow it")
    }
    assert answer["add"] is None, "no policy of the principal can mend that"
    with Stub(Simulator([EVERYTHING], organization=[organization])) as stub:
        text = desk.check("--max-age", "0", env=stub.env).err
    assert "what the organization does not allow, only its administrators can change" in text


def test_what_the_boundary_does_not_allow(desk: Desk) -> None:
    boundary = policy(allow(["cloudformation:*", "s3:*", "lambda:*", "iam:*", "ecr:*"]))
    answer, _ = asked(desk, Simulator([EVERYTHING], boundary=[boundary]))
    assert actions(answer["missing"]) == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert [one["lacks"] for one in answer["missing"]] == [["boundary"], ["boundary"]]
    assert answer["add"] is None and answer["addToBoundary"]["Statement"][0]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_a_key_that_nobody_gave_is_no_denial(desk: Desk) -> None:
    """The simulator takes a key that it was not given for absent, says so, and does so for every action."""
    tagged = policy(
        allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "ledger"}}),
        allow(["cloudformation:*", "iam:*", "kms:*", "lambda:*", "ecr:*"]),
        allow("sns:*", Condition={"StringEquals": {"sns:Protocol": "https"}}),
    )
    answer, _ = asked(desk, Simulator([tagged]))
    assert not answer["missing"]
    unknown = {one["action"] for one in answer["unknown"]}
    assert {"s3:PutObject", "s3:ListBucket"} <= unknown
    assert {key for one in answer["unknown"] for key in one["keys"]} == {"aws:PrincipalTag/team"}


def test_what_iam_takes_for_malformed_is_left_out(desk: Desk) -> None:
    answer, stub = asked(desk, Simulator([EVERYTHING], refuses=frozenset({"cloudformation:ExecuteChangeSet"})))
    assert actions(answer["unknown"]) == ["cloudformation:ExecuteChangeSet"]
    assert answer["unknown"][0]["reason"] == "the policy simulator takes no such request"
    assert not answer["missing"]
    assert len(stub.operations) < 30


def test_a_role_of_identity_center_is_found_below_its_path(desk: Desk) -> None:
    name = "AWSReservedSSO_Deployers_0123456789abcdef"
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/alice"
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/{name}"
    answer, _ = asked(desk, Simulator([EVERYTHING], arn=role, caller=session))
    assert answer["principal"] == {"arn": role, "kind": "role", "name": name, "account": ACCOUNT, "pathKnown": True}
    assert answer["missing"] == []
    assert "a session policy, if the role was assumed with one" in answer["limits"]


def test_a_role_whose_path_is_not_known_cannot_be_simulated(desk: Desk) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run-1"
    with Stub(Simulator([EVERYTHING], arn=f"arn:aws:iam::{ACCOUNT}:role/teams/ci", caller=session)) as stub:
        outcome = desk.check(env=stub.env)
    assert outcome.code == 4
    assert f"the policies of role `ci` of {ACCOUNT} may not be read, and IAM's policy simulator needs the path" in outcome.err
    assert '"iam:GetRole"' in outcome.err and f'"arn:aws:iam::{ACCOUNT}:role/*/ci"' in outcome.err


def test_another_principal_is_asked_about(desk: Desk) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/teams/ci"
    answer, stub = asked(desk, Simulator([policy(allow("s3:*", f"{BUCKET}/*"))], arn=role), "--principal", role)
    assert answer["principal"]["arn"] == role
    assert "GetCallerIdentity" not in stub.operations
    assert "s3:PutObject" not in actions(answer["missing"]) and "s3:ListBucket" in actions(answer["missing"])


def test_the_cloudformation_role_is_asked_about_its_own_needs(desk: Desk) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/cloudformation-ledger"
    answer, _ = asked(desk, Simulator([policy()], arn=role), "--principal", role)
    assert "lambda:CreateFunction" in actions(answer["missing"])
    assert "cloudformation:CreateChangeSet" not in actions(answer["missing"])
