"""Stack events: of the last operation, of nested stacks, of a deleted stack; encoded messages; a deploy that runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.commands.run import run
from tests.learn.stack_events import event
from tests.stub_aws import Answer, Fault, stub_aws

ACCOUNT = "111111111111"
STACK = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/orders-dev/1"
NESTED = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/orders-dev-Nested-1A2B/2"
DENIED = (
    f'Resource handler returned message: "User: arn:aws:iam::{ACCOUNT}:user/ci is not authorized to perform: sqs:CreateQueue on '
    f'resource: arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dev-jobs because no identity-based policy allows the sqs:CreateQueue action"'
)


EVENTS = {
    # newest first, as AWS answers; the first operation was a success
    STACK: [
        event(STACK, 9, "orders-dev", "AWS::CloudFormation::Stack", "ROLLBACK_COMPLETE", STACK),
        event(
            STACK,
            8,
            "Nested",
            "AWS::CloudFormation::Stack",
            "CREATE_FAILED",
            NESTED,
            "The following resource(s) failed to create: [Jobs].",
        ),
        event(STACK, 7, "Key", "AWS::KMS::Key", "CREATE_FAILED", "", "API: kms:CreateKey Access Denied"),
        event(STACK, 6, "orders-dev", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS", STACK, "User Initiated"),
        event(STACK, 5, "Old", "AWS::SNS::Topic", "CREATE_FAILED", "", "API: sns:CreateTopic Access Denied"),
    ],
    NESTED: [
        event(NESTED, 3, "Jobs", "AWS::SQS::Queue", "CREATE_FAILED", "", DENIED),
        event(NESTED, 2, "orders-dev-Nested-1A2B", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS", NESTED),
    ],
}


def events_of(parameters: Mapping[str, Any]) -> Answer:
    return {"StackEvents": EVENTS[parameters["StackName"]]}


def test_the_last_operation_also_of_nested_stacks() -> None:
    operations = {"DescribeStacks": lambda _: {"Stacks": [{"StackId": STACK}]}, "DescribeStackEvents": events_of}
    with stub_aws(operations) as aws:
        outcome = run("learn", "--events", "--stack-name", "orders-dev", "--format", "report", env=aws.environment)
    assert outcome.code == 1, outcome.err
    learned = outcome.json()["learn"]
    found = {
        (one["actions"][0], one["about"]["logicalId"], one["about"]["type"], one["about"]["phase"]) for one in learned["denials"]
    }
    assert found == {("sqs:CreateQueue", "Jobs", "AWS::SQS::Queue", "create"), ("kms:CreateKey", "Key", "AWS::KMS::Key", "create")}


def test_a_deleted_stack_is_found_by_its_id() -> None:
    operations = {
        "DescribeStacks": lambda _: Fault("ValidationError", "Stack with id orders-dev does not exist"),
        "ListStacks": lambda _: {
            "StackSummaries": [
                {
                    "StackName": "orders-dev",
                    "StackId": STACK,
                    "DeletionTime": "2026-11-27T19:00:00Z",
                    "StackStatus": "DELETE_COMPLETE",
                }
            ]
        },
        "DescribeStackEvents": events_of,
    }
    with stub_aws(operations) as aws:
        outcome = run("learn", "--events", "--stack-name", "orders-dev", env=aws.environment)
    assert outcome.code == 1
    assert "denied: sqs:CreateQueue" in outcome.err
    with stub_aws({**operations, "ListStacks": lambda _: {"StackSummaries": []}}) as aws:
        outcome = run("learn", "--events", "--stack-name", "orders-dev", env=aws.environment)
    assert (outcome.code, outcome.err.splitlines()[0]) == (4, "error: CloudFormation knows no stack `orders-dev`")


def test_who_may_not_read_the_events_is_told_so() -> None:
    refused = Fault("AccessDenied", "User: x is not authorized to perform: cloudformation:DescribeStacks", 403)
    with stub_aws({"DescribeStacks": lambda _: refused}) as aws:
        outcome = run("learn", "--events", "--stack-name", "orders-dev", env=aws.environment)
    assert outcome.code == 4
    assert "`cloudformation:DescribeStacks` is denied" in outcome.err


def test_it_follows_a_deploy_until_it_ends() -> None:
    state = {"asked": 0}

    def growing(parameters: Mapping[str, Any]) -> Answer:
        if parameters["StackName"] != STACK:
            return events_of(parameters)
        state["asked"] += 1
        events = EVENTS[STACK]
        return {"StackEvents": events if state["asked"] > 2 else events[2:4]}

    operations = {"DescribeStacks": lambda _: {"Stacks": [{"StackId": STACK}]}, "DescribeStackEvents": growing}
    with stub_aws(operations) as aws:
        outcome = run("learn", "--watch", "--stack-name", "orders-dev", env=aws.environment)
    lines = outcome.err.splitlines()
    assert lines[:3] == [
        "following stack `orders-dev`",
        "denied: kms:CreateKey on what is not said",
        f"denied: sqs:CreateQueue on arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dev-jobs",
    ]
    assert outcome.code == 1
    assert lines[-1].startswith("2 denials")


ENCODED = "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: AbCdEfGhIjKlMnOpQrStUvWx"  # noqa: E501
DECODED = {
    "allowed": False,
    "explicitDeny": False,
    "context": {
        "principal": {"arn": f"arn:aws:iam::{ACCOUNT}:user/ci"},
        "action": "ec2:RunInstances",
        "resource": f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*",
    },
}


def test_encoded_messages_are_decoded_where_that_is_allowed() -> None:
    with stub_aws({"DecodeAuthorizationMessage": lambda _: {"DecodedMessage": json.dumps(DECODED)}}) as aws:
        outcome = run("learn", "--decode", "-", "--region", "us-east-1", "--format", "report", stdin=ENCODED, env=aws.environment)
    denial = outcome.json()["learn"]["denials"][0]
    assert (denial["actions"], denial["resource"]) == (["ec2:RunInstances"], f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*")
    with stub_aws({"DecodeAuthorizationMessage": lambda _: Fault("AccessDenied", "no", 403)}) as aws:
        outcome = run("learn", "--decode", "-", "--region", "us-east-1", "--format", "report", stdin=ENCODED, env=aws.environment)
    assert "note: encoded messages stay encoded: `sts:DecodeAuthorizationMessage` is denied" in outcome.err
    assert outcome.json()["learn"]["denials"][0]["resource"] is None


def test_without_an_action_an_encoded_message_is_reported() -> None:
    words = "Error: creating EC2 Instance: " + ENCODED.partition(": ")[2]
    outcome = run("learn", "-", stdin=words)
    assert outcome.code == 1
    assert "what was denied is only in an encoded message" in outcome.err
    with stub_aws({"DecodeAuthorizationMessage": lambda _: {"DecodedMessage": json.dumps(DECODED)}}) as aws:
        outcome = run("learn", "--decode", "-", "--region", "us-east-1", stdin=words, env=aws.environment)
    assert "denied: ec2:RunInstances" in outcome.err
