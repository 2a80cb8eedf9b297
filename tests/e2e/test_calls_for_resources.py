"""Calls that CloudFormation makes for a resource are judged by its own policies, and written down with the resource."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.loop.judge import ALLOW_ALL, ALLOW_NOTHING
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.proxy import RESOURCE


def test_they_are_judged_apart_from_the_command_line(loop: Loop) -> None:
    key = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "none"}
    sqs = boto3.client("sqs", region_name="us-east-1", endpoint_url=loop.proxy.address.url, **key)
    with loop.proxy.under(ALLOW_ALL, engine=(ALLOW_NOTHING,)) as calls:
        sqs.create_queue(QueueName="own")
        sqs.meta.events.register(
            "before-call.*.*", lambda params, **_: params["headers"].update({RESOURCE: "AWS::SQS::Queue Jobs Add"})
        )
        with pytest.raises(ClientError, match="is not authorized to perform: sqs:CreateQueue"):
            sqs.create_queue(QueueName="jobs")
    assert [(call.by, call.decision) for call in calls] == [(None, "allowed"), ("AWS::SQS::Queue Jobs Add", "denied")]
