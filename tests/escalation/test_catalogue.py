"""Every method of the catalogue is found in the smallest policy that has it, and not without one of its steps."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.escalation.analyse import analyse
from sls_leastpriv.escalation.methods import Method, methods
from sls_leastpriv.escalation.paths import Path

ACCOUNT = "arn:aws:iam::111111111111"


def allow(actions: list[str], resource: Any = "*", condition: Any = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return statement if condition is None else {**statement, "Condition": condition}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def paths(*statements: dict[str, Any]) -> tuple[Path, ...]:
    return analyse([policy(*statements)])


def named(found: tuple[Path, ...]) -> set[str]:
    return {name for path in found if path.exceeds for name in path.methods}


@pytest.mark.parametrize("method", methods(), ids=lambda method: method.name)
def test_each_method_is_found_in_its_smallest_policy(method: Method) -> None:
    steps = [step.actions[-1] for step in method.steps]
    assert method.name in named(paths(allow(steps)))
    for missing in range(len(steps)):
        left = [action for index, action in enumerate(steps) if index != missing]
        assert not left or method.name not in named(paths(allow(left)))


def test_administrators_have_every_path_each_with_its_source() -> None:
    found = paths(allow(["*"]))
    assert named(found) == {method.name for method in methods()}
    assert all(step.source.startswith("https://") and step.why for path in found for step in path.steps)


def test_a_deny_on_everything_leaves_no_path() -> None:
    deny = {"Effect": "Deny", "Action": ["iam:*", "lambda:*"], "Resource": "*"}
    assert paths(allow(["iam:*", "lambda:*"]), deny) == ()


def test_a_deny_on_one_role_leaves_the_others() -> None:
    deny = {"Effect": "Deny", "Action": "iam:PutRolePolicy", "Resource": f"{ACCOUNT}:role/admin"}
    assert "put-role-policy" in named(paths(allow(["iam:PutRolePolicy"]), deny))


def test_a_role_can_be_handed_only_to_the_service_of_the_condition() -> None:
    passing = allow(["iam:PassRole"], condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
    found = named(paths(passing, allow(["lambda:CreateFunction", "lambda:InvokeFunction", "ec2:RunInstances"])))
    assert found == {"lambda-create-function"}


def test_attaching_some_policy_only_is_no_path() -> None:
    some = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    assert paths(allow(["iam:AttachRolePolicy"], condition=some)) == ()


def test_writing_roles_within_a_boundary_reaches_the_boundary_only() -> None:
    bound = {"StringEquals": {"iam:PermissionsBoundary": f"{ACCOUNT}:policy/functions"}}
    (path,) = paths(allow(["iam:PutRolePolicy"], f"{ACCOUNT}:role/*", bound))
    assert (path.reach, path.within, path.exceeds) == ("boundary", f"{ACCOUNT}:policy/functions", False)


def test_a_condition_that_cannot_be_decided_is_named() -> None:
    (path,) = paths(allow(["iam:CreateAccessKey"], condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    assert path.steps[0].depends == ("aws:MultiFactorAuthPresent",)


def test_a_policy_that_names_no_method_has_no_path() -> None:
    assert paths(allow(["s3:*", "dynamodb:*", "iam:GetRole", "iam:ListRoles", "lambda:InvokeFunction"])) == ()
