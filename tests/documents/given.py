"""What a reader has before the examples of a page begin: `<!-- given: NAME -->`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import yaml

from tests.documents.recorded import DENIED_BUCKET, DENIED_LOG_GROUP, LOG_FILE, RECORDS
from tests.documents.scene import Scene
from tests.fixture import FIXTURES
from tests.observe.events import log_file

SETTINGS: Final = "\ncustom:\n  leastpriv:\n    account: '123456789012'\n"
LOG: Final = f"""\
Deploying orders to stage dev (eu-west-1)

CREATE_FAILED: ListLogGroup (AWS::Logs::LogGroup)
{DENIED_LOG_GROUP}

CREATE_FAILED: ServerlessDeploymentBucket (AWS::S3::Bucket)
{DENIED_BUCKET}

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


def pushed(scene: Scene) -> None:
    """The service is in a git repository, and its commit has been pushed to another one, which it tracks."""
    committed(scene)
    ended = scene.run("git init -q --bare ~/orders.git && git remote add origin ~/orders.git && git push -q -u origin main")
    assert ended.code == 0, ended.output


def log(scene: Scene) -> None:
    """`deploy.log` is the log of a deploy that was denied something, which the plugin has kept, too."""
    (scene.folder / "deploy.log").write_text(LOG, "utf-8")
    kept = scene.folder / ".serverless" / "leastpriv-denied.log"
    kept.parent.mkdir()
    kept.write_text(LOG, "utf-8")


def template(scene: Scene) -> None:
    """`template.yml` is the service's compiled template."""
    document = json.loads((FIXTURES / scene.fixture / "handoff.json").read_text("utf-8"))
    (scene.folder / "template.yml").write_text(yaml.safe_dump(document["template"]), "utf-8")


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
    log_file(scene.folder / "logs", LOG_FILE, RECORDS)


GIVEN: Final[dict[str, Callable[[Scene], None]]] = {
    "a commit": committed,
    "a commit that is pushed": pushed,
    "a denied deploy": log,
    "a plugin of its own": plugin,
    "a template of the CDK": cdk,
    "a trail": trail,
    "its template": template,
    "settings": settings,
}
