"""`roles`: who holds what only others declare, the patch that mends it, and wildcards with their line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.run import Outcome, run
from tests.fixture import ACCOUNT, fixture_names, handoff

CUSTOM_RESOURCES = "IamRoleCustomResourcesLambdaExecution"
CONFIG = """\
service: orders
plugins:
  - serverless-leastpriv
provider:
  name: aws
  iam:
    role:
      statements:
        - Effect: Allow
          Action: dynamodb:PutItem
          Resource: {Fn::GetAtt: [Orders, Arn]}
        - Effect: Allow
          Action: ['s3:*', 'sns:Publish']
          Resource: '*'
functions:
  # takes orders
  create:
    handler: a.b
    environment:
      TABLE: {Ref: Orders}
  list:
    handler: a.b
  work:
    handler: a.b
    events:
      - sqs: {Fn::GetAtt: [Jobs, Arn]}
"""


def function(name: str, **properties: Any) -> dict[str, Any]:
    role = {"Fn::GetAtt": ["IamRoleLambdaExecution", "Arn"]}
    return {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": name, "Role": role, **properties}}


@pytest.fixture
def service(tmp_path: Path) -> Any:
    """`roles` for a service of three functions with one role."""
    (tmp_path / "serverless.yml").write_text(CONFIG, "utf-8")
    statements = yaml.safe_load(CONFIG)["provider"]["iam"]["role"]["statements"]
    queue = {"Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": [{"Fn::GetAtt": ["Jobs", "Arn"]}]}
    logs = {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": ["arn:aws:logs:*:*:*"]}
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [logs, queue, *statements]}}
    resources = {
        "IamRoleLambdaExecution": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}},
        "CreateLambdaFunction": function("orders-dev-create", Environment={"Variables": {"TABLE": {"Ref": "Orders"}}}),
        "ListLambdaFunction": function("orders-dev-list"),
        "WorkLambdaFunction": function("orders-dev-work"),
        "Other": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "dynamodb:Get*", "Resource": "arn:x"}}},
        },
    }
    template = tmp_path / "t.json"
    template.write_text(json.dumps({"Resources": resources}), "utf-8")

    def roles(*more: str) -> Outcome:
        given = ("--template", template, "--config", tmp_path / "serverless.yml", "--framework", "osls@4")
        return run("roles", *given, *more)

    return roles


def test_what_each_function_holds_beside_its_own(service: Any) -> None:
    outcome = service()
    assert outcome.code == 1
    assert outcome.out.splitlines()[:7] == [
        "IamRoleLambdaExecution is the role of 3 functions: create, list, work",
        "  create holds sqs:ReceiveMessage on Jobs.Arn, which only work declares",
        "  list holds sqs:ReceiveMessage on Jobs.Arn, which only work declares",
        "  list holds dynamodb:PutItem on Orders.Arn, which only create declares",
        "  work holds dynamodb:PutItem on Orders.Arn, which only create declares",
        "  all hold s3:*, sns:Publish on * (serverless.yml:12): no function says that it uses this",
        "wildcard: s3:* (serverless.yml:12): stands for "
        + outcome.out.split("stands for ")[1].split(" ")[0]
        + " actions; name those that are called",
    ]
    assert "wildcard: Resource: * (serverless.yml:12): s3:*, sns:Publish can be granted on named resources" in outcome.out
    assert "wildcard: dynamodb:Get* (Other): stands for " in outcome.out


def test_the_patch_applies_and_leaves_each_function_its_own(service: Any, tmp_path: Path) -> None:
    patch = service("--format", "patch").out
    subprocess.run(["git", "apply", "-p1", "-"], input=patch, text=True, cwd=tmp_path, check=True)
    text = (tmp_path / "serverless.yml").read_text("utf-8")
    patched = yaml.safe_load(text)
    table, anybody = yaml.safe_load(CONFIG)["provider"]["iam"]["role"]["statements"]
    assert patched["plugins"] == ["serverless-iam-roles-per-function", "serverless-leastpriv"]
    assert {name: body["iamRoleStatements"] for name, body in patched["functions"].items()} == {
        "create": [table, anybody],
        "list": [anybody],
        "work": [anybody],
    }
    assert "  # takes orders\n" in text


def test_the_patch_keeps_to_a_list_that_is_no_deeper_than_its_key(service: Any, tmp_path: Path) -> None:
    file = tmp_path / "serverless.yml"
    file.write_text(file.read_text("utf-8").replace("  - serverless-leastpriv\n", "- serverless-leastpriv\n"), "utf-8")
    subprocess.run(["git", "apply", "-p1", "-"], input=service("--format", "patch").out, text=True, cwd=tmp_path, check=True)
    assert yaml.safe_load(file.read_text("utf-8"))["plugins"] == ["serverless-iam-roles-per-function", "serverless-leastpriv"]


def test_the_report_has_the_same(service: Any) -> None:
    report = service("--format", "report").json()
    (role,) = report["roles"]
    assert {one["name"]: len(one["foreign"]) for one in role["functions"]} == {"create": 1, "list": 2, "work": 1}
    assert {one["where"] for one in report["wildcards"]} == {"serverless.yml:12", None}


def test_what_nobody_can_change_and_what_is_told_already_is_left_out(tmp_path: Path) -> None:
    """The role behind the Framework's custom resources; the role that a plugin makes of a function's own statements."""
    statement = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
    function_of = {"list": {"handler": "a.b", "iamRoleStatements": [statement]}}
    (tmp_path / "serverless.yml").write_text(yaml.safe_dump({"service": "orders", "functions": function_of}), "utf-8")
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [statement]}}]}}
    behind = {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": [CUSTOM_RESOURCES, "Arn"]}}}
    framework = {"Effect": "Allow", "Action": ["cognito-idp:UpdateUserPool"], "Resource": "*"}
    resources = {
        "ListIamRoleLambdaExecution": role,
        CUSTOM_RESOURCES: {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [framework]}}]}},
        "CustomDashresourceDashexistingDashcupLambdaFunction": behind,
        "CustomDashresourceDashexistingDashs3LambdaFunction": behind,
    }
    template = tmp_path / "t.json"
    template.write_text(json.dumps({"Resources": resources}), "utf-8")
    outcome = run("roles", "--template", template, "--config", tmp_path / "serverless.yml", "--framework", "osls@4")
    assert outcome.err == "0 shared roles · 1 wildcard\n"
    assert outcome.out == "wildcard: Resource: * (serverless.yml:5): s3:GetObject can be granted on named resources\n"


@pytest.mark.parametrize("name", fixture_names())
def test_every_fixture_can_be_read(name: str, tmp_path: Path) -> None:
    outcome = run("roles", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT)
    assert outcome.code in (0, 1)
    assert outcome.err.count("\n") == 1
    patch = run("roles", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT, "--format", "patch").out
    assert (patch == "") == outcome.err.startswith("0 shared roles")
