"""A little AWS on a free port of this machine: answers operations by functions of a test, in the two protocols that they need."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Fault:
    """An error instead of an answer."""

    code: str
    message: str = ""
    status: int = 400


Answer = Mapping[str, Any] | Fault
Operation = Callable[[Mapping[str, Any]], Answer]


@dataclass
class StubAws:
    """What was asked, as `(operation, parameters)`, and where."""

    port: int
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Sends boto3 here, with credentials that are none."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def stub_aws(operations: Mapping[str, Operation]) -> Iterator[StubAws]:
    """Serves the operations by their names (`DescribeStacks`); any other is an error."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(operations, stub := StubAws(0)))
    stub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(operations: Mapping[str, Operation], stub: StubAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            target = self.headers.get("X-Amz-Target")
            if target is not None:
                operation, parameters = target.rpartition(".")[2], json.loads(body or b"{}")
            else:
                parameters = dict(parse_qsl(body.decode()))
                operation = parameters.pop("Action")
            stub.calls.append((operation, parameters))
            known = operations.get(operation)
            answer: Answer = known(parameters) if known else Fault("InvalidAction", f"{operation} is not served")
            status = answer.status if isinstance(answer, Fault) else 200
            self._send(status, *(_json(answer) if target is not None else _xml(operation, answer)))

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """The calls say more."""

    return Handler


def _json(answer: Answer) -> tuple[str, bytes]:
    document = {"__type": answer.code, "message": answer.message} if isinstance(answer, Fault) else answer
    return "application/x-amz-json-1.1", json.dumps(document).encode()


def _xml(operation: str, answer: Answer) -> tuple[str, bytes]:
    if isinstance(answer, Fault):
        inner = f"<Error><Type>Sender</Type><Code>{answer.code}</Code><Message>{escape(answer.message)}</Message></Error>"
        return "text/xml", f"<ErrorResponse>{inner}<RequestId>0</RequestId></ErrorResponse>".encode()
    result = f"<{operation}Result>{_elements(answer)}</{operation}Result>"
    return "text/xml", f"<{operation}Response>{result}</{operation}Response>".encode()


def _elements(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(f"<{name}>{_elements(one)}</{name}>" for name, one in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_elements(one)}</member>" for one in value)
    return escape(str(value))
