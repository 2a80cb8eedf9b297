"""The proxy: recognises each call, judges it, writes it down, and denies it or passes it on."""

from __future__ import annotations

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

LOOPBACK = "127.0.0.1"


class Rules(NamedTuple):
    """Under what the proxy judges now. Not enforced: what the policy denies is written down so, but passed on."""

    policy: Policy = ALLOW_ALL
    enforced: bool = True


class Proxy:
    """Listens on a free port of the loopback interface while it is entered."""

    def __init__(self, backends: Backends, log: Path) -> None:
        self.rules = Rules()
        self.records = Records(log)
        self._backends = backends
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
    def under(self, policy: Policy, *, enforced: bool = True) -> Iterator[list[Recorded]]:
        """Judges by this policy for a while; afterwards the list holds the calls of that while."""
        before, start = self.rules, len(self.records)
        calls: list[Recorded] = []
        self.rules = Rules(policy, enforced)
        try:
            yield calls
        finally:
            self.rules = before
            calls.extend(self.records.since(start))

    def answer(self, request: Request) -> Answer:
        """What a request gets."""
        try:
            call = recognise(request)
        except Unrecognised as error:
            return self._refuse(request, str(error))
        asked = asked_of(call)
        rules = self.rules
        verdicts = [(one, judge(rules.policy, one)) for one in asked]
        denied = [(one, verdict) for one, verdict in verdicts if verdict != "allowed"]
        if denied and rules.enforced:
            answer, problem = denial(call, *denied[0]), None
        else:
            answer, problem = self._pass_on(call)
        self.records.add(recorded(call, asked, [one for one, _ in denied], answer.status, problem))
        return answer

    def _pass_on(self, call: Call) -> tuple[Answer, str | None]:
        try:
            answer = self._backends.send(call.service, call.request)
        except OSError as error:
            return Answer(502, {}, b""), str(error)
        failed = answer.body[:400].decode("utf-8", "replace") if answer.status >= 400 else None
        return answer, failed

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
