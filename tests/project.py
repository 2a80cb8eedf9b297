"""Projects for tests: a stack `orders-dev` in us-east-1 of account 111111111111, unless a test says otherwise."""

from __future__ import annotations

from typing import Any

from sls_leastpriv.model import Framework, Need, Prediction, Project, Stack, Variable
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.predict import predict
from sls_leastpriv.read.project import parse_framework

ACCOUNT = "111111111111"


def project(
    resources: dict[str, Any] | None = None,
    *,
    previous: dict[str, Any] | None = None,
    previous_known: bool = True,
    config: dict[str, Any] | None = None,
    framework: str = "none",
    commands: tuple[str, ...] = ("deploy", "remove"),
    account: str | None = ACCOUNT,
    tags: dict[str, str] | None = None,
    variables: tuple[Variable, ...] = (),
    nested: dict[str, Any] | None = None,
    template: dict[str, Any] | None = None,
) -> Project:
    chosen: Framework = parse_framework(framework)
    return Project(
        framework=chosen,
        service="orders",
        stage="dev",
        stack=Stack("orders-dev", "us-east-1", account, "aws", tags if tags is not None else {}),
        commands=commands,
        config=config,
        template={"Resources": resources or {}, **(template or {})},
        previous=None if previous is None else {"Resources": previous},
        previous_known=previous_known or previous is not None,
        nested=nested or {},
        variables=variables,
    )


def needs(prediction: Prediction, action: str, resource: str | None = None, principal: str | None = None) -> list[Need]:
    """The needs for an action, of those that hold a resource."""
    return [
        need
        for need in prediction.needs
        if need.action == action
        and (resource is None or need.resource == "*" or arn_covers(need.resource, resource))
        and principal in (None, need.principal)
    ]


def predicted(*args: Any, **kwargs: Any) -> Prediction:
    return predict(project(*args, **kwargs))
