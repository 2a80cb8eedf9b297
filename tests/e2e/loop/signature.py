"""Who signed a request, for which service and region: read from the signature's credential scope, which is not verified."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.e2e.loop.request import Request

SCOPE = re.compile(r"(?P<key>[^/=,\s]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


class Signature(NamedTuple):
    """`service` is the signing name, such as `monitoring` for CloudWatch."""

    access_key: str
    region: str
    service: str


def signature_of(request: Request) -> Signature | None:
    """From the `Authorization` header or a presigned query; None when nobody signed."""
    credential = request.headers.get("authorization", "") or dict(request.parameters).get("X-Amz-Credential", "")
    found = SCOPE.search(credential)
    return Signature(found["key"], found["region"], found["service"]) if found else None
