"""The Framework's variables as text: `${file(./queues.yml):Resources, self:custom.queues}`.

Grammar: lib/configuration/variables/parse.js of the Framework. Of it, this reads what leads to another place: the
sources in their order, each with its first parameter and its address. Nothing is resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a variable: `file`, `self`, …; its text between brackets, and what stands after the colon.

    A literal such as `'dev'` has the kind `literal` and its text as address. Both texts can hold variables themselves.
    """

    kind: str
    param: str | None
    address: str | None


_SOURCE: Final = re.compile(r"([a-z][a-zA-Z0-9]*)(?:\((.*)\))?(?::(.*))?", re.DOTALL)


# variables that lead to each other are read many times over
@lru_cache(maxsize=4096)
def whole_variable(text: str) -> tuple[Source, ...] | None:
    """Return the sources when `text` is one variable and nothing else, else None."""
    text = text.strip()
    if text.startswith("${") and _end_of_variable(text, 0) == len(text):
        return tuple(_source(part) for part in _split_sources(text[2:-1]))
    return None


def fill(text: str, value_of: Callable[[tuple[Source, ...]], str | None]) -> str | None:
    """Return `text` with every variable in it replaced by its value; None when one has none."""
    filled: list[str] = []
    position = 0
    while (start := text.find("${", position)) >= 0:
        end = _end_of_variable(text, start)
        value = value_of(whole_variable(text[start:end]) or ())
        if value is None:
            return None
        filled += (text[position:start], value)
        position = end
    return "".join((*filled, text[position:]))


def _end_of_variable(text: str, start: int) -> int:
    """Return the position after the `}` that closes the variable at `start`; the text's end when nothing closes it."""
    depth = 0
    for found in re.compile(r"\$\{|\}").finditer(text, start):
        depth += 1 if found.group() == "${" else -1
        if depth == 0:
            return found.end()
    return len(text)


def _split_sources(text: str) -> Iterator[str]:
    """Yield what stands between the commas that are outside of quotes, brackets and inner variables."""
    start, depth, quote = 0, 0, ""
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "({":
            depth += 1
        elif char in ")}":
            depth -= 1
        elif char == "," and depth == 0:
            yield text[start:position].strip()
            start = position + 1
    yield text[start:].strip()


def _source(text: str) -> Source:
    found = _SOURCE.fullmatch(text)
    if text[:1] in ("'", '"') or found is None:
        return Source("literal", None, text.strip("'\""))
    kind, param, address = found.groups()
    return Source(kind, None if param is None else _first_param(param), address)


def _first_param(text: str) -> str:
    return next(_split_sources(text)).strip("'\"")
