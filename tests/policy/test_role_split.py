"""The split over deployer and CloudFormation role: together they hold all needs, and neither holds what only the other needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sls_leastpriv.model import Cause, Condition, Need, Policy, Subject
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.proof import prove
from tests.commands.run import STACK, run, write
from tests.fixture import ACCOUNT, fixture_names, handoff

ROLE = f"arn:aws:iam::{ACCOUNT}:role/"


def need(principal: str, action: str, resource: str, *conditions: Condition) -> Need:
    cause = Cause(Subject("resource", "Example"), "a reason", "https://example.com")
    return Need(action, resource, principal, frozenset({"create"}), cause, conditions)  # type: ignore[arg-type]


DEPLOYER_WRITES = {
    # what the command line does itself, whoever deploys
    "rest-api": {"apigateway"},  # settings and tags of the stage, which CloudFormation does not get
    "variables": {"ecr"},  # the repository of the service's image
}

NEEDS = (
    need("deployer", "s3:PutObject", "arn:aws:s3:::bucket/*"),
    need("deployer", "iam:PassRole", "arn:aws:iam::1:role/c", Condition("StringEquals", "iam:PassedToService", ("x",))),
    need("cloudformation", "s3:CreateBucket", "arn:aws:s3:::bucket"),
    need("cloudformation", "s3:GetObject", "arn:aws:s3:::bucket/*"),
    need("deployer", "s3:GetObject", "arn:aws:s3:::bucket/a/*"),
)


def policies(*needs: Need) -> list[Policy]:
    return [
        Policy(principal, principal, merge(need for need in needs if need.principal == principal))  # type: ignore[arg-type]
        for principal in ("deployer", "cloudformation")
    ]


def test_a_split_is_proved() -> None:
    proof = prove(policies(*NEEDS), NEEDS)
    assert proof.holds
    assert proof.needs == {"deployer": 3, "cloudformation": 2}
    assert proof.shared == (("s3:GetObject", "arn:aws:s3:::bucket/*"), ("s3:GetObject", "arn:aws:s3:::bucket/a/*"))


def test_a_need_that_nobody_holds_is_missing() -> None:
    proof = prove(policies(*NEEDS[1:]), NEEDS)
    assert (proof.holds, proof.missing, proof.foreign) == (False, (NEEDS[0],), ())


def test_a_need_of_the_other_that_is_held_is_foreign() -> None:
    wide = replace(NEEDS[2], principal="deployer", resource="arn:aws:s3:::b*")
    proof = prove(policies(*NEEDS, wide), NEEDS)
    assert (proof.holds, proof.missing, proof.foreign) == (False, (), (("deployer", NEEDS[2]),))


@pytest.mark.parametrize("name", fixture_names())
def test_the_split_of_each_service_is_proved_in_its_report(name: str, tmp_path: Path) -> None:
    given = ("generate", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT, "--split-role")
    report = run(*given, "--format", "report").json()
    split = report["split"]
    assert split["holds"]
    assert split["missing"] == split["foreign"] == []
    assert split["needs"]["deployer"] + split["needs"]["cloudformation"] == len(report["needs"])
    assert {one["action"].partition(":")[0] for one in split["deployerWrites"]} == DEPLOYER_WRITES.get(name, set())


def test_the_deployer_passes_the_role_to_cloudformation_only(tmp_path: Path) -> None:
    policy = run("generate", "--handoff", handoff("http-api", tmp_path), "--account", ACCOUNT, "--split-role").json()
    (passing,) = [one for one in policy["Statement"] if "iam:PassRole" in one["Action"]]
    assert passing["Resource"] == f"{ROLE}catalogue-dev-cloudformation"
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}


def test_a_role_that_is_configured_is_kept(tmp_path: Path) -> None:
    given = ("generate", "--handoff", handoff("deployment-role", tmp_path), "--account", ACCOUNT)
    assert run(*given).out == run(*given, "--split-role").out


def test_what_is_said_of_the_role(tmp_path: Path) -> None:
    """How to configure it where it is new only; its ARN with its path."""
    role = "arn:aws:iam::111111111111:role/deploy/Cloud-Formation"
    template = write(tmp_path / "t.json", {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}})
    config = {"service": "orders", "provider": {"name": "aws", "iam": {"deploymentRole": role}}}
    given = ("generate", "--template", template, "--config", write(tmp_path / "c.json", config), *STACK, "--framework", "osls@4")
    assert "role `Cloud-Formation` is assumed by" in run(*given).err
    assert "in serverless.yml" not in run(*given).err
    assert f"with `provider.iam.deploymentRole: {role}` in serverless.yml" in run(*given, "--split-role").err


def test_functions_behind_custom_resources_get_the_role(tmp_path: Path) -> None:
    """The Framework makes the deployment role theirs, so it is passed to Lambda, trusts Lambda, and holds what they call."""
    custom = "IamRoleCustomResourcesLambdaExecution"
    template = {
        "Resources": {
            custom: {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
            "CustomDashresourceDashexistingDashs3LambdaFunction": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"FunctionName": "orders-dev-custom-resource-existing-s3", "Role": {"Fn::GetAtt": [custom, "Arn"]}},
                "DependsOn": [custom],
            },
            "Photos": {
                "Type": "Custom::S3",
                "Properties": {
                    "ServiceToken": {"Fn::GetAtt": ["CustomDashresourceDashexistingDashs3LambdaFunction", "Arn"]},
                    "FunctionName": "orders-dev-list",
                    "BucketName": "photos",
                },
            },
        }
    }
    path = write(tmp_path / "t.json", template)
    config = write(tmp_path / "c.json", {"service": "orders", "provider": {"name": "aws"}})
    given = ("generate", "--template", path, "--config", config, *STACK, "--framework", "osls@4", "--split-role")
    report = run(*given, "--format", "report").json()
    (role,) = report["roles"]
    assert role["trust"]["Statement"][0]["Principal"] == {"Service": ["cloudformation.amazonaws.com", "lambda.amazonaws.com"]}
    held = {need["action"]: need["resource"] for need in report["needs"] if need["principal"] == "cloudformation"}
    assert held["iam:PassRole"] == "arn:aws:iam::111111111111:role/orders-dev-cloudformation"
    assert held["s3:PutBucketNotification"] == "arn:aws:s3:::photos"
    assert "iam:CreateRole" not in held
