"""The proxy: recognises each call, judges it, writes it down, and denies it or passes it on."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tests.e2e.loop.authorise import asked_of
from tests.e2e.loop.backend import Address, Backends
from tests.e2e.loop.denial import Answer, denial
from tests.e2e.loop.judge import ALLOW_ALL, Policy, judge
from tests.e2e.loop.read_http import read_request
from tests.e2e.loop.recognise import Call, Unrecognised, recognise
from tests.e2e.loop.record import Recorded, Records, recorded
from tests.e2e.loop.request import Request
from tests.e2e.loop.resources import function_arn

LOOPBACK = "127.0.0.1"

RESOURCE = "x-leastpriv-resource"
"""The header in which the CloudFormation engine says for which resource it calls."""

EMULATOR = "emulator"
"""What it says when AWS would make no such call: it is not judged."""

# the link to its code that GetFunction gives: Lambda signs it, so it is no call of the deployer's
LAMBDA_LINK = re.compile(r"awslambda-[a-z0-9-]+-tasks\.s3\.")
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


class Rules(NamedTuple):
    """Under what the proxy judges now: each of the policies must allow a call. Not enforced: what is denied is passed on."""

    policies: tuple[Policy, ...] = (ALLOW_ALL,)
    enforced: bool = True
    engine: tuple[Policy, ...] = (ALLOW_ALL,)
    """For the calls that the CloudFormation engine makes for resources."""


class Proxy:
    """Listens on a free port of the loopback interface while it is entered."""

    def __init__(self, backends: Backends, log: Path) -> None:
        self.rules = Rules()
        self.records = Records(log)
        self._backends = backends
        self._mappings: dict[str, str] = {}
        self._server = _Server((LOOPBACK, 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address(LOOPBACK, self._server.server_address[1])

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def under(
        self, *policies: Policy, enforced: bool = True, engine: tuple[Policy, ...] = (ALLOW_ALL,)
    ) -> Iterator[list[Recorded]]:
        """Judges by these policies for a while; afterwards the list holds the calls of that while."""
        before, start = self.rules, len(self.records)
        calls: list[Recorded] = []
        self.rules = Rules(policies, enforced, engine)
        try:
            yield calls
        finally:
            self.rules = before
            calls.extend(self.records.since(start))

    def answer(self, request: Request) -> Answer:
        """What a request gets."""
        if LAMBDA_LINK.match(request.host):
            return Answer(200, {"Content-Type": "application/zip"}, EMPTY_ZIP)
        try:
            call = recognise(request)
        except Unrecognised as error:
            return self._refuse(request, str(error))
        resource = request.headers.get(RESOURCE)
        asked = asked_of(call, self._mappings) if resource != EMULATOR else []
        rules = self.rules
        policies = rules.policies if resource is None else rules.engine
        verdicts = [(one, judge(policy, one)) for one in asked for policy in policies]
        denied = [(one, verdict) for one, verdict in verdicts if verdict != "allowed"]
        if denied and rules.enforced:
            answer, problem = denial(call, *denied[0]), None
        else:
            answer, problem = self._pass_on(call)
            self._remember(call, answer)
        self.records.add(recorded(call, asked, [one for one, _ in denied], answer.status, problem, resource))
        return answer

    def _pass_on(self, call: Call) -> tuple[Answer, str | None]:
        try:
            answer = self._backends.send(call.service, call.request)
        except OSError as error:
            return Answer(502, {}, b""), str(error)
        failed = answer.body[:400].decode("utf-8", "replace") if answer.status >= 400 else None
        return answer, failed

    def _remember(self, call: Call, answer: Answer) -> None:
        """Event source mappings are deleted by their id, and authorised by their function."""
        if call.operation == "CreateEventSourceMapping" and answer.status < 300:
            self._mappings[json.loads(answer.body)["UUID"]] = function_arn(call)

    def _refuse(self, request: Request, problem: str) -> Answer:
        """A call that nobody can judge must not pass for one that is allowed."""
        asked = f"{request.method} {request.host}{request.target}"
        self.records.add(Recorded("", "", {}, (), (), "unrecognised", 400, asked, problem))
        return Answer(400, {"Content-Type": "text/plain"}, f"not recognised: {problem}".encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_any(self) -> None:
        answer = self.server.proxy.answer(read_request(self))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "content-length" not in {name.lower() for name in answer.headers}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        """The records say more."""


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.handle_any)
