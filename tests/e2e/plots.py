"""The services and settings of the Framework whose calls are compared with their policies."""

from __future__ import annotations

from tests.e2e import settings
from tests.e2e.story import Plot

SHORT = ("deploy", "*edit", "deploy", "info", "remove")


def every_command(function: str) -> tuple[str, ...]:
    """A service's life."""
    return (
        "deploy",
        "*edit",
        "deploy",
        "deploy list",
        "deploy list functions",
        "info",
        "*log",
        f"logs -f {function}",
        f"invoke -f {function}",
        "metrics",
        f"metrics -f {function}",
        "rollback -t {version}",
        "*edit",
        f"deploy function -f {function}",
        "*configure",
        f"deploy function -f {function} --update-config",
        f"rollback function -f {function} --function-version 1",
        "remove",
    )


PLOTS = {
    # REST with tags and logs; the stack's own bucket; change sets
    "default": Plot("rest-api", every_command("list")),
    "custom-bucket": Plot("rest-api", every_command("list"), ("deploymentBucket: artifacts",), settings.artifacts_bucket),
    "direct": Plot("rest-api", every_command("list"), ("deploymentMethod: direct",)),
    "custom-bucket-direct": Plot(
        "rest-api",
        every_command("list"),
        ("deploymentBucket: { name: artifacts }", "deploymentPrefix: deployments", "deploymentMethod: direct"),
        settings.artifacts_bucket,
    ),
    "unchanged": Plot("http-api", ("deploy", "deploy", "deploy --force", "remove")),
    "all-logs": Plot("all-logs", SHORT),
    "images": Plot(
        "images",
        ("deploy", "deploy", "info", "deploy function -f render", "deploy function -f print", "remove"),
        (),
        settings.images,
    ),
    "stack-options": Plot(
        "stack-options", ("deploy", "*edit", "deploy", "*edit", "deploy", "rollback -t {version}", "remove"), (), settings.topic
    ),
    "existing-api": Plot("existing-api", SHORT, (), settings.rest_api),
    "variables": Plot("variables", ("deploy", "info", "remove"), (), settings.variables),
    "deployment-role": Plot("deployment-role", SHORT, (), settings.deployments_bucket),
    "bucket-topic": Plot("bucket-topic", SHORT, (), settings.existing_bucket),
    "queue-stream-schedule": Plot("queue-stream-schedule", SHORT),
    "state-machine": Plot("state-machine", SHORT),
    "vpc-function": Plot("vpc-function", SHORT),
}
