"""Runs that are killed between any two calls, and runs side by side: the principal keeps its policies, and nothing is left over."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from sls_leastpriv.apply.iam import Iam
from sls_leastpriv.apply.plan import same
from sls_leastpriv.apply.run import apply_planner, carry_out, undo_planner
from sls_leastpriv.apply.state import TAG_RUN, Account, Holder, Target
from sls_leastpriv.apply.steps import Step
from sls_leastpriv.check.aws import Aws
from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.evaluate import Request, evaluate
from tests.moto_server import Moto

SET = "orders-dev-deployer"
HOLDER = Holder("role", "deployer")
OTHERS = 7
"""Policies that the role has besides: with them two sets do not fit beside each other."""
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}

Documents = Mapping[str, Mapping[str, Any]]


def document(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}]}


def actions_of(documents: Documents) -> set[str]:
    return {action for one in documents.values() for statement in one["Statement"] for action in statement["Action"]}


WHOLE = {SET: document("s3:GetObject", "s3:PutObject", "lambda:GetFunction")}
PARTS = {
    f"{SET}-base": document("s3:GetObject", "s3:PutObject"),
    f"{SET}-services": document("lambda:GetFunction", "sqs:CreateQueue"),
}
SHIFTED = {f"{SET}-base": document("s3:GetObject"), f"{SET}-services": document("lambda:GetFunction", "s3:PutObject")}
MANY = {f"{SET}-{number}": document("s3:GetObject", f"sqs:Action{number}") for number in range(2)}
OTHER_MANY = {f"{SET}-x{number}": document("s3:GetObject", f"sqs:Action{number}") for number in range(2)}

TRANSITIONS: dict[str, tuple[Documents, Documents]] = {
    "the first time": ({}, PARTS),
    "one becomes two": (WHOLE, PARTS),
    "two become one": (PARTS, WHOLE),
    "a grant moves": (PARTS, SHIFTED),
    "more than fit beside each other": (MANY, OTHER_MANY),
    "everything goes": (PARTS, {SET: document("sns:Publish")}),
}


class Killed(BaseException):
    """What kills a run: nothing in the product can catch it."""


class Watched(Iam):
    """Looks at the account after every call, and dies after `lives` of them."""

    def __init__(self, *args: Any, lives: int = 10_000, look: Callable[[], None] = lambda: None) -> None:
        super().__init__(*args)
        self.lives, self.look, self.calls = lives, look, 0

    def take(self, step: Step) -> None:
        if self.calls == self.lives:
            raise Killed
        super().take(step)
        self.calls += 1
        self.look()


def target(documents: Documents, **more: Any) -> Target:
    return Target(SET, HOLDER, documents, **more)


def iam(**more: Any) -> Watched:
    return Watched(_aws(), SET, HOLDER, **more)


@cache
def _aws() -> Aws:
    """One client for all: making one costs more than a run."""
    return Aws("us-east-1")


def apply(documents: Documents, **more: Any) -> Watched:
    return apply_to(iam(**more), documents)


def apply_to(watched: Watched, documents: Documents) -> Watched:
    carry_out(watched, apply_planner(target(documents)), lambda _: None)
    return watched


def go_back(**more: Any) -> Watched:
    watched = iam(**more)
    carry_out(watched, undo_planner(watched, HOLDER), lambda _: None)
    return watched


def read() -> Account:
    return iam().read()


def looking(before: Documents, after: Documents) -> Callable[[], None]:
    """The law: what was granted and stays granted is granted at every moment, and never more policies than may be."""
    kept = actions_of(before) & actions_of(after)

    def look() -> None:
        stored, attached = inside()
        policies = [compile_policy(one) for one in attached]
        for action in kept:
            assert evaluate(Request(action, "*"), identity=policies).outcome == "allowed", action
        assert len(attached) <= 10
        assert all(len(versions) <= 5 for versions in stored)

    return look


def inside() -> tuple[list[Any], list[Any]]:
    """The versions of all policies, and the documents of those that the role has: asked of the emulator's memory, not by calls."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.iam import iam_backends

    backend = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    role = next((one for one in backend.roles.values() if one.name == HOLDER.name), None)
    stored = [one.versions for one in backend.managed_policies.values() if one.path.startswith("/leastpriv/")]
    policies = role.managed_policies.values() if role is not None else ()
    attached = [json.loads(version.document) for one in policies for version in one.versions if version.is_default]
    return stored, attached


def assert_has(documents: Documents) -> None:
    """The role has these and no others, and what is not attached is kept for the undo of the last run only."""
    found = read()
    assert sorted(found.attached) == sorted(documents)
    assert all(same(found.attached[name], one) for name, one in documents.items())
    last = found.last_run(HOLDER)
    for stored in found.stored.values():
        assert stored.attached or (last is not None and stored.of(last)), stored


@pytest.fixture
def role(moto: Moto) -> Iterator[Any]:
    _aws.cache_clear()
    client = moto.client("iam")
    client.create_role(RoleName=HOLDER.name, AssumeRolePolicyDocument="{}")
    for number in range(OTHERS):
        made = client.create_policy(PolicyName=f"others-{number}", PolicyDocument=json.dumps(document("sns:Publish")))
        client.attach_role_policy(RoleName=HOLDER.name, PolicyArn=made["Policy"]["Arn"])
    yield client
    attached = client.list_attached_role_policies(RoleName=HOLDER.name)["AttachedPolicies"]
    assert sum(one["PolicyName"].startswith("others-") for one in attached) == OTHERS


def reset(client: Any) -> None:
    """Takes the set away, so that the next kill starts afresh."""
    for one in read().stored.values():
        if one.attached:
            client.detach_role_policy(RoleName=HOLDER.name, PolicyArn=one.arn)
        for version in one.versions:
            if version != one.default:
                client.delete_policy_version(PolicyArn=one.arn, VersionId=version)
        client.delete_policy(PolicyArn=one.arn)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_run_that_is_killed_anywhere_ends_where_it_was_to(name: str, role: Any) -> None:
    before, after = TRANSITIONS[name]
    look = looking(before, after)
    if before:
        apply(before)
    calls = apply(after, look=look).calls
    assert calls > 1
    for lives in range(calls):
        reset(role)
        if before:
            apply(before)
        with pytest.raises(Killed):
            apply(after, lives=lives, look=look)
        look()
        apply(after, look=look)
        assert_has(after)
        go_back(look=look)
        assert_has(before)


@pytest.mark.parametrize("name", TRANSITIONS)
@pytest.mark.usefixtures("role")
def test_an_undo_that_is_killed_anywhere_ends_where_it_was_to(name: str) -> None:
    before, after = TRANSITIONS[name]
    look = looking(before, after)
    if before:
        apply(before)
    apply(after)
    calls = go_back(look=look).calls
    assert_has(before)
    for lives in range(calls):
        apply(after)
        with pytest.raises(Killed):
            go_back(lives=lives, look=look)
        look()
        go_back(look=look)
        assert_has(before)


def test_a_killed_run_can_be_undone(role: Any) -> None:
    apply(PARTS)
    calls = apply(WHOLE).calls
    for lives in range(1, calls):
        reset(role)
        apply(PARTS)
        with pytest.raises(Killed):
            apply(WHOLE, lives=lives)
        go_back()
        assert_has(PARTS)


@pytest.mark.usefixtures("role")
def test_a_second_run_does_nothing() -> None:
    apply(PARTS)
    assert apply(PARTS).calls == 0
    reordered = {name: {**one, "Statement": list(reversed(one["Statement"]))} for name, one in PARTS.items()}
    assert apply(reordered).calls == 0


@pytest.mark.usefixtures("role")
def test_the_sixth_version_takes_the_place_of_the_oldest_and_the_last_stays_for_the_undo() -> None:
    for number in range(9):
        apply({SET: document("s3:GetObject", f"sqs:Action{number}")}, look=lambda: None)
    (stored,) = read().stored.values()
    assert len(stored.versions) == 5
    go_back()
    assert_has({SET: document("s3:GetObject", "sqs:Action7")})
    assert go_back().calls == 0


@pytest.mark.usefixtures("role")
def test_a_boundary_is_set_first_and_undone() -> None:
    boundary = "arn:aws:iam::123456789012:policy/others-0"
    watched = iam()
    carry_out(watched, apply_planner(target(PARTS, boundary=boundary)), lambda _: None)
    assert read().boundary == boundary
    assert_has(PARTS)
    go_back()
    assert read().boundary is None
    assert_has({})


def test_a_role_that_apply_created_goes_with_the_undo(moto: Moto) -> None:
    _aws.cache_clear()
    carry_out(iam(), apply_planner(target(PARTS, trust=TRUST)), lambda _: None)
    assert moto.client("iam").get_role(RoleName=HOLDER.name)["Role"]["Tags"][0]["Key"] == TAG_RUN
    assert_has(PARTS)
    go_back()
    assert not read().exists
    assert read().stored == {}


@pytest.mark.parametrize("targets", [(PARTS, PARTS), (PARTS, SHIFTED), (WHOLE, PARTS, SHIFTED)])
def test_runs_side_by_side_leave_one_of_their_targets(targets: tuple[Documents, ...], role: Any) -> None:
    """Each looks at the end whether its own target was reached; one that is overtaken says so, and nobody leaves a mixture."""
    for _ in range(2):
        apply({SET: document("s3:GetObject", "sns:Publish")})
        barrier = threading.Barrier(len(targets))
        errors: list[BaseException] = []

        def contend(documents: Documents, barrier: threading.Barrier = barrier, errors: list[BaseException] = errors) -> None:
            watched = iam(look=looking(WHOLE, {SET: document("s3:GetObject")}))
            barrier.wait()
            try:
                apply_to(watched, documents)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=contend, args=(one,)) for one in targets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {str(one) for one in errors} <= {"another run for the same policies began meanwhile, and goes on"}
        assert len(errors) < len(targets)
        attached = read().attached
        (reached,) = [one for one in (PARTS, SHIFTED, WHOLE) if one in targets and one == attached]
        assert_has(reached)
        reset(role)
