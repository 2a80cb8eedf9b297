"""Services of any size, as the Framework compiles them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROLE = "arn:aws:iam::111111111111:role/functions"


def template(resources: int) -> dict[str, Any]:
    """A compiled template: functions with log groups and versions, queues, tables, topics, in the proportions of real services."""
    makers = (_function, _log_group, _version, _queue, _table, _topic, _rule, _permission, _bucket, _mapping)
    made = {f"{maker.__name__.strip('_').title().replace('_', '')}{n}": maker(n) for n in range(resources) for maker in makers}
    return {"Resources": dict(list(made.items())[:resources])}


def write(folder: Path, resources: int) -> Path:
    """The template in a file, as `sls package` leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cloudformation-template-update-stack.json"
    path.write_text(json.dumps(template(resources)), "utf-8")
    return path


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def _function(n: int) -> dict[str, Any]:
    code = {"S3Bucket": "deployments", "S3Key": f"serverless/orders/dev/{n}.zip"}
    return _resource("AWS::Lambda::Function", FunctionName=f"orders-dev-f{n}", Role=ROLE, Runtime="nodejs22.x", Code=code)


def _log_group(n: int) -> dict[str, Any]:
    return _resource("AWS::Logs::LogGroup", LogGroupName=f"/aws/lambda/orders-dev-f{n}", RetentionInDays=14)


def _version(n: int) -> dict[str, Any]:
    return {**_resource("AWS::Lambda::Version", FunctionName={"Ref": f"Function{n}"}), "DeletionPolicy": "Retain"}


def _queue(n: int) -> dict[str, Any]:
    return _resource("AWS::SQS::Queue", QueueName=f"orders-dev-q{n}")


def _table(n: int) -> dict[str, Any]:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    return _resource("AWS::DynamoDB::Table", KeySchema=keys, BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "n", "Value": str(n)}])


def _topic(n: int) -> dict[str, Any]:
    return _resource("AWS::SNS::Topic", TopicName=f"orders-dev-t{n}")


def _rule(n: int) -> dict[str, Any]:
    target = {"Id": "f", "Arn": {"Fn::GetAtt": [f"Function{n}", "Arn"]}}
    return _resource("AWS::Events::Rule", ScheduleExpression="rate(1 hour)", Targets=[target])


def _permission(n: int) -> dict[str, Any]:
    name = {"Fn::GetAtt": [f"Function{n}", "Arn"]}
    return _resource("AWS::Lambda::Permission", FunctionName=name, Action="lambda:InvokeFunction", Principal="events.amazonaws.com")


def _bucket(n: int) -> dict[str, Any]:
    return _resource("AWS::S3::Bucket", BucketName=f"orders-dev-b{n}")


def _mapping(n: int) -> dict[str, Any]:
    source = {"Fn::GetAtt": [f"Queue{n}", "Arn"]}
    return _resource("AWS::Lambda::EventSourceMapping", EventSourceArn=source, FunctionName={"Ref": f"Function{n}"})
