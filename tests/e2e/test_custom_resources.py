"""The Framework's custom resources where CloudFormation has a role, which is then the role of the functions behind them too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.loop.framework import missing
from tests.e2e.loop.judge import ALLOW_NOTHING
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.resources import ACCOUNT
from tests.e2e.loop.service import copy_of

ROLE = f"arn:aws:iam::{ACCOUNT}:role/cloudformation-pictures"


@pytest.mark.parametrize("name", ["osls@4"])
def test_the_role_holds_what_the_functions_ask(name: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(name):
        pytest.skip(problem)
    service = copy_of("bucket-topic", tmp_path, [f"iam: {{ deploymentRole: '{ROLE}' }}"])
    words = ["leastpriv", "generate", "--format", "report", "--account", ACCOUNT]
    run = loop.framework(name).run(service, words, ALLOW_NOTHING)
    assert run.exit_code == 0, run
    report = json.loads(run.stdout)

    held = {(need["action"], need["resource"]) for need in report["needs"] if need["principal"] == "cloudformation"}
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:pictures-dev-custom-resource-existing-s3"
    assert {
        ("s3:GetBucketNotification", "arn:aws:s3:::corporate-archive"),
        ("s3:PutBucketNotification", "arn:aws:s3:::corporate-archive"),
        ("lambda:AddPermission", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:pictures-dev-archive"),
        ("lambda:RemovePermission", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:pictures-dev-archive"),
        ("lambda:CreateFunction", function),
        ("lambda:InvokeFunction", function),
        ("iam:PassRole", ROLE),
    } <= held
    passed = [need for need in report["needs"] if need["action"] == "iam:PassRole" and need["resource"] == ROLE]
    assert {(need["principal"], *need["conditions"][0]["values"]) for need in passed} == {
        ("deployer", "cloudformation.amazonaws.com"),
        ("cloudformation", "lambda.amazonaws.com"),
    }
    assert any("must also trust lambda.amazonaws.com" in gap["reason"] for gap in report["gaps"])
    deployer = {need["action"] for need in report["needs"] if need["principal"] == "deployer"}
    assert not deployer & {"s3:PutBucketNotification", "lambda:AddPermission", "lambda:InvokeFunction", "iam:CreateRole"}
