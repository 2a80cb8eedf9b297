"""CloudTrail's records for tests, in its own format.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ACCOUNT = "111111111111"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/ci/deployer"
CLOUDFORMATION = "cloudformation.amazonaws.com"


def record(
    source: str,
    name: str,
    parameters: dict[str, Any] | None = None,
    *,
    session: str = "one",
    at: str = "2026-11-20T10:00:00Z",
    by: str | None = None,
    error: str | None = None,
    identifier: str = "",
    **more: Any,
) -> dict[str, Any]:
    """One call of the deployer's role; `by` is the service that made it for the deployer."""
    return {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/{session}",
            "accountId": ACCOUNT,
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": DEPLOYER, "userName": "deployer"}},
            **({"invokedBy": by} if by else {}),
        },
        "eventTime": at,
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": by or "198.51.100.7",
        "requestParameters": parameters,
        "eventID": identifier or f"{source}-{name}-{session}-{at}",
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
        **({"errorCode": error} if error else {}),
        **more,
    }


def log_file_bytes(name: str, records: Sequence[Mapping[str, Any]]) -> bytes:
    """What is in a log file as CloudTrail delivers it; gzip where the name says so."""
    text = json.dumps({"Records": list(records)}).encode()
    return gzip.compress(text) if name.endswith(".gz") else text


def looked_up(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records as `cloudtrail:LookupEvents` answers them."""
    return [{"EventId": one["eventID"], "CloudTrailEvent": json.dumps(one)} for one in records]


def log_file(folder: Path, name: str, records: Sequence[dict[str, Any]]) -> Path:
    """Writes such a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(log_file_bytes(name, records))
    return path


_FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders-dev-list"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders-runtime"
_STACK = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/orders-dev/1"
_QUEUE = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/orders-dev-jobs"
_OBJECT = [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::orders-dev-bucket/a"}]
_KEY = [{"type": "AWS::KMS::Key", "ARN": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"}]


def _made(source: str, name: str, parameters: dict[str, Any], error: str | None = None) -> dict[str, Any]:
    return record(source, name, parameters, by=CLOUDFORMATION, error=error)


DEPLOY = [
    record("cloudformation", "CreateChangeSet", {"stackName": "orders-dev", "changeSetName": "c"}),
    record("cloudformation", "ExecuteChangeSet", {"stackName": "orders-dev"}),
    record("cloudformation", "DescribeStackEvents", {"stackName": _STACK}, session="two"),
    _made("lambda", "CreateFunction20150331", {"functionName": "orders-dev-list", "role": _ROLE}),
    _made("lambda", "GetFunction20150331v2", {"functionName": _FUNCTION}),
    _made("sqs", "CreateQueue", {"queueName": "orders-dev-jobs"}),
    _made("sqs", "PurgeQueue", {"queueUrl": _QUEUE}),
    record("s3", "GetBucketEncryption", {"bucketName": "orders-dev-bucket"}),
    record("s3", "PutObject", {"bucketName": "orders-dev-bucket", "key": "a"}, resources=_OBJECT),
    _made("apigateway", "CreateDeployment", {"restApiId": "a1b2c3d4e5", "createDeploymentInput": {"stageName": "dev"}}),
    _made("apigateway", "CreateStage", {"apiId": "f1b2c3d4e5", "createStageInput": {}}),
    record("kms", "Decrypt", {"encryptionContext": {"a": "b"}}, resources=_KEY),
    _made("logs", "CreateLogGroup", {"logGroupName": "/aws/lambda/orders-dev-list"}, "AccessDeniedException"),
    _made("dynamodb", "DescribeTable", {"tableName": "orders-dev-t"}, "ResourceNotFoundException"),
    record("newservice", "DoSomething", {"a": [1, 2]}),
    record("signin", "ConsoleLogin", None, eventType="AwsConsoleSignIn"),
]
