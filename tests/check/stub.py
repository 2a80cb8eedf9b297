"""An AWS on this machine that speaks the Query protocol of STS and IAM, and answers as a test tells it to.

https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html, https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from tests.check.running import USER
from tests.fixture import ACCOUNT


class Answer(NamedTuple):
    status: int
    body: str


Form = dict[str, str]
Answers = Callable[[str, Form], Answer]
"""The operation and its parameters → what AWS says."""


@dataclass(frozen=True)
class Asked:
    """A request that came in: what it asks, and from when to when it was worked on."""

    operation: str
    form: Form
    begin: float
    end: float


@dataclass
class Stub:
    """A running stub. `delay` is how many seconds each answer takes."""

    answers: Answers
    delay: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process whose AWS this is."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "CANARY-of-the-deployer",
        }

    @property
    def most_at_a_time(self) -> int:
        """How many requests were worked on at the same time, when there were most."""
        return max(sum(one.begin <= moment < one.end for one in self.asked) for moment in [one.begin for one in self.asked])

    @property
    def operations(self) -> list[str]:
        return [one.operation for one in self.asked]

    def __enter__(self) -> Stub:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stub = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def result(operation: str, body: str) -> Answer:
    space = "https://iam.amazonaws.com/doc/2010-05-08/"
    return Answer(
        200,
        f'<{operation}Response xmlns="{space}"><{operation}Result>{body}</{operation}Result>'
        f"<ResponseMetadata><RequestId>stub</RequestId></ResponseMetadata></{operation}Response>",
    )


def failure(status: int, code: str, message: str = "CANARY of a message") -> Answer:
    return Answer(
        status,
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        "<RequestId>stub</RequestId></ErrorResponse>",
    )


def denied(operation: str) -> Answer:
    return failure(403, "AccessDenied", f"User: {USER} is not authorized to perform: iam:{operation}")


def caller(arn: str = USER) -> Answer:
    return result("GetCallerIdentity", f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>")


def nothing_but_the_caller(operation: str, _: Form) -> Answer:
    """Who the credentials are of is told to everybody, and nothing else."""
    return caller() if operation == "GetCallerIdentity" else denied(operation)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stub: Stub


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        stub, begin = self.server.stub, time.monotonic()
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        operation = form.pop("Action")
        time.sleep(stub.delay)
        answer = stub.answers(operation, form)
        stub.asked.append(Asked(operation, form, begin, time.monotonic()))
        body = answer.body.encode()
        # who asks may have lost patience
        with suppress(OSError):
            self.send_response(answer.status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
