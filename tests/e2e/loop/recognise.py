"""Which operation of which service a request stands for, and with which parameters, in every protocol that AWS speaks."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from botocore.model import OperationModel, ServiceModel
from botocore.parsers import RpcV2CBORParser

from tests.e2e.loop.models import models_signed_as
from tests.e2e.loop.request import Request
from tests.e2e.loop.rest_input import rest_input
from tests.e2e.loop.routes import find_route
from tests.e2e.loop.shapes import Values, from_form, from_json
from tests.e2e.loop.signature import Signature, signature_of

CBOR_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>[^/]+)")
BUCKET_HOST = re.compile(
    r"(?P<bucket>.+?)\.s3(?:-accelerate|[.-][a-z]{2}(?:-[a-z]+)+-\d)?(?:\.dualstack)?\.amazonaws\.com(?:\.cn)?"
)


class Unrecognised(Exception):
    """No operation that botocore knows looks like this request."""


@dataclass(frozen=True)
class Call:
    """A recognised request. `service` is botocore's name, `protocol` the one that was spoken."""

    service: str
    operation: str
    protocol: str
    parameters: Values
    signature: Signature
    request: Request


def recognise(request: Request) -> Call:
    """The call that a signed request makes; raises Unrecognised."""
    signature = signature_of(request)
    if signature is None:
        raise Unrecognised("nobody signed it")
    for model in models_signed_as(signature.service):
        found = _read(model, request)
        if found is not None:
            protocol, operation, parameters = found
            return Call(model.service_name, operation.name, protocol, parameters, signature, request)
    raise Unrecognised(f"no operation of `{signature.service}` is {request.method} {request.path}")


Found = tuple[str, OperationModel, Values] | None
"""The protocol, the operation and its input; None when the service has no such operation."""


def _read(model: ServiceModel, request: Request) -> Found:
    """By what marks each protocol; a service can speak several."""
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return _from_cbor(model, request)
    if "x-amz-target" in request.headers:
        return _from_target(model, request)
    if "Action" in _form(request):
        return _from_action(model, request)
    return _from_path(model, request)


def _from_cbor(model: ServiceModel, request: Request) -> Found:
    named = CBOR_PATH.fullmatch(request.path)
    operation = _operation(model, named["operation"]) if named else None
    return operation and ("cbor", operation, _input(operation, _cbor(request.body)))


def _cbor(body: bytes) -> Any:
    # botocore reads the answers of services only, so this is the one half of it that is not public
    return RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body))) if body else {}


def _from_target(model: ServiceModel, request: Request) -> Found:
    prefix, _, name = request.headers["x-amz-target"].rpartition(".")
    operation = _operation(model, name) if prefix == model.metadata.get("targetPrefix") else None
    return operation and ("json", operation, _input(operation, json.loads(request.body or b"{}")))


def _input(operation: OperationModel, value: Any) -> Values:
    return from_json(operation.input_shape, value) if operation.input_shape else {}


def _from_action(model: ServiceModel, request: Request) -> Found:
    form = _form(request)
    # services that sign alike differ in their version: `elb` and `elbv2`
    if form.get("Version", model.api_version) != model.api_version:
        return None
    operation = _operation(model, form["Action"])
    if operation is None:
        return None
    ec2 = model.metadata["protocol"] == "ec2"
    shape = operation.input_shape
    return "ec2" if ec2 else "query", operation, from_form(shape, form, ec2=ec2) if shape else {}


def _from_path(model: ServiceModel, request: Request) -> Found:
    protocol = str(model.metadata["protocol"])
    if not protocol.startswith("rest"):
        return None
    found = find_route(model, request, _path(model, request))
    return found and (protocol, found.operation, rest_input(found.operation, request, found.labels))


def _form(request: Request) -> dict[str, str]:
    written = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    body = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True) if written else []
    return dict(request.parameters) | dict(body)


def _path(model: ServiceModel, request: Request) -> str:
    """The path as the model writes it: the bucket that stands in the host's name comes first."""
    bucket = BUCKET_HOST.fullmatch(request.host) if model.service_name == "s3" else None
    return f"/{bucket['bucket']}{request.path}" if bucket else request.path


def _operation(model: ServiceModel, name: str) -> OperationModel | None:
    return model.operation_model(name) if name in model.operation_names else None
