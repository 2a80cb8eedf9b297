"""Plugins that nobody knows: the calls that were found in their source become needs that are assumed, and one gap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sls_leastpriv.knowledge.sdk import grants_of, knows_service
from sls_leastpriv.model import CommandLine, Prediction, ScannedPlugin, SdkCall
from sls_leastpriv.predict import predict
from tests.project import project

FILE = "serverless-strange/index.js"


def predicted(plugin: ScannedPlugin) -> Prediction:
    service = project(config={"plugins": ["serverless-strange"]}, framework="osls@3")
    return predict(replace(service, scanned=(plugin,)))


def needs_of(plugin: ScannedPlugin) -> set[tuple[str, str]]:
    return {(need.action, need.resource) for need in predicted(plugin).needs if need.cause.subject.kind == "plugin"}


def gap_of(plugin: ScannedPlugin) -> str:
    return next(gap.reason for gap in predicted(plugin).gaps if gap.subject.kind == "plugin")


def strange(*calls: tuple[str, str, int], **more: object) -> ScannedPlugin:
    found = tuple(SdkCall(service, operation, FILE, line) for service, operation, line in calls)
    return ScannedPlugin("serverless-strange", "1.0.0", found, **more)  # type: ignore[arg-type]


def test_a_call_is_granted_on_the_widest_resource_of_its_kind() -> None:
    assert needs_of(strange(("sqs", "SendMessage", 7))) == {("sqs:SendMessage", "arn:aws:sqs:us-east-1:111111111111:*")}


def test_a_call_is_assumed_and_says_where_it_was_found() -> None:
    prediction = predicted(strange(("sqs", "SendMessage", 7), ("sqs", "SendMessage", 3)))
    need = next(need for need in prediction.needs if need.cause.subject.kind == "plugin")
    assert need.cause.subject.where == f"{FILE}:3"
    assert need.cause.assumed == f"found in the plugin's source at {FILE}:3 and 1 more place; on which resource is not known"


@pytest.mark.parametrize(
    ("service", "operation", "actions"),
    [
        ("s3", "ListObjectsV2", {"s3:ListBucket"}),
        ("s3", "Upload", {"s3:PutObject", "s3:AbortMultipartUpload"}),
        ("dynamodbdocumentclient", "Put", {"dynamodb:PutItem"}),
        ("cloudwatchlogs", "PutRetentionPolicy", {"logs:PutRetentionPolicy"}),
        ("lambda", "Invoke", {"lambda:InvokeFunction"}),
        ("cloudformation", "WaitUntilStackExists", {"cloudformation:DescribeStacks"}),
        ("apigateway", "GetRestApis", {"apigateway:GET"}),
    ],
)
def test_operations_become_actions(service: str, operation: str, actions: set[str]) -> None:
    assert {grant.action for grant in grants_of(service, operation)} == actions


def test_an_operation_that_is_none_is_a_gap() -> None:
    assert grants_of("s3", "MakeCoffee") == ()
    assert not knows_service("coffee")
    gap = gap_of(strange(("s3", "MakeCoffee", 1)))
    assert gap == "nothing is known about this plugin; no IAM action is known for s3.MakeCoffee"


def test_the_gap_says_all_that_is_open() -> None:
    plugin = strange(
        ("s3", "PutObject", 1),
        unreadable=2,
        command_lines=(CommandLine("aws s3 sync", FILE, 9),),
        packages=("uploader",),
        unread_files=1,
    )
    assert gap_of(plugin).split("; ") == [
        "nothing is known about this plugin",
        "1 call of the AWS SDK was found in its source and is granted on the widest resource of their kind",
        "2 more cannot be read",
        f"it runs `aws s3 sync` at {FILE}:9: what that needs is not in the policy",
        "it uses `uploader`, built on the AWS SDK: what that calls is not in the policy",
        "1 file of its source cannot be read",
        "roles that these calls pass, and what a stack that they deploy needs, are not in the policy",
    ]


def test_a_plugin_without_calls_is_a_gap_still() -> None:
    assert gap_of(strange()) == "nothing is known about this plugin; no call of the AWS SDK was found in its source"
    assert not needs_of(strange())
