"""What the fixture services live through when CloudFormation makes its own calls."""

from __future__ import annotations

from tests.e2e import settings
from tests.e2e.story import Plot

LIFE = ("deploy", "*edit", "deploy", "rollback -t {version}", "remove")

# a deploy that fails when it has changed the functions, and one that fails as late as it can
ILL_FATED = (
    "deploy",
    "*edit",
    "*lack lambda:PublishVersion",
    "deploy --verbose",
    "remove",
    "*lack latest",
    "deploy --verbose",
    "remove",
)

SERVICES = {
    "rest-api": settings.nothing,
    "http-api": settings.nothing,
    "bucket-topic": settings.existing_bucket,
    "queue-stream-schedule": settings.nothing,
    "state-machine": settings.nothing,
    "vpc-function": settings.nothing,
    "deployment-role": settings.deployments_bucket,
    "variables": settings.variables,
    "all-logs": settings.nothing,
    "signed-in": settings.nothing,
    "assorted": settings.nothing,
}
"""The fixtures and services, and what each finds in AWS."""

PLOTS = {name: Plot(name, LIFE, setting=setting) for name, setting in SERVICES.items()}
FAILURES = {name: Plot(name, ILL_FATED, setting=setting) for name, setting in SERVICES.items()}
# with usage plans the Framework itself cannot remove a stack without the API: it looks that up, and ends
FAILURES["rest-api"] = Plot("rest-api", (*ILL_FATED[:-1], "deploy", "remove"))
# its table is retained, and has a name: it cannot be deployed a second time, as with AWS
FAILURES["deployment-role"] = Plot("deployment-role", ILL_FATED[:5], setting=settings.deployments_bucket)

UNDONE_WITH = "osls@4"
"""How CloudFormation goes back is the same whoever has deployed."""
