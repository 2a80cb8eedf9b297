"""What is written down of each call: one JSON line, in the order in which the calls were answered."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tests.e2e.loop.authorise import Asked
from tests.e2e.loop.recognise import Call

LONGEST = 400

Decision = Literal["allowed", "denied", "unrecognised"]


@dataclass(frozen=True)
class Recorded:
    """A call and what became of it. `asked` holds all that was judged, `denied` each `(action, resource)` that was not allowed."""

    service: str
    operation: str
    parameters: dict[str, Any]
    asked: tuple[Asked, ...]
    denied: tuple[tuple[str, str], ...]
    decision: Decision
    status: int
    request: str
    problem: str | None = None
    """Why the call could not be judged, or could not be passed on."""

    by: str | None = None
    """For which resource CloudFormation made it: type, logical id and what was done; None for the command line's own."""

    def __str__(self) -> str:
        lacking = ", ".join(f"{action} on {resource}" for action, resource in self.denied)
        whose = f" for {self.by}" if self.by else ""
        return f"{self.service}:{self.operation}{whose} {self.decision} {self.status} {self.problem or lacking}".rstrip()


def recorded(
    call: Call, asked: list[Asked], denied: list[Asked], status: int, problem: str | None = None, by: str | None = None
) -> Recorded:
    """The record of a call that was recognised."""
    return Recorded(
        service=call.service,
        operation=call.operation,
        parameters=_short(call.parameters),
        asked=tuple(asked),
        denied=tuple((one.action, one.resource) for one in denied),
        decision="denied" if denied else "allowed",
        status=status,
        request=f"{call.request.method} {call.request.host}{call.request.target}"[:LONGEST],
        problem=problem,
        by=by,
    )


class Records:
    """All calls of a proxy; in a file too, for whoever looks into a failed test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._calls: list[Recorded] = []
        self._lock = threading.Lock()

    def add(self, call: Recorded) -> None:
        """Called from the threads of the proxy."""
        with self._lock:
            self._calls.append(call)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(call), default=str) + "\n")

    def __len__(self) -> int:
        return len(self._calls)

    def since(self, start: int) -> list[Recorded]:
        """The calls from this one on."""
        with self._lock:
            return self._calls[start:]


def _short(value: Any) -> Any:
    """Packages and templates are sent in parameters: their beginning is enough."""
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… {len(value)} characters"
    return value
