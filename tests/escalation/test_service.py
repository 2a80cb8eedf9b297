"""The paths of real services' deployers: what the published catalogues list, and what a boundary leaves of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sls_leastpriv.commands.service import predicted
from sls_leastpriv.escalation.paths import Path as Escalation
from sls_leastpriv.escalation.service import service_paths
from sls_leastpriv.read.source import Inputs
from tests.commands.run import run, write
from tests.fixture import ACCOUNT, handoff


def fixture_paths(name: str, folder: Path) -> tuple[Escalation, ...]:
    service = predicted(Inputs(handoff=str(handoff(name, folder)), account=ACCOUNT, previous="none"), places=False)
    return service_paths(service.project, service.policies.whole)


@pytest.mark.parametrize("name", ["bucket-topic", "http-api", "queue-stream-schedule", "rest-api", "state-machine", "vpc-function"])
def test_without_a_boundary_the_deployer_is_an_administrator(name: str, tmp_path: Path) -> None:
    found = [path for path in fixture_paths(name, tmp_path) if path.reach == "anything"]
    methods = {method for path in found for method in path.methods}
    assert {"put-role-policy", "update-assume-role-policy", "lambda-update-code", "lambda-update-configuration"} <= methods
    assert {path.target for path in found} >= {"role IamRoleLambdaExecution"}


def test_a_new_function_is_a_path_where_something_can_call_it(tmp_path: Path) -> None:
    def creating(name: str) -> list[Escalation]:
        return [path for path in fixture_paths(name, tmp_path) if "lambda-create-function" in path.methods]

    assert creating("http-api") and not creating("vpc-function")


def test_a_state_machine_with_a_role_is_a_path(tmp_path: Path) -> None:
    assert any("states-state-machine" in path.methods for path in fixture_paths("state-machine", tmp_path))


def test_the_frameworks_own_function_may_attach_any_policy_to_any_role(tmp_path: Path) -> None:
    """Its role for the logs of an API holds `iam:AttachRolePolicy` on `role/*`."""
    by_function = [
        path
        for path in fixture_paths("rest-api", tmp_path)
        if path.steps[0].by == "role IamRoleCustomResourcesLambdaExecution" and path.steps[0].action == "iam:AttachRolePolicy"
    ]
    assert {path.target for path in by_function} >= {f"role arn:aws:iam::{ACCOUNT}:role/*", "role IamRoleLambdaExecution"}


def test_a_role_of_another_stack_is_reached_and_not_known(tmp_path: Path) -> None:
    outside = [path for path in fixture_paths("variables", tmp_path) if path.reach == "unknown"]
    assert {path.target for path in outside} == {f"role arn:aws:iam::{ACCOUNT}:role/mail-sender"}


def test_the_role_of_cloudformation_is_used_by_the_deployer(tmp_path: Path) -> None:
    """Its own boundary can be taken off: the policy is written without `--boundary`."""
    found = fixture_paths("deployment-role", tmp_path)
    assert {path.target for path in found if path.reach == "declared"} == {"role of CloudFormation"}
    lifted = [path for path in found if path.reach == "anything"]
    assert lifted and all(path.methods[0] == "delete-role-boundary" for path in lifted)
    assert {step.by for path in lifted for step in path.steps} == {"role of CloudFormation"}


def test_any_given_policy_is_analysed_in_the_services_landscape(tmp_path: Path) -> None:
    allow = {"Effect": "Allow", "Action": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"}
    given = write(tmp_path / "policy.json", {"Version": "2012-10-17", "Statement": [allow]})
    service = ("--handoff", handoff("http-api", tmp_path), "--account", ACCOUNT, "--previous", "none")
    outcome = run("check", *service, "--policy", given, "--format", "report")
    found = {(path["reach"], path["target"]) for path in outcome.json()["check"]["escalations"]}
    assert found == {("unknown", "role *"), ("declared", "role IamRoleLambdaExecution")}
    assert "path: role *: the deployer runs its code in a new function" in run("check", *service, "--policy", given).err
