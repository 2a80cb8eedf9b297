"""What AWS authorises before it does what a call asks: the operation itself, and what it does on the caller's behalf."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from tests.e2e.loop.actions import action_of, prefix_of
from tests.e2e.loop.recognise import Call
from tests.e2e.loop.resources import ACCOUNT, function_arn, object_arn, place_of, resources_of

DEPLOYER = f"arn:aws:iam::{ACCOUNT}:user/deployer"
"""Whose calls all calls are; moto itself knows no such user."""

ROLE_PARAMETER = re.compile(r"(?i)(?:.*[a-z])?role(?:_?arn)?")
ROLE = re.compile(r"arn:[^:]+:iam::\d*:role/.+")
READS = ("Get", "List", "Describe", "Validate", "Estimate", "Detect")

# services that use a role under another name than the one they sign with:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
PASSED_TO = {"cloudwatch": "monitoring"}

Context = dict[str, tuple[str, ...]]


class Asked(NamedTuple):
    """One decision that AWS makes: may the caller do this, on that, under these circumstances."""

    action: str
    resource: str
    context: Context


def asked_of(call: Call, mappings: Mapping[str, str] = MappingProxyType({})) -> list[Asked]:
    """All that must be allowed for the call to be; the operation itself comes first. `mappings`: the function of each event source
    mapping, by its id, which is all that most calls say.
    """
    general = _general(call)
    own = [Asked(action_of(call), resource, general | _of_the_call(call, mappings)) for resource in resources_of(call)]
    return [*own, *(one._replace(context=general | one.context) for one in _on_behalf(call))]


def _general(call: Call) -> Context:
    """What every request has: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    return {
        "aws:PrincipalAccount": (ACCOUNT,),
        "aws:PrincipalArn": (DEPLOYER,),
        "aws:PrincipalType": ("User",),
        "aws:RequestedRegion": (call.signature.region,),
        "aws:ResourceAccount": (ACCOUNT,),
        "aws:SecureTransport": ("true",),
        "aws:username": (DEPLOYER.rpartition("/")[2],),
    }


def _of_the_call(call: Call, mappings: Mapping[str, str]) -> Context:
    sent = call.parameters
    found: Context = {}
    tags = dict(_tags(sent))
    if tags:
        found["aws:TagKeys"] = tuple(tags)
        found |= {f"aws:RequestTag/{key}": (value,) for key, value in tags.items()}
    if call.service == "lambda" and call.operation.endswith("EventSourceMapping"):
        function = mappings.get(sent.get("UUID", "")) or (function_arn(call) if sent.get("FunctionName") else None)
        found |= {"lambda:FunctionArn": (function,)} if function else {}
    for key, parameter in CONDITION_KEYS.get(call.service, {}).items():
        if isinstance(sent.get(parameter), str):
            found[key] = (sent[parameter],)
    return found


# the condition keys of services that come straight from a parameter
CONDITION_KEYS = {
    "cloudformation": {
        "cloudformation:ChangeSetName": "ChangeSetName",
        "cloudformation:RoleArn": "RoleARN",
        "cloudformation:StackPolicyUrl": "StackPolicyURL",
        "cloudformation:TemplateUrl": "TemplateURL",
    },
    "iam": {"iam:PermissionsBoundary": "PermissionsBoundary", "iam:PolicyARN": "PolicyArn"},
    "s3": {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:x-amz-server-side-encryption": "ServerSideEncryption"},
}


def _tags(sent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    written = next((sent[name] for name in ("Tags", "tags", "TagList") if name in sent), None)
    if isinstance(written, Mapping):
        yield from ((str(key), str(value)) for key, value in written.items())
    elif isinstance(written, list):
        for one in written:
            lower = {key.lower(): value for key, value in one.items()}
            yield str(lower.get("key", "")), str(lower.get("value", ""))


# Creations that ask for another action when they carry tags, as their API references and user guides say: for example
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
TAGGED = {
    ("cloudwatch", "PutMetricAlarm"): "cloudwatch:TagResource",
    ("dynamodb", "CreateTable"): "dynamodb:TagResource",
    ("ecr", "CreateRepository"): "ecr:TagResource",
    ("events", "CreateEventBus"): "events:TagResource",
    ("events", "PutRule"): "events:TagResource",
    ("iam", "CreatePolicy"): "iam:TagPolicy",
    ("iam", "CreateRole"): "iam:TagRole",
    ("iam", "CreateUser"): "iam:TagUser",
    ("lambda", "CreateFunction"): "lambda:TagResource",
    ("logs", "CreateLogGroup"): "logs:TagResource",
    ("secretsmanager", "CreateSecret"): "secretsmanager:TagResource",
    ("sns", "CreateTopic"): "sns:TagResource",
    ("sqs", "CreateQueue"): "sqs:TagQueue",
    ("ssm", "PutParameter"): "ssm:AddTagsToResource",
    ("stepfunctions", "CreateStateMachine"): "states:TagResource",
}


# https://github.com/mattclay/aws-terminator/pull/284 has such a denial; those of the second API name POST
TAGGED_API = {"apigateway": "apigateway:PUT", "apigatewayv2": "apigateway:POST"}


def _tagged(call: Call) -> Iterator[Asked]:
    """What is made with tags is tagged too."""
    context = _of_the_call(call, {})
    if "aws:TagKeys" not in context:
        return
    if action := TAGGED.get((call.service, call.operation)):
        yield from (Asked(action, resource, context) for resource in resources_of(call))
    elif call.service in TAGGED_API and call.operation.startswith("Create"):
        # it has no id yet, so it is asked for all of its kind
        start = f"arn:{place_of(call).partition}:apigateway:{place_of(call).region}::"
        tagged = quote(f"{start}{unquote(call.request.path)}/*", safe="*")
        yield Asked(TAGGED_API[call.service], f"{start}/tags/{tagged}", context)


def _on_behalf(call: Call) -> Iterator[Asked]:
    yield from _tagged(call)
    yield from _passed_roles(call)
    yield from _read_from_s3(call)
    if call.service == "s3":
        yield from _s3_extras(call)
    for layer in call.parameters.get("Layers") or () if call.service == "lambda" else ():
        yield Asked("lambda:GetLayerVersion", str(layer), {})


def _passed_roles(call: Call) -> Iterator[Asked]:
    """Whoever hands a role to a service must be allowed to: `iam:PassRole` on the role, for that service."""
    if call.service in ("iam", "sts") or call.operation.startswith(READS):
        return
    prefix = prefix_of(call)
    service = f"{PASSED_TO.get(prefix, prefix)}.amazonaws.com"
    for role in dict.fromkeys(_roles(call.parameters)):
        yield Asked("iam:PassRole", role, {"iam:PassedToService": (service,)})


def _roles(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _roles(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _roles(inner, name)
    elif isinstance(value, str) and ROLE_PARAMETER.fullmatch(name) and ROLE.fullmatch(value):
        yield value


S3_URL = re.compile(r"(?:(?P<bucket>.+)\.)?s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")


def _read_from_s3(call: Call) -> Iterator[Asked]:
    """What a service fetches from S3 with the caller's permissions: CloudFormation a template, Lambda a package."""
    if call.service == "cloudformation":
        for parameter in ("TemplateURL", "StackPolicyURL"):
            if call.parameters.get(parameter):
                yield Asked("s3:GetObject", _object_at(call, call.parameters[parameter]), _called_via("cloudformation"))
    elif call.service == "lambda":
        code = call.parameters.get("Code") or call.parameters.get("Content") or call.parameters
        if isinstance(code, Mapping) and code.get("S3Bucket"):
            action = "s3:GetObjectVersion" if code.get("S3ObjectVersion") else "s3:GetObject"
            yield Asked(action, object_arn(call, code["S3Bucket"], code["S3Key"]), {})


def _called_via(service: str) -> Context:
    name = f"{service}.amazonaws.com"
    return {"aws:CalledVia": (name,), "aws:CalledViaFirst": (name,), "aws:CalledViaLast": (name,), "aws:ViaAWSService": ("true",)}


def _object_at(call: Call, url: str) -> str:
    parts = urlsplit(url)
    found = S3_URL.fullmatch(parts.netloc)
    path = unquote(parts.path.lstrip("/"))
    bucket, key = (found["bucket"], path) if found and found["bucket"] else path.split("/", 1)
    return object_arn(call, bucket, key)


SOME_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"

# what an upload asks for in its headers takes permissions of its own
UPLOAD_EXTRAS = {"Tagging": "s3:PutObjectTagging", "ACL": "s3:PutObjectAcl"}


def _s3_extras(call: Call) -> Iterator[Asked]:
    sent = call.parameters
    key = sent.get("Key")
    if key is None:
        return
    own = object_arn(call, sent["Bucket"], key)
    yield from (Asked(action, own, {}) for parameter, action in UPLOAD_EXTRAS.items() if sent.get(parameter))
    if sent.get("CopySource"):
        bucket, _, source = unquote(sent["CopySource"]).lstrip("/").partition("/")
        path, _, version = source.partition("?versionId=")
        yield Asked("s3:GetObjectVersion" if version else "s3:GetObject", object_arn(call, bucket, path), {})
    if sent.get("SSEKMSKeyId"):
        yield _with_key(call, sent["SSEKMSKeyId"])


def _with_key(call: Call, name: str) -> Asked:
    """A key is authorised by its own ARN, whatever it is called by; an alias is a condition key.
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    partition, region = place_of(call)
    context: Context = {"kms:ViaService": (_s3_service(call),)}
    key = name.rpartition(":")[2]
    if key.startswith("alias/"):
        key, context = f"key/{SOME_KEY}", context | {"kms:ResourceAliases": (key,)}
    return Asked("kms:GenerateDataKey", f"arn:{partition}:kms:{region}:{ACCOUNT}:key/{key.removeprefix('key/')}", context)


def _s3_service(call: Call) -> str:
    return f"s3.{call.signature.region}.amazonaws.com"
