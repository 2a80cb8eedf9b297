"""The Framework's state file has a reference where an object occurs again; this puts the object back.

    {"service": {"custom": {"a": {…}, "b": {"$ref": "$[\\"service\\"][\\"custom\\"][\\"a\\"]"}}}}

The format is that of the npm package `json-cycle`, which the Framework calls in `lib/utils/fs/write-file-sync.js`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_PATH: Final = re.compile(r'\$(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])*')
_STEP: Final = re.compile(r'\[(?:(\d+)|("(?:[^"\\]|\\.)*"))\]')

# A reference may lead through others; json-cycle writes none that does, so a longer way is a loop.
_MAX_HOPS: Final = 32


class _Nothing:
    """The type of `_NOTHING`: what a reference without a target becomes, until it is taken out."""


_NOTHING: Final = _Nothing()


def resolve_references(document: Any) -> Any:
    """Return `document`, parsed from cycled JSON, with every reference replaced by its target. Changes it in place.

    What is referred to twice is the same object twice, so the result needs no more memory, but can be much larger
    when walked: `bounds.check_bounds` tells. A reference to what it stands in, and one that leads nowhere, are taken
    out, so the result has no cycles. An object is a reference when `$ref` is its only key and holds a path that
    begins at `$`; others (`#/definitions/x` of an API description) stay.
    """
    # All targets first: a replaced reference would change what later paths lead through.
    found = [(container, key, _target(document, reference)) for container, key, reference in _references(document)]
    for container, key, target in found:
        container[key] = target
    if found:
        _take_out_cycles(document)
    return document


def _reference(value: Any) -> str | None:
    """Return the path when `value` is a reference."""
    if isinstance(value, dict) and len(value) == 1:
        path = value.get("$ref")
        if isinstance(path, str) and _PATH.fullmatch(path):
            return path
    return None


def _entries(container: Any) -> Iterator[tuple[Any, Any]]:
    """Return the keys and values of an object or a list, as they are now."""
    return iter(list(container.items() if isinstance(container, dict) else enumerate(container)))


def _references(document: Any) -> Iterator[tuple[Any, Any, str]]:
    pending = [document] if isinstance(document, dict | list) else []
    while pending:
        container = pending.pop()
        for key, value in _entries(container):
            path = _reference(value)
            if path is not None:
                yield container, key, path
            elif isinstance(value, dict | list):
                pending.append(value)


def _target(document: Any, path: str) -> Any:
    """Return what the path leads to, or `_NOTHING`. Follows references on the way and at the end."""
    value = document
    steps = _steps(path)
    for _hop in range(_MAX_HOPS):
        further = _reference(value)
        while further is None and steps:
            value = _child(value, steps.pop())
            further = _reference(value)
        if further is None:
            return value
        value = document
        steps += _steps(further)
    return _NOTHING


def _steps(path: str) -> list[str | int]:
    """Return the path's keys, the first one last."""
    steps: list[str | int] = [int(index) if index else json.loads(key) for index, key in _STEP.findall(path)]
    return steps[::-1]


def _child(value: Any, key: str | int) -> Any:
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key, _NOTHING)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return _NOTHING


def _take_out_cycles(document: Any) -> None:
    """Take out, without recursion, what leads back to something it stands in, and what leads nowhere."""
    if not isinstance(document, dict | list):
        return
    standing_in = {id(document)}
    finished: set[int] = set()
    walk: list[tuple[Any, Iterator[tuple[Any, Any]], list[Any]]] = [(document, _entries(document), [])]
    while walk:
        container, entries, dropped = walk[-1]
        for key, value in entries:
            if value is _NOTHING or id(value) in standing_in:
                dropped.append(key)
            elif isinstance(value, dict | list) and id(value) not in finished:
                standing_in.add(id(value))
                walk.append((value, _entries(value), []))
                break
        else:
            for key in reversed(dropped):
                del container[key]
            walk.pop()
            standing_in.discard(id(container))
            finished.add(id(container))
