"""What an account has recorded of a deploy: CloudTrail's events, and those of the stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, repeat
from typing import Any, Final

from tests.documents.scene import Scene
from tests.learn.stack_events import event
from tests.moto_server import ACCOUNT, moto_server
from tests.observe.athena import athena
from tests.observe.events import CLOUDFORMATION, log_file_bytes, looked_up, record
from tests.stub_aws import Operation, stub_aws

LOG_FILE: Final = f"{ACCOUNT}_CloudTrail_eu-west-1_20261120T1005Z.json.gz"
STACK: Final = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/orders-dev/1a2b3c4d"
_USER: Final = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci is not authorized to perform: "
DENIED_LOG_GROUP: Final = (
    f"{_USER}logs:CreateLogGroup on resource: arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/orders-dev-list "
    "because no identity-based policy allows the logs:CreateLogGroup action"
)
DENIED_BUCKET: Final = (
    f'{_USER}s3:PutBucketLogging on resource: "arn:aws:s3:::orders-dev-serverlessdeploymentbucket-1m2n3o4p" '
    "because no identity-based policy allows the s3:PutBucketLogging action"
)


def _records() -> list[dict[str, Any]]:
    deployer = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci",
        "accountId": ACCOUNT,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/deployer", "userName": "deployer"}
        },
    }

    def call(source: str, name: str, parameters: Mapping[str, Any], *, by: str | None = None) -> dict[str, Any]:
        made = record(source, name, dict(parameters), by=by)
        identity = deployer if by is None else {**deployer, "invokedBy": by}
        return {**made, "userIdentity": identity, "awsRegion": "eu-west-1", "recipientAccountId": ACCOUNT}

    stack, role = {"stackName": "orders-dev"}, f"arn:aws:iam::{ACCOUNT}:role/orders-dev-eu-west-1-lambdaRole"
    bucket = {"bucketName": "orders-dev-serverlessdeploymentbucket-1m2n3o4p"}
    function = {"functionName": "orders-dev-list"}
    return [
        call("cloudformation", "CreateChangeSet", {**stack, "changeSetName": "orders-dev-change-set"}),
        call("cloudformation", "ExecuteChangeSet", stack),
        call("cloudformation", "DescribeStackEvents", stack),
        call("lambda", "CreateFunction20150331", {**function, "role": role}, by=CLOUDFORMATION),
        call("lambda", "GetFunction20150331v2", function, by=CLOUDFORMATION),
        call("s3", "CreateBucket", bucket, by=CLOUDFORMATION),
        call("s3", "PutBucketLogging", bucket, by=CLOUDFORMATION),
    ]


RECORDS: Final = _records()


@contextmanager
def a_trail(_: Scene) -> Iterator[Mapping[str, str]]:
    """CloudTrail has the events, a bucket `audit` its log files, and a table of Athena the same once more."""
    operations: dict[str, Operation] = {**athena(RECORDS), "LookupEvents": lambda _: {"Events": looked_up(RECORDS)}}
    with moto_server() as moto, stub_aws(operations) as stub:
        s3 = moto.client("s3")
        s3.create_bucket(Bucket="audit")
        s3.put_object(Bucket="audit", Key=f"AWSLogs/{ACCOUNT}/CloudTrail/{LOG_FILE}", Body=log_file_bytes(LOG_FILE, RECORDS))
        yield {**stub.environment, "AWS_ENDPOINT_URL_S3": moto.endpoint}


@contextmanager
def a_failing_deploy(_: Scene) -> Iterator[Mapping[str, str]]:
    """An operation of the stack runs, and has failed when it is looked at again: two denials are among its events."""
    kind = "AWS::CloudFormation::Stack"
    events = [
        event(STACK, 4, "orders-dev", kind, "UPDATE_ROLLBACK_COMPLETE", STACK),
        event(STACK, 3, "ServerlessDeploymentBucket", "AWS::S3::Bucket", "CREATE_FAILED", "", DENIED_BUCKET),
        event(STACK, 2, "ListLogGroup", "AWS::Logs::LogGroup", "CREATE_FAILED", "", DENIED_LOG_GROUP),
        event(STACK, 1, "orders-dev", kind, "UPDATE_IN_PROGRESS", STACK, "User Initiated"),
    ]
    # newest first, as AWS answers
    looks = chain([events[-1:]], repeat(events))
    operations: dict[str, Operation] = {
        "DescribeStacks": lambda _: {"Stacks": [{"StackId": STACK}]},
        "DescribeStackEvents": lambda _: {"StackEvents": next(looks)},
    }
    with stub_aws(operations) as stub:
        yield stub.environment
