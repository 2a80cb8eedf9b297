"""Which operation of a REST service a method, a path and a query stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel, ServiceModel

from tests.e2e.loop.request import Request

LABEL = re.compile(r"\{([^}]+)\}")


class Route(NamedTuple):
    """What a request must have to be this operation. More is more precise: `weight` orders the routes that fit."""

    operation: OperationModel
    method: str
    pattern: re.Pattern[str]
    labels: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    """What the query must hold: a name with its value, or with "" for any value."""
    headers: tuple[str, ...]
    weight: tuple[int, int, bool]


class Match(NamedTuple):
    """An operation, and the decoded labels of its path."""

    operation: OperationModel
    labels: dict[str, str]


def find_route(model: ServiceModel, request: Request, path: str) -> Match | None:
    """The most precise of the operations that the request can be; None when it can be none."""
    sent = dict(request.parameters)
    fitting = [(route, found) for route in _routes(model) if (found := _fits(route, request, path, sent))]
    if not fitting:
        return None
    # SDK v3 says which operation it means, where a path alone is ambiguous
    meant = [pair for pair in fitting if pair[0].operation.name == sent.get("x-id")]
    route, found = max(meant or fitting, key=lambda pair: pair[0].weight)
    return Match(route.operation, dict(zip(route.labels, map(unquote, found.groups()), strict=True)))


def _fits(route: Route, request: Request, path: str, sent: dict[str, str]) -> re.Match[str] | None:
    if route.method != request.method:
        return None
    if any(name not in sent or (value and sent[name] != value) for name, value in route.query):
        return None
    if any(name not in request.headers for name in route.headers):
        return None
    return route.pattern.fullmatch(path)


@cache
def _routes(model: ServiceModel) -> tuple[Route, ...]:
    return tuple(_compiled(model))


def _compiled(model: ServiceModel) -> Iterator[Route]:
    for name in sorted(model.operation_names, reverse=True):
        operation = model.operation_model(name)
        path, _, constant = operation.http["requestUri"].partition("?")
        required = _required(operation)
        query = (*parse_qsl(constant, keep_blank_values=True), *((wire, "") for wire in required["querystring"]))
        headers = tuple(wire.lower() for wire in required["header"])
        literal = len(LABEL.sub("", path))
        yield Route(
            operation=operation,
            method=operation.http["method"],
            pattern=_pattern(path),
            labels=tuple(label.rstrip("+") for label in LABEL.findall(path)),
            query=query,
            headers=headers,
            weight=(literal, len(query) + len(headers), not operation.deprecated),
        )


def _required(operation: OperationModel) -> dict[str, list[str]]:
    """The wire names of the members that every request of the operation carries in its query or its headers."""
    found: dict[str, list[str]] = {"querystring": [], "header": []}
    shape = operation.input_shape
    for name in shape.required_members if shape else ():
        serialization = shape.members[name].serialization
        if serialization.get("location") in found:
            found[serialization["location"]].append(serialization.get("name", name))
    return found


def _pattern(path: str) -> re.Pattern[str]:
    """A regular expression for the path as sent: a label holds no `/` unless it is greedy, `{Key+}`."""
    parts = LABEL.split(path.rstrip("/") or "/")
    written = [("(.+)" if part.endswith("+") else "([^/]+)") if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    return re.compile("".join(written) + "/?")
