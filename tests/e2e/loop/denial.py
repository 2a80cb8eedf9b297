"""A denial as AWS sends it: its words, in the error shape of the protocol that was spoken."""

from __future__ import annotations

import json
from typing import NamedTuple
from xml.sax.saxutils import escape

from tests.e2e.loop.authorise import DEPLOYER, Asked
from tests.e2e.loop.judge import Verdict
from tests.e2e.loop.recognise import Call

REQUEST_ID = "00000000-0000-4000-8000-000000000000"


class Answer(NamedTuple):
    """What goes back to the command line."""

    status: int
    headers: dict[str, str]
    body: bytes


def denial(call: Call, asked: Asked, verdict: Verdict) -> Answer:
    """The answer to a call that may not be."""
    text = _words(call, asked, verdict)
    match call.protocol:
        case "query":
            return _xml(f"<ErrorResponse>{_error('AccessDenied', text)}<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>")
        case "ec2":
            inner = f"<Errors>{_error('UnauthorizedOperation', text)}</Errors>"
            return _xml(f"<Response>{inner}<RequestID>{REQUEST_ID}</RequestID></Response>")
        case "rest-xml" if call.service == "s3":
            # an answer to HEAD has no body, so a client sees the status alone
            return _xml(f"<Error><Code>AccessDenied</Code><Message>{escape(text)}</Message></Error>", call.request.method)
        case "rest-xml":
            return _xml(f"<ErrorResponse>{_error('AccessDenied', text)}<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>")
        case "rest-json":
            return _json(403, {"Message": text, "message": text}, "application/json")
        case "cbor":
            return _cbor({"__type": "com.amazon.coral.service#AccessDeniedException", "message": text})
        case _:
            return _json(400, {"__type": "AccessDeniedException", "Message": text, "message": text}, "application/x-amz-json-1.1")


def _words(call: Call, asked: Asked, verdict: Verdict) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html has the words."""
    resource = f'"{asked.resource}"' if call.service == "s3" else asked.resource
    reason = {
        "explicit": "with an explicit deny in an identity-based policy",
        "implicit": f"because no identity-based policy allows the {asked.action} action",
    }[verdict]
    return f"User: {DEPLOYER} is not authorized to perform: {asked.action} on resource: {resource} {reason}"


def _error(code: str, text: str) -> str:
    return f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(text)}</Message></Error>"


def _xml(document: str, method: str = "POST") -> Answer:
    body = b"" if method == "HEAD" else f'<?xml version="1.0" encoding="UTF-8"?>\n{document}'.encode()
    return Answer(403, {"Content-Type": "text/xml", "x-amzn-RequestId": REQUEST_ID}, body)


def _json(status: int, document: dict[str, str], kind: str) -> Answer:
    headers = {"Content-Type": kind, "x-amzn-ErrorType": "AccessDeniedException", "x-amzn-RequestId": REQUEST_ID}
    return Answer(status, headers, json.dumps(document).encode())


def _cbor(document: dict[str, str]) -> Answer:
    """CBOR of a map of texts (RFC 8949: major types 5 and 3), which is all that an error needs."""
    pairs = b"".join(_cbor_head(3, len(text.encode())) + text.encode() for pair in document.items() for text in pair)
    headers = {
        "Content-Type": "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
        # CloudWatch once spoke the query protocol, and keeps its names for errors
        "x-amzn-query-error": "AccessDenied;Sender",
        "x-amzn-RequestId": REQUEST_ID,
    }
    return Answer(400, headers, _cbor_head(5, len(document)) + pairs)


def _cbor_head(major: int, length: int) -> bytes:
    if length < 24:
        return bytes([major << 5 | length])
    return bytes([major << 5 | 25]) + length.to_bytes(2, "big")
