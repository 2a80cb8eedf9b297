"""The input of a REST operation: parts of it are in the path, the query, the headers and the body."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, Shape

from tests.e2e.loop.request import Request
from tests.e2e.loop.shapes import Values, from_json, from_xml


def rest_input(operation: OperationModel, request: Request, labels: Mapping[str, str]) -> Values:
    """All members that were sent, under the names of the model."""
    shape = operation.input_shape
    if shape is None:
        return {}
    found: Values = {}
    for name, member in shape.members.items():
        value = _placed(name, member, request, labels)
        if value is not None:
            found[name] = value
    return _body(operation, shape, request) | found


def _placed(name: str, member: Shape, request: Request, labels: Mapping[str, str]) -> Any:
    """A member that has a place outside the body."""
    wire = member.serialization.get("name", name)
    match member.serialization.get("location"):
        case "uri":
            return labels.get(wire)
        case "header":
            return request.headers.get(wire.lower())
        case "headers":
            start = wire.lower()
            return {key[len(start) :]: value for key, value in request.headers.items() if key.startswith(start)} or None
        case "querystring":
            return _queried(member, wire, request)
    return None


def _queried(member: Shape, wire: str, request: Request) -> Any:
    if member.type_name == "map":
        known = {"x-id", wire}
        return {name: value for name, value in request.parameters if name not in known} or None
    values = [value for name, value in request.parameters if name == wire]
    if member.type_name == "list":
        return values or None
    return values[0] if values else None


def _body(operation: OperationModel, shape: Shape, request: Request) -> Values:
    payload = shape.serialization.get("payload")
    if not request.body:
        return {}
    if payload is None:
        return _parsed(operation, shape, request.body)
    member = shape.members[payload]
    # the payload of an upload can be anything, and nothing is authorised by it
    inside = _parsed(operation, member, request.body) if member.type_name == "structure" else f"{len(request.body)} bytes"
    return {payload: inside}


def _parsed(operation: OperationModel, shape: Shape, body: bytes) -> Any:
    if "xml" in operation.service_model.metadata["protocol"]:
        return from_xml(shape, ElementTree.fromstring(body))
    return from_json(shape, json.loads(body))
