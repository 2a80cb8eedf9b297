"""A request as it came in, before anything is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """`path` and `query` are as they were sent, percent-encoded; the names of headers are in lower case."""

    method: str
    host: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def target(self) -> str:
        """The path with its query, as it stands in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The decoded query."""
        return parse_qsl(self.query, keep_blank_values=True)
