"""The services and settings of the Framework whose calls are compared with their policies."""

from __future__ import annotations

import os

from tests.e2e import settings
from tests.e2e.story import Plot

IS_ALL = os.environ.get("LEASTPRIV_TEST_LOOP") == "all"
"""Whether all is to be run, and not a choice that shows every command."""

SHORT = ("deploy", "*edit", "deploy", "info", "remove")

EVERY_COMMAND = (
    "deploy",
    "*edit",
    "deploy",
    "deploy list",
    "deploy list functions",
    "info",
    "*log",
    "logs -f list",
    "invoke -f list",
    "metrics",
    "metrics -f list",
    "rollback -t {version}",
    "*edit",
    "deploy function -f list",
    "*configure",
    "deploy function -f list --update-config",
    "rollback function -f list --function-version 1",
    "remove",
)

IMAGES = ("deploy", "deploy", "info", "deploy function -f render", "deploy function -f print", "remove")

PLOTS = {
    # REST with tags and logs; the stack's own bucket; change sets
    "default": Plot("rest-api", EVERY_COMMAND),
    "custom-bucket": Plot("rest-api", EVERY_COMMAND, ("deploymentBucket: artifacts",), settings.artifacts_bucket),
    "direct": Plot("rest-api", EVERY_COMMAND, ("deploymentMethod: direct",)),
    "custom-bucket-direct": Plot(
        "rest-api",
        ("deploy", "*edit", "deploy", "deploy list", "rollback -t {version}", "deploy function -f list", "remove"),
        ("deploymentBucket: { name: artifacts }", "deploymentPrefix: deployments", "deploymentMethod: direct"),
        settings.artifacts_bucket,
    ),
    # the stack gets a bucket of its own
    "bucket-dropped": Plot(
        "rest-api", ("deploy", "*unset", "*edit", "deploy", "remove"), ("deploymentBucket: artifacts",), settings.artifacts_bucket
    ),
    "unchanged": Plot("http-api", ("deploy", "deploy", "deploy --force")),
    "all-logs": Plot("all-logs", SHORT),
    "images": Plot("images", IMAGES, setting=settings.images),
    "stack-options": Plot(
        "stack-options", (*SHORT[:-1], "*edit", "deploy", "rollback -t {version}", "remove"), setting=settings.topic
    ),
    "existing-api": Plot("existing-api", SHORT, setting=settings.rest_api),
    "variables": Plot("variables", ("deploy", "info", "remove"), setting=settings.variables),
    "deployment-role": Plot("deployment-role", SHORT, setting=settings.deployments_bucket),
    "bucket-topic": Plot("bucket-topic", SHORT, setting=settings.existing_bucket),
    "queue-stream-schedule": Plot("queue-stream-schedule", SHORT),
    "state-machine": Plot("state-machine", SHORT),
    "vpc-function": Plot("vpc-function", SHORT),
}
