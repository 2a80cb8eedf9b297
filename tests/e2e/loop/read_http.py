"""A request off the wire, with its body whole."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import BinaryIO

from tests.e2e.loop.request import Request


def read_request(handler: BaseHTTPRequestHandler) -> Request:
    """Reads the body too, sent in chunks or not."""
    headers = {name.lower(): value for name, value in handler.headers.items()}
    path, _, query = handler.path.partition("?")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _chunks(handler.rfile)
    else:
        body = handler.rfile.read(int(headers.get("content-length") or 0))
    return Request(handler.command, headers.get("host", ""), path, query, headers, body)


def _chunks(file: BinaryIO) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc9112#section-7.1"""
    body = b""
    while size := int(file.readline().partition(b";")[0], 16):
        body += file.read(size)
        file.readline()
    while file.readline().strip():
        pass  # trailers
    return body
