"""The deployer's needs under a boundary, and what is said where it is not wired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.boundary.needs import guarded_actions
from tests.commands.run import STACK, run, write

BOUNDARY = "arn:aws:iam::111111111111:policy/orders-dev-boundary"
ROLE: dict[str, Any] = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": "job",
        "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]},
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        "Policies": [
            {
                "PolicyName": "p",
                "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]},
            }
        ],
    },
}


def with_boundary(arn: Any) -> dict[str, Any]:
    return {**ROLE, "Properties": {**ROLE["Properties"], "PermissionsBoundary": arn}}


def report(folder: Path, resources: dict[str, Any], *more: str, code: int = 0) -> dict[str, Any]:
    template = write(folder / "t.json", {"Resources": resources})
    outcome = run("generate", "--template", template, *STACK, "--previous", "none", "--boundary", "--format", "report", *more)
    assert outcome.code == code, outcome.err
    found: dict[str, Any] = outcome.json()
    return found


def test_every_change_of_a_role_asks_for_the_boundary(tmp_path: Path) -> None:
    found = report(tmp_path, {"Job": ROLE})
    asking = {"operator": "StringEquals", "key": "iam:PermissionsBoundary", "values": [BOUNDARY]}
    changing = [need for need in found["needs"] if need["action"] in guarded_actions()]
    assert {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"} <= {
        need["action"] for need in changing
    }
    assert all(asking in need["conditions"] for need in changing)
    assert all(asking not in need["conditions"] for need in found["needs"] if need["action"] not in guarded_actions())


def test_a_policy_is_attached_by_its_arn_only(tmp_path: Path) -> None:
    needs = [
        need
        for need in report(tmp_path, {"Job": ROLE})["needs"]
        if need["action"] in ("iam:AttachRolePolicy", "iam:DetachRolePolicy")
    ]
    arns = [one["values"] for need in needs for one in need["conditions"] if one["key"] == "iam:PolicyARN"]
    assert len(arns) == len(needs) and set(map(tuple, arns)) == {
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",)
    }


def test_the_boundary_is_never_taken_off(tmp_path: Path) -> None:
    actions = {need["action"] for need in report(tmp_path, {"Job": with_boundary(BOUNDARY)})["needs"]}
    assert "iam:PutRolePermissionsBoundary" in actions and "iam:DeleteRolePermissionsBoundary" not in actions


def test_a_role_without_it_is_named(tmp_path: Path) -> None:
    (gap,) = report(tmp_path, {"Job": ROLE})["gaps"]
    assert gap["subject"]["name"] == "Job" and f"`PermissionsBoundary: {BOUNDARY}`" in gap["reason"]
    assert report(tmp_path, {"Job": with_boundary(BOUNDARY)})["gaps"] == []


def test_the_boundary_that_the_roles_carry_is_taken(tmp_path: Path) -> None:
    arn = "arn:aws:iam::111111111111:policy/company/functions"
    found = report(tmp_path, {"Job": with_boundary(arn)})
    assert (found["boundary"]["arn"], found["boundary"]["name"], found["gaps"]) == (arn, "functions", [])


def test_the_setting_names_it(tmp_path: Path) -> None:
    config = {
        "service": "orders",
        "provider": {"name": "aws", "stage": "dev", "region": "us-east-1"},
        "custom": {"leastpriv": {"boundary": "company"}},
    }
    path = write(tmp_path / "c.json", config)
    found = report(tmp_path, {"Job": with_boundary(BOUNDARY)}, "--config", str(path), "--framework", "osls@4")
    assert found["boundary"]["arn"] == "arn:aws:iam::111111111111:policy/company"
    assert any("another permissions boundary" in gap["reason"] for gap in found["gaps"])


def test_a_boundary_of_the_stack_itself_limits_nothing_and_is_said_to(tmp_path: Path) -> None:
    own = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "b", "PolicyDocument": {"Statement": []}}}
    found = report(tmp_path, {"Job": with_boundary({"Ref": "Own"}), "Own": own})
    assert any("the stack itself writes" in gap["reason"] for gap in found["gaps"])
    assert any(path["reach"] == "anything" for path in found["escalations"])


def test_a_role_that_is_deployed_without_it_needs_an_administrator_first(tmp_path: Path) -> None:
    previous = write(tmp_path / "p.json", {"Resources": {"Job": ROLE}})
    template = write(tmp_path / "t.json", {"Resources": {"Job": with_boundary(BOUNDARY)}})
    outcome = run("generate", "--template", template, *STACK, "--previous", previous, "--boundary")
    assert "put-role-permissions-boundary" in outcome.err


@pytest.mark.parametrize(("target", "files"), [("out", {"orders-dev-deployer.json", "orders-dev-boundary.json", "needs.json"})])
def test_the_boundary_is_written(tmp_path: Path, target: str, files: set[str]) -> None:
    template = write(tmp_path / "t.json", {"Resources": {"Job": with_boundary(BOUNDARY)}})
    folder = tmp_path / target
    assert run("generate", "--template", template, *STACK, "--previous", "none", "--boundary", "--output", folder).code == 0
    assert {path.name for path in folder.iterdir()} == files
    assert "sqs:SendMessage" in (folder / "orders-dev-boundary.json").read_text("utf-8")


def test_one_that_is_too_long_is_not_written(tmp_path: Path) -> None:
    long = [{"Effect": "Allow", "Action": f"s{n}:Do", "Resource": f"arn:aws:s3:::{n}{'x' * 60}"} for n in range(80)]
    body = {**ROLE, "Properties": {**ROLE["Properties"], "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": long}}]}}
    template = write(tmp_path / "t.json", {"Resources": {"Job": body}})
    folder = tmp_path / "out"
    outcome = run("generate", "--template", template, *STACK, "--previous", "none", "--boundary", "--output", folder)
    assert outcome.code == 1 and "IAM takes 6144" in outcome.err
    assert not (folder / "orders-dev-boundary.json").exists()


def test_who_may_change_any_role_keeps_to_service_linked_ones_and_to_those_with_the_boundary(tmp_path: Path) -> None:
    """The policy of a role that only the deploy knows, which may be any."""
    rights = {"PolicyName": "p", "RoleName": {"Fn::ImportValue": "role"}, "PolicyDocument": {"Statement": []}}
    found = report(tmp_path, {"Rights": {"Type": "AWS::IAM::RolePolicy", "Properties": rights}})
    needs = [need for need in found["needs"] if need["action"] == "iam:PutRolePolicy"]
    free = {need["resource"] for need in needs if not need["conditions"]}
    assert any(need["conditions"] for need in needs) and free == {"arn:aws:iam::111111111111:role/aws-service-role/*"}
    assert not any(path["exceeds"] and "put-role-policy" in path["methods"] for path in found["escalations"])


def test_a_type_whose_service_makes_a_role_of_its_own_keeps_to_it(tmp_path: Path) -> None:
    found = report(tmp_path, {"Recording": {"Type": "AWS::IVS::RecordingConfiguration", "Properties": {}}})
    needs = [need for need in found["needs"] if need["action"] == "iam:PutRolePolicy"]
    assert {need["resource"].rpartition("/")[0] for need in needs} == {
        "arn:aws:iam::111111111111:role/aws-service-role/ivs.amazonaws.com"
    }
    assert not any(path["exceeds"] and "put-role-policy" in path["methods"] for path in found["escalations"])


def test_the_setting_alone_is_enough(tmp_path: Path) -> None:
    config = {
        "service": "orders",
        "provider": {"name": "aws", "stage": "dev", "region": "us-east-1"},
        "custom": {"leastpriv": {"boundary": "orders-dev-boundary"}},
    }
    template = write(tmp_path / "t.json", {"Resources": {"Job": with_boundary(BOUNDARY)}})
    options = (
        "--template",
        template,
        "--config",
        write(tmp_path / "c.json", config),
        *STACK,
        "--previous",
        "none",
        "--framework",
        "osls@4",
    )
    policy = run("generate", *options).json()
    guarded = [one for one in policy["Statement"] if "iam:CreateRole" in one["Action"]]
    assert guarded and all("iam:PermissionsBoundary" in str(one["Condition"]) for one in guarded)
    checked = run("check", *options, "--policy", write(tmp_path / "p.json", policy))
    assert (checked.code, "iam:" in checked.err) == (0, False), checked.err
