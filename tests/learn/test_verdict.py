"""Through the real program: what is predicted, what is learned, whose it is, and what no grant can help."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.run import STACK, Outcome, run, write

ACCOUNT = "111111111111"
USER = f"arn:aws:iam::{ACCOUNT}:user/ci"
TEMPLATE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dev-jobs"}},
        "Events": {"Type": "AWS::SNS::Topic"},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "RoleName": "orders-runtime"}},
        "List": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "orders-dev-list",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"S3Bucket": "b", "S3Key": "k"},
            },
        },
    }
}


def said(action: str, resource: str, *, principal: str = USER, because: str | None = None) -> str:
    reason = because or f"because no identity-based policy allows the {action} action"
    return f"User: {principal} is not authorized to perform: {action} on resource: {resource} {reason}"


QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dev-jobs"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:orders-dev-Events-1A2B3C4D5E6F"


Learn = Callable[..., Outcome]


@pytest.fixture
def learn(tmp_path: Path) -> Learn:
    template = write(tmp_path / "t.json", TEMPLATE)

    def call(log: str, *options: str, verb: str = "learn", config: dict[str, object] | None = None) -> Outcome:
        arguments = ["--template", str(template), *STACK, *options]
        if config is not None:
            arguments += ["--config", str(write(tmp_path / "config.json", config)), "--framework", "osls@4"]
        return run(verb, *(["-"] if verb == "learn" else []), *arguments, stdin=log)

    return call


def outcome_of(result: Outcome) -> list[tuple[str, str]]:
    return [(one["whose"], one["outcome"]) for one in result.json()["learn"]["denials"]]


def test_what_is_predicted_means_a_stale_policy(learn: Learn) -> None:
    result = learn(said("sqs:CreateQueue", QUEUE))
    assert result.code == 1
    assert result.out == ""
    assert "already predicted: the prediction has it: the policy that is attached is older" in result.err


def test_what_is_not_predicted_becomes_a_clause_that_works(learn: Learn, tmp_path: Path) -> None:
    purge, publish = said("sqs:PurgeQueue", QUEUE), said("sns:Publish", TOPIC)
    log = f"UPDATE_FAILED: Jobs (AWS::SQS::Queue)\n{purge}\nCREATE_FAILED: Events (AWS::SNS::Topic)\n{publish}\n"
    config = {"service": "orders", "provider": {"name": "aws", "region": "us-east-1"}}
    result = learn(log, "--output", str(tmp_path / "leastpriv"), config=config)
    assert sorted(path.name for path in (tmp_path / "leastpriv").iterdir()) == [
        "learned-aws-sns-topic.toml",
        "learned-aws-sqs-queue.toml",
    ]
    assert "wrote " in result.err
    queue = (tmp_path / "leastpriv" / "learned-aws-sqs-queue.toml").read_text("utf-8")
    assert 'update = ["sqs:PurgeQueue"]\non     = "arn:${Partition}:sqs:${Region}:${Account}:${Name}"' in queue
    assert 'source = "denied: User: ' in queue
    again = learn(log, "--format", "report", config=config)
    assert outcome_of(again) == [("deployer", "predicted"), ("deployer", "predicted")]
    generated = learn("", verb="generate", config=config)
    assert "sqs:PurgeQueue" in generated.out and "sns:Publish" in generated.out


def test_learning_twice_adds_and_keeps(learn: Learn, tmp_path: Path) -> None:
    folder = tmp_path / "leastpriv"
    for action in ("sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:PurgeQueue"):
        learn(f"CREATE_FAILED: Jobs (AWS::SQS::Queue)\n{said(action, QUEUE)}", "--output", str(folder))
    text = (folder / "learned-aws-sqs-queue.toml").read_text("utf-8")
    assert text.count("[[need]]") == 2
    assert text.count("type = ") == 1


def test_without_a_resource_of_the_stack_it_belongs_to_the_command(learn: Learn) -> None:
    result = learn(said("dynamodb:DescribeTable", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders-dev-x"))
    assert 'feature = "learned"' in result.out, "without a Framework nobody's commands are predicted"
    assert 'on     = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${StackName}-x"' in result.out
    assert 'read   = ["dynamodb:DescribeTable"]' in result.out


@pytest.mark.parametrize(
    ("because", "words"),
    [
        ("because no service control policy allows the sqs:PurgeQueue action", "a service control policy does not allow it"),
        ("because no resource control policy allows the sqs:PurgeQueue action", "a resource control policy does not allow it"),
        ("because no permissions boundary allows the sqs:PurgeQueue action", "permissions boundary does not allow it"),
        ("because no session policy allows the sqs:PurgeQueue action", "the session's own policy does not allow it"),
        ("because no VPC endpoint policy allows the sqs:PurgeQueue action", "the policy of the VPC endpoint does not allow it"),
        ("with an explicit deny in a service control policy", "a service control policy does not allow it"),
        ("with an explicit deny in a permissions boundary", "permissions boundary does not allow it"),
        ("with an explicit deny in a session policy", "the session's own policy does not allow it"),
        ("with an explicit deny in an identity-based policy", "the denying statement has to change"),
        ("with an explicit deny", "the denying statement has to change"),
        ("with an explicit deny in a resource-based policy", "the policy of the resource itself denies it"),
    ],
)
def test_no_grant_is_written_where_none_can_help(because: str, words: str, learn: Learn) -> None:
    log = said("sqs:PurgeQueue", QUEUE, because=because)
    result = learn(log)
    assert result.out == ""
    assert "cannot be granted: " in result.err and words in result.err
    assert json.loads(learn(log, "--format", "policy").out)["Statement"] == []


@pytest.mark.parametrize(
    "principal",
    [
        f"arn:aws:sts::{ACCOUNT}:assumed-role/orders-runtime/anything",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/somebody/orders-dev-list",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/orders-dev-us-east-1-lambdaRole/x",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/orders-dev-IamRoleCustomResourcesLambdaExecution-1A2B3C4D5E6F/orders-dev-custom-resource-apigw-cw-role",
    ],
)
def test_a_functions_role_is_not_ours(principal: str, learn: Learn) -> None:
    log = said("dynamodb:PutItem", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/x", principal=principal)
    result = learn(log)
    assert result.out == ""
    assert "not the deployer's: the role of what is deployed asked for it at run time" in result.err
    assert json.loads(learn(log, "--format", "policy").out)["Statement"] == []


def test_the_cloudformation_role_is_told_from_the_deployer(learn: Learn) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/cfn-orders"
    config = {"service": "orders", "provider": {"name": "aws", "region": "us-east-1", "iam": {"deploymentRole": role}}}
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/cfn-orders/AWSCloudFormation"
    log = f"{said('sqs:CreateQueue', QUEUE, principal=session)}\n{said('sqs:CreateQueue', QUEUE)}\n"
    result = learn(log, "--format", "report", config=config)
    assert outcome_of(result) == [("cloudformation", "predicted"), ("deployer", "learned")]


def test_the_policy_has_the_conditions_of_what_is_predicted(learn: Learn) -> None:
    log = said("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/orders-runtime")
    statements = json.loads(learn(log, "--format", "policy").out)["Statement"]
    assert [one["Action"] for one in statements] == ["iam:PassRole"]
    assert statements[0]["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


def test_candidates_are_decided_by_what_the_service_needs(learn: Learn) -> None:
    log = "An error occurred (AccessDenied) when calling the CreateQueue operation: Access Denied"
    assert outcome_of(learn(log, "--format", "report")) == [("deployer", "predicted")]
    unclear = learn("An error occurred (AccessDenied) when calling the PutObject operation: Access Denied", "--format", "report")
    assert outcome_of(unclear) == [("deployer", "unclear")]


def test_nothing_denied_is_exit_code_0(learn: Learn) -> None:
    result = learn("✔ Service deployed to stack orders-dev (112s)")
    assert (result.code, result.out, result.err) == (0, "", "0 denials · 0 not read\n")


def test_errors_name_what_to_do(tmp_path: Path) -> None:
    missing = run("learn", str(tmp_path / "none.log"))
    assert (missing.code, missing.err.count("help: ")) == (3, 1)
    assert run("learn", "-", "--format", "x", stdin="").code == 2
    assert run("learn", "--events", env={"AWS_EC2_METADATA_DISABLED": "true"}).code == 2


def test_encodings_and_broken_bytes(tmp_path: Path) -> None:
    log = said("sqs:PurgeQueue", QUEUE)
    for name, data in {
        "utf16": log.encode("utf-16"),
        "latin": b"caf\xe9 \xff\x00\n" + log.encode(),
        "bom": "﻿".encode() + log.encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert "denied: sqs:PurgeQueue" in run("learn", str(tmp_path / name)).err, name


def test_a_secret_of_the_log_is_not_repeated() -> None:
    secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0"
    result = run("learn", "-", stdin=f"token {secret} Access Denied\npassword=hunter2hunter2 access denied\n")
    assert "not read: line 1" in result.err
    assert secret not in result.err + result.out
    assert "hunter2" not in result.err + result.out


def test_anonymised_it_names_no_account_and_no_principal() -> None:
    log = said("sqs:PurgeQueue", QUEUE).replace(ACCOUNT, "987654321098").replace("user/ci", "user/jane.doe")
    result = run("learn", "-", "--anonymise", "--format", "report", stdin=log)
    assert result.json()["learn"]["denials"][0]["actions"] == ["sqs:PurgeQueue"]
    for secret in ("987654321098", "jane.doe"):
        assert secret not in result.out + result.err
