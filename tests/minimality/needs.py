"""Needs as a report lists them, and questions as the proxy judges them, for the tests of the parts that run nothing."""

from __future__ import annotations

from tests.e2e.loop.authorise import Asked
from tests.minimality.grants import Question, ReportedNeed

BUCKET = "arn:aws:s3:::orders"


def line_need(action: str, resource: str = f"{BUCKET}/*", command: str = "deploy") -> ReportedNeed:
    """For a call of the command line."""
    return _need(action, resource, {"kind": "command", "name": command, "where": None})


def resource_need(action: str, resource: str, type: str, *phases: str) -> ReportedNeed:
    """For a call of CloudFormation for a resource."""
    return _need(action, resource, {"kind": "resource", "name": "Any", "type": type, "where": None}, *phases)


def _need(action: str, resource: str, subject: dict[str, str | None], *phases: str) -> ReportedNeed:
    common = {
        "conditions": [],
        "principal": "deployer",
        "why": "it calls it",
        "source": "https://docs.aws.amazon.com/",
        "assumed": False,
    }
    return common | {"action": action, "resource": resource, "subject": subject, "phases": list(phases or ("create",))}


def question(action: str, resource: str, type: str | None = None) -> Question:
    """Asked by the command line, or for a type of resource."""
    return Question(Asked(action, resource, {}), type)
