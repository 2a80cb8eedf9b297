"""What a reader has before the examples of a page begin: `<!-- given: NAME -->`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.documents.scene import Scene
from tests.observe.events import CLOUDFORMATION, log_file, record

SETTINGS: Final = "\ncustom:\n  leastpriv:\n    account: '123456789012'\n"
LOG: Final = """\
Deploying orders to stage dev (eu-west-1)

CREATE_FAILED: ListLogGroup (AWS::Logs::LogGroup)
User: arn:aws:sts::123456789012:assumed-role/deployer/ci is not authorized to perform: logs:CreateLogGroup on resource: \
arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders-dev-list because no identity-based policy allows the \
logs:CreateLogGroup action

CREATE_FAILED: ServerlessDeploymentBucket (AWS::S3::Bucket)
User: arn:aws:sts::123456789012:assumed-role/deployer/ci is not authorized to perform: s3:PutBucketLogging on resource: \
"arn:aws:s3:::orders-dev-serverlessdeploymentbucket-1m2n3o4p" because no identity-based policy allows the s3:PutBucketLogging action

2026-11-20T10:04:11Z ERROR AccessDeniedException: User: \
arn:aws:sts::123456789012:assumed-role/orders-dev-eu-west-1-lambdaRole/orders-dev-list is not authorized to perform: \
dynamodb:Query on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders because no identity-based policy allows the \
dynamodb:Query action
"""
PLUGIN: Final = """\
class Audit {
  constructor() {
    this.hooks = { 'after:deploy:deploy': () => this.audit() };
  }

  async audit() {
    const { CloudTrailClient, LookupEventsCommand } = require('@aws-sdk/client-cloudtrail');
    await new CloudTrailClient({}).send(new LookupEventsCommand({}));
  }
}

module.exports = Audit;
"""


def settings(scene: Scene) -> None:
    """`custom.leastpriv` names the account."""
    file = scene.folder / "serverless.yml"
    file.write_text(file.read_text("utf-8").rstrip() + "\n" + SETTINGS, "utf-8")


def committed(scene: Scene) -> None:
    """The service is in a git repository, and committed."""
    ended = scene.run("git init -q && git add -A && git commit -q -m 'The service'")
    assert ended.code == 0, ended.output


def log(scene: Scene) -> None:
    """`deploy.log` is the log of a deploy that was denied something."""
    (scene.folder / "deploy.log").write_text(LOG, "utf-8")


def plugin(scene: Scene) -> None:
    """The service has a plugin of its own, `plugins/audit.js`."""
    (scene.folder / "plugins").mkdir()
    (scene.folder / "plugins" / "audit.js").write_text(PLUGIN, "utf-8")
    file = scene.folder / "serverless.yml"
    text = file.read_text("utf-8").replace("  - serverless-leastpriv\n", "  - serverless-leastpriv\n  - ./plugins/audit.js\n")
    file.write_text(text, "utf-8")


def cdk(scene: Scene) -> None:
    """`cdk.out` has the template of a stack with a queue."""
    queue = {"Type": "AWS::SQS::Queue", "UpdateReplacePolicy": "Delete", "DeletionPolicy": "Delete"}
    (scene.folder / "cdk.out").mkdir()
    template = scene.folder / "cdk.out" / "OrdersStack.template.json"
    template.write_text(json.dumps({"Resources": {"Refunds3A5B1F2C": queue}}), "utf-8")


def trail(scene: Scene) -> None:
    """`logs/` has CloudTrail's log files of a deploy."""
    account = "123456789012"
    deployer = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{account}:assumed-role/deployer/ci",
        "accountId": account,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{account}:role/deployer", "userName": "deployer"}
        },
    }

    def call(source: str, name: str, parameters: Mapping[str, Any], *, by: str | None = None) -> dict[str, Any]:
        made = record(source, name, dict(parameters), by=by)
        identity = deployer if by is None else {**deployer, "invokedBy": by}
        return {**made, "userIdentity": identity, "awsRegion": "eu-west-1", "recipientAccountId": account}

    stack, role = {"stackName": "orders-dev"}, f"arn:aws:iam::{account}:role/orders-dev-eu-west-1-lambdaRole"
    bucket = {"bucketName": "orders-dev-serverlessdeploymentbucket-1m2n3o4p"}
    function = {"functionName": "orders-dev-list"}
    records = [
        call("cloudformation", "CreateChangeSet", {**stack, "changeSetName": "orders-dev-change-set"}),
        call("cloudformation", "ExecuteChangeSet", stack),
        call("cloudformation", "DescribeStackEvents", stack),
        call("lambda", "CreateFunction20150331", {**function, "role": role}, by=CLOUDFORMATION),
        call("lambda", "GetFunction20150331v2", function, by=CLOUDFORMATION),
        call("s3", "CreateBucket", bucket, by=CLOUDFORMATION),
        call("s3", "PutBucketLogging", bucket, by=CLOUDFORMATION),
    ]
    log_file(scene.folder / "logs", "123456789012_CloudTrail_eu-west-1_20261120T1005Z.json.gz", records)


GIVEN: Final[dict[str, Callable[[Scene], None]]] = {
    "a commit": committed,
    "a denied deploy": log,
    "a plugin of its own": plugin,
    "a template of the CDK": cdk,
    "a trail": trail,
    "settings": settings,
}
