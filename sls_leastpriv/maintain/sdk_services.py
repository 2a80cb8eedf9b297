"""The tables of SDK services, from botocore's API models (https://github.com/boto/botocore, Apache-2.0).

`published/sdk.json` has one line per service, by its name in botocore:

    "cognito-idp":{"id":"Cognito Identity Provider","prefix":"cognito-idp","waiters":{…}}

`id` is what the JavaScript SDK derives its client's name from, `prefix` the IAM prefix, and `waiters` the operation that each
waiter repeats. API Gateway asks for the HTTP method on the path instead of the operation, so `requests` holds both for its
operations.

`published/permission_only.json` has one line per IAM prefix: the actions that no operation is called like (`iam:PassRole`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sls_leastpriv.maintain.lines import table
from sls_leastpriv.maintain.sources import Model, Service

BY_PATH: Final = "apigateway"
"""The IAM prefix whose actions are HTTP methods.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
"""


def sdk_files(models: Mapping[str, Model], services: Mapping[str, Service]) -> dict[str, str]:
    """Both tables: their path below `published/` → their text."""
    return {
        "sdk.json": table({name: _record(name, model, services) for name, model in models.items()}),
        "permission_only.json": table(_permission_only(models, services)),
    }


def _permission_only(models: Mapping[str, Model], services: Mapping[str, Service]) -> dict[str, list[str]]:
    operations = {operation.lower() for model in models.values() for operation in model.operations}
    found = {
        prefix: sorted(action for action in service.actions if action.lower() not in operations)
        for prefix, service in services.items()
    }
    return {prefix: actions for prefix, actions in found.items() if actions}


def _record(name: str, model: Model, services: Mapping[str, Service]) -> dict[str, Any]:
    prefix = next((one for one in _prefixes(name, model) if one in services), None)
    record = {
        "id": model.metadata["serviceId"],
        "prefix": prefix,
        "waiters": {waiter: body["operation"] for waiter, body in model.waiters.items()},
        "requests": _requests(model, services[prefix]) if prefix == BY_PATH else {},
    }
    return {key: value for key, value in record.items() if value}


def _prefixes(name: str, model: Model) -> Iterator[str]:
    """What the IAM prefix may be, best first: requests are signed for it, or its endpoint or the service is called like it."""
    yield from (model.metadata[key] for key in ("signingName", "endpointPrefix") if key in model.metadata)
    yield name


def _requests(model: Model, service: Service) -> dict[str, list[str]]:
    """Operation → its request; younger operations, such as those of routing rules, have actions of their own."""
    return {name: _request(body["http"]) for name, body in model.operations.items() if name not in service.actions}


def _request(http: Mapping[str, str]) -> list[str]:
    """`[method, path]`; version 2 of the API is not part of the path in an ARN, and neither is a query.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    path = http["requestUri"].partition("?")[0].removeprefix("/v2")
    return [http["method"], re.sub(r"\{[^}]*\}", "*", path)]
