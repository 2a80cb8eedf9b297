"""The ARN of what a call is about, from its parameters, as AWS writes it when it denies the call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.e2e.loop.actions import prefix_of
from tests.e2e.loop.recognise import Call

ACCOUNT = "123456789012"
"""The account that moto plays, unless it is told otherwise."""

# By service: the parameters that can name the resource, the first that was sent wins; `{}` is where the name goes. A value
# that is an ARN already stands for itself. Services and operations that are missing here are authorised on `*`.
NAMED = {
    "acm": {"CertificateArn": "certificate/{}"},
    "cloudformation": {"StackName": "stack/{}/*", "StackId": "stack/{}/*"},
    "cloudwatch": {"AlarmName": "alarm:{}", "AlarmNames": "alarm:{}", "ResourceARN": "{}"},
    "cognito-idp": {"UserPoolId": "userpool/{}"},
    "dynamodb": {"TableName": "table/{}"},
    "ecr": {"repositoryName": "repository/{}", "repositoryNames": "repository/{}"},
    "events": {"Rule": "rule/{}", "Name": "rule/{}", "NamePrefix": "rule/{}", "ResourceARN": "{}"},
    "iam": {"RoleName": "role/{}", "UserName": "user/{}", "GroupName": "group/{}", "PolicyArn": "{}", "PolicyName": "policy/{}"},
    "kinesis": {"ConsumerARN": "{}", "StreamName": "stream/{}", "StreamARN": "stream/{}", "ResourceARN": "{}"},
    "kms": {"KeyId": "key/{}"},
    # a policy without `:*` behind the group's name does not cover this, as with AWS
    "logs": {"logGroupName": "log-group:{}:log-stream:", "resourceArn": "{}"},
    "route53": {"HostedZoneId": "hostedzone/{}"},
    "scheduler": {"ResourceArn": "{}", "Name": "schedule/default/{}"},
    # an ARN has six characters behind the name
    "secretsmanager": {"SecretId": "secret:{}-1a2B3c", "Name": "secret:{}-1a2B3c"},
    "sns": {"TopicArn": "{}", "SubscriptionArn": "{}", "ResourceArn": "{}", "Name": "{}"},
    "sqs": {"QueueUrl": "{}", "QueueName": "{}"},
    "ssm": {"Name": "parameter/{}", "Names": "parameter/{}", "Path": "parameter/{}"},
    "stepfunctions": {"stateMachineArn": "{}", "name": "stateMachine:{}"},
    "sts": {"RoleArn": "role/{}"},
}

# operations that take no resource though they carry the parameter
ON_EVERYTHING = {("ecr", "GetAuthorizationToken"), ("sts", "GetCallerIdentity"), ("events", "PutEvents")}

WITHOUT_REGION = {"iam", "sts"}


class Place(NamedTuple):
    """Where a call goes, for the first fields of an ARN."""

    partition: str
    region: str


def resources_of(call: Call) -> list[str]:
    """The ARNs that the call is authorised on; `*` where its action takes no resource, or none is named."""
    match call.service:
        case "s3":
            return [_s3(call, key) for key in _keys(call)]
        case "apigateway" | "apigatewayv2":
            return [f"arn:{place_of(call).partition}:apigateway:{place_of(call).region}::{_api_path(call)}"]
        case "lambda":
            return [_lambda(call)]
        case "appsync" if "GraphqlApi" in call.operation and "apiId" in call.parameters:
            return [_in_account(call, "appsync", f"apis/{call.parameters['apiId']}")]
        case "events" if "EventBus" in call.operation:
            return [_in_account(call, "events", f"event-bus/{call.parameters.get('Name') or call.parameters.get('EventBusName')}")]
        case "events" if call.parameters.get("EventBusName", "default") != "default":
            return [_rule_of_a_bus(call)]
        case "kms" if call.parameters.get("AliasName"):
            return [*_alias_and_key(call)]
    return [_arn(call, pattern, name) for pattern, name in _named(call)] or ["*"]


def place_of(call: Call) -> Place:
    """The partition follows the region."""
    region = call.signature.region
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return Place(partition, region)


def _named(call: Call) -> Iterator[tuple[str, str]]:
    if (call.service, call.operation) in ON_EVERYTHING:
        return
    for parameter, pattern in NAMED.get(call.service, {}).items():
        value = call.parameters.get(parameter)
        if value:
            for name in value if isinstance(value, list) else [value]:
                yield pattern, str(name)
            return


def _arn(call: Call, pattern: str, name: str) -> str:
    if name.startswith("arn:"):
        # a subscription is authorised by its topic, whose ARN it begins with
        return ":".join(name.split(":")[:6]) if call.service == "sns" else name
    # the last part of a queue's URL, a hosted zone's path, a parameter's hierarchy
    name = name.rpartition("/")[2] if call.service in ("sqs", "route53") else name.lstrip("/") if call.service == "ssm" else name
    return _in_account(call, prefix_of(call), pattern.format(name))


def _in_account(call: Call, service: str, relative: str) -> str:
    partition, region = place_of(call)
    return f"arn:{partition}:{service}:{'' if call.service in WITHOUT_REGION else region}:{ACCOUNT}:{relative}"


def _rule_of_a_bus(call: Call) -> str:
    bus = str(call.parameters["EventBusName"]).rpartition("/")[2]
    return _in_account(call, "events", f"rule/{bus}/{call.parameters.get('Rule') or call.parameters.get('Name')}")


def _alias_and_key(call: Call) -> Iterator[str]:
    """Both are asked for: https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html"""
    yield _in_account(call, "kms", str(call.parameters["AliasName"]))
    if call.parameters.get("TargetKeyId"):
        yield _arn(call, "key/{}", str(call.parameters["TargetKeyId"]))


def _keys(call: Call) -> list[str | None]:
    """The keys of the objects that an S3 call is about; `[None]` when it is about the bucket."""
    if call.operation == "DeleteObjects":
        return [str(one["Key"]) for one in call.parameters["Delete"]["Objects"]]
    return [call.parameters.get("Key")]


def _s3(call: Call, key: str | None) -> str:
    bucket = call.parameters.get("Bucket")
    if bucket is None:
        return "*"
    return object_arn(call, str(bucket), key) if key is not None else f"arn:{place_of(call).partition}:s3:::{bucket}"


def object_arn(call: Call, bucket: str, key: str) -> str:
    """An object in S3, in the partition of the call."""
    return f"arn:{place_of(call).partition}:s3:::{bucket}/{key}"


def _api_path(call: Call) -> str:
    """Paths are ARNs here, without the version of the API. The ARN of something tagged stays encoded: IAM compares what was sent.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
    """
    path = call.request.path.removeprefix("/v2")
    return path if path.startswith("/tags/") else unquote(path)


FUNCTION = re.compile(r"(?:arn:[^:]+:lambda:[^:]+:\d+:)?(?:\d+:)?(?:function:)?(?P<name>[^:]+)(?::(?P<qualifier>.+))?")


def function_arn(call: Call) -> str:
    """The function that a call of Lambda names."""
    found = FUNCTION.fullmatch(str(call.parameters["FunctionName"]))
    assert found is not None
    qualifier = call.parameters.get("Qualifier") or found["qualifier"]
    return _in_account(call, "lambda", f"function:{found['name']}" + (f":{qualifier}" if qualifier else ""))


def _lambda(call: Call) -> str:
    """Functions are named by name, partial or whole ARN, with the version or alias in it or beside it."""
    sent: dict[str, Any] = call.parameters
    if call.operation == "CreateEventSourceMapping":
        # it takes no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
        return "*"
    if sent.get("UUID"):
        return _in_account(call, "lambda", f"event-source-mapping:{sent['UUID']}")
    if sent.get("FunctionName"):
        return function_arn(call)
    if sent.get("LayerName"):
        version = sent.get("VersionNumber")
        return _in_account(call, "lambda", f"layer:{sent['LayerName']}" + (f":{version}" if version else ""))
    return str(sent.get("Resource") or sent.get("Arn") or "*")
