"""Takes off a log what terminals, CI systems and pages put round a message: colours, time stamps, frames, curly quotes, escapes.

Nothing is dropped that could be part of a message, and every character keeps the number of its line.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_ESCAPES: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_]|\x9b[0-?]*[ -/]*[@-~]")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_QUOTES: Final = {
    **dict.fromkeys(map(ord, "“”„‟«»″〝〞＂「」『』"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛‹›′＇`´"), "'"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "：﹕"), ":"),
    **dict.fromkeys(map(ord, "…"), "..."),
}
_PREFIX: Final = re.compile(
    r"^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)\s)?"  # GitHub Actions, CodeBuild, GitLab
    r"(?:##\[\w+\]|::error(?: [^:]*)?::)?"
    r"(?:\s{0,4}[│┃║╷╵╎|>]\s?)?"  # frames of Terraform, quotes
)
_ESCAPED_QUOTE: Final = re.compile(r"\\+([\"'])")
_ESCAPED_SPACE: Final = re.compile(r"\\+[nrt](?=[\sA-Z<(]|$)")


@dataclass(frozen=True, slots=True)
class Log:
    """A cleaned text. `starts` are the offsets at which a line of the original begins, and `numbers` the numbers of these lines."""

    text: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]

    def line_at(self, offset: int) -> int:
        """The number of the original line that holds the character at `offset`, counted from 1."""
        return self.numbers[max(bisect_right(self.starts, offset) - 1, 0)] if self.numbers else 1


def clean_lines(text: str) -> list[str]:
    """The lines of a log without what was put round them. A line that a terminal overwrote becomes several parts of one."""
    return [_clean_line(line) for line in text.replace("\r\n", "\n").split("\n")]


def _clean_line(line: str) -> str:
    line = _ESCAPES.sub("", line).replace("\r", " ").translate(_INVISIBLE)
    if "&" in line:
        line = html.unescape(line)
    line = line.translate(_QUOTES)
    line = _PREFIX.sub("", line, count=1)
    return _ESCAPED_SPACE.sub(" ", _ESCAPED_QUOTE.sub(r"\1", line))


def join(pieces: list[tuple[int, str]]) -> Log:
    """Pieces of text with the numbers of their lines → the log."""
    starts, offset = [], 0
    for _, piece in pieces:
        starts.append(offset)
        offset += len(piece)
    return Log("".join(piece for _, piece in pieces), tuple(starts), tuple(number for number, _ in pieces))
