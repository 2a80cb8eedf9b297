"""botocore's service models, which say how each operation looks on the wire."""

from __future__ import annotations

from functools import cache

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import ServiceModel

# A signing name is the name of botocore's model but where several services sign alike or the model has a name of its own.
OTHER_NAMES = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "cloudcontrolapi": ("cloudcontrol",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "email": ("sesv2", "ses"),
    "es": ("opensearch", "es"),
    "execute-api": ("apigatewaymanagementapi",),
    "monitoring": ("cloudwatch",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}


def models_signed_as(name: str) -> tuple[ServiceModel, ...]:
    """The models of the services that sign with this name; none when botocore knows no such service."""
    models = (_model(service) for service in OTHER_NAMES.get(name, (name,)))
    return tuple(model for model in models if model is not None)


@cache
def _model(service: str) -> ServiceModel | None:
    try:
        return _session().get_service_model(service)
    except UnknownServiceError:
        return None


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
