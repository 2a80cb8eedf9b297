"""Text that came from a service, made safe to print: what is written by others draws nothing on a terminal and begins no line.

A name with an escape sequence could hide a line of a report, one with a line end could forge one, or give a command to a CI
system that reads its log (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, TextIO

from sls_leastpriv.model import Gap, Need, Prediction, Subject

_DRAWS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters but for tab and line end, and those that change the direction of a text."""


def one_line(text: str) -> str:
    """The text with an escape (`\\u000a`) for each character that is not shown as itself."""
    return text if text.isprintable() else "".join(one if one.isprintable() else _escape(one) for one in text)


def harmless(text: str) -> str:
    """The text with its lines and tabs, and an escape for what a terminal would act on. JSON stays the same JSON."""
    return _DRAWS.sub(lambda found: _escape(found[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(prediction: Prediction) -> Prediction:
    """The prediction with everything that it says of the service in one line."""
    return Prediction(tuple(map(_need, prediction.needs)), tuple(map(_gap, prediction.gaps)))


def _need(need: Need) -> Need:
    cause = need.cause
    if _shown(cause.subject) and cause.why.isprintable() and (cause.assumed is None or cause.assumed.isprintable()):
        return need
    assumed = None if cause.assumed is None else one_line(cause.assumed)
    return replace(need, cause=replace(cause, subject=_subject(cause.subject), why=one_line(cause.why), assumed=assumed))


def _gap(gap: Gap) -> Gap:
    if _shown(gap.subject) and gap.reason.isprintable():
        return gap
    return Gap(_subject(gap.subject), one_line(gap.reason))


def _shown(subject: Subject) -> bool:
    return all(text is None or text.isprintable() for text in (subject.name, subject.type, subject.where))


def _subject(subject: Subject) -> Subject:
    kind, where = subject.type, subject.where
    return replace(
        subject,
        name=one_line(subject.name),
        type=None if kind is None else one_line(kind),
        where=None if where is None else one_line(where),
    )


class Harmless:
    """A text stream that writes harmless text into another one, which it is otherwise."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes the text, escaped where it has to be."""
        return self._stream.write(harmless(text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)
