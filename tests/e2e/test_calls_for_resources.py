"""Calls that CloudFormation makes for a resource: judged by its own policies, on what AWS judges them, and written down with it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.loop.judge import ALLOW_ALL, ALLOW_NOTHING, Policy
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.proxy import EMULATOR, RESOURCE

REGION = "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:work"


def _client(loop: Loop, service: str) -> Any:
    key = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "none"}
    return boto3.client(service, region_name=REGION, endpoint_url=loop.proxy.address.url, **key)


def _allowing(action: str, resource: str, condition: dict[str, Any] | None = None) -> Policy:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition or {}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_they_are_judged_apart_from_the_command_line(loop: Loop) -> None:
    sqs = _client(loop, "sqs")
    with loop.proxy.under(ALLOW_ALL, engine=(ALLOW_NOTHING,)) as calls:
        sqs.create_queue(QueueName="own")
        sqs.meta.events.register(
            "before-call.*.*", lambda params, **_: params["headers"].update({RESOURCE: "AWS::SQS::Queue Jobs Add"})
        )
        with pytest.raises(ClientError, match="is not authorized to perform: sqs:CreateQueue"):
            sqs.create_queue(QueueName="jobs")
    assert [(call.by, call.decision) for call in calls] == [(None, "allowed"), ("AWS::SQS::Queue Jobs Add", "denied")]


def test_what_is_the_emulators_own_idea_is_not_judged(loop: Loop) -> None:
    sqs = _client(loop, "sqs")
    sqs.meta.events.register("before-call.*.*", lambda params, **_: params["headers"].update({RESOURCE: EMULATOR}))
    with loop.proxy.under(ALLOW_NOTHING, engine=(ALLOW_NOTHING,)) as calls:
        sqs.list_queues()
    assert [(call.by, call.asked, call.decision) for call in calls] == [(EMULATOR, (), "allowed")]


def test_a_mapping_of_an_event_source_is_judged_by_its_function_when_it_is_deleted(loop: Loop) -> None:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = loop.moto.client("iam", REGION).create_role(RoleName="work", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    code = {"Code": {"ZipFile": b"none"}, "Handler": "handler.handle", "Runtime": "nodejs22.x"}
    loop.moto.client("lambda", REGION).create_function(FunctionName="work", Role=role, **code)
    loop.moto.client("sqs", REGION).create_queue(QueueName="jobs")
    client = _client(loop, "lambda")
    made = client.create_event_source_mapping(FunctionName="work", EventSourceArn=f"arn:aws:sqs:{REGION}:123456789012:jobs")
    mapping = f"arn:aws:lambda:{REGION}:123456789012:event-source-mapping:{made['UUID']}"
    for function, outcome in ((f"{FUNCTION}-other", "denied"), (FUNCTION, "allowed")):
        only = _allowing("lambda:DeleteEventSourceMapping", mapping, {"ArnLike": {"lambda:FunctionArn": function}})
        with loop.proxy.under(only) as calls:
            try:
                client.delete_event_source_mapping(UUID=made["UUID"])
            except ClientError as error:
                assert "lambda:DeleteEventSourceMapping" in str(error)
        assert [call.decision for call in calls] == [outcome]


def test_the_second_api_of_api_gateway_has_no_version_in_its_arns(loop: Loop) -> None:
    with loop.proxy.under(_allowing("apigateway:POST", f"arn:aws:apigateway:{REGION}::/apis")) as calls:
        _client(loop, "apigatewayv2").create_api(Name="shop", ProtocolType="HTTP")
    assert [call.decision for call in calls] == ["allowed"]


def test_what_is_made_with_tags_is_tagged_too(loop: Loop) -> None:
    queue = f"arn:aws:sqs:{REGION}:123456789012:jobs"
    with loop.proxy.under(ALLOW_ALL) as calls:
        _client(loop, "sqs").create_queue(QueueName="jobs", tags={"stage": "dev"})
        _client(loop, "apigatewayv2").create_api(Name="shop", ProtocolType="HTTP", Tags={"stage": "dev"})
    tags = f"arn:aws:apigateway:{REGION}::/tags/arn%3Aaws%3Aapigateway%3A{REGION}%3A%3A%2Fv2%2Fapis%2F*"
    assert [(one.action, one.resource) for call in calls for one in call.asked[1:]] == [
        ("sqs:TagQueue", queue),
        ("apigateway:POST", tags),
    ]
