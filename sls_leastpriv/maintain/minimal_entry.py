"""What of an entry a template comes to that sets the required properties of the type and no other: a figure for the documents."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sls_leastpriv.knowledge.entry import Clause, Entry
from sls_leastpriv.knowledge.when import evaluate
from sls_leastpriv.resolve.values import Unresolved, Value

_PLACE: Final = re.compile(r"\$\{([^}]*)\}")
_GIVEN: Final = frozenset({"Partition", "Region", "Account", "StackName", "LogicalId", "Name"})
"""What a place may hold that is no property."""


def minimal(entry: Entry, required: Collection[str]) -> Entry:
    """The entry with the clauses and places alone that count when just the `required` properties are set, to values nobody knows.

    Tags count: the Framework gives every stack one.
    """
    clauses = (_minimal(clause, entry, required) for clause in entry.clauses if _applies(clause, required))
    return replace(entry, clauses=tuple(clause for clause in clauses if clause.on))


def _applies(clause: Clause, required: Collection[str]) -> bool:
    if clause.for_each is not None and clause.for_each[0] not in required:
        return False

    def find(path: tuple[str, ...]) -> Sequence[Value]:
        return [Unresolved("only the deploy knows")] if path[0] in required else []

    return clause.when is None or evaluate(clause.when, find, tags=True, types=frozenset()) is not False


def _minimal(clause: Clause, entry: Entry, required: Collection[str]) -> Clause:
    return replace(clause, on=tuple(place for place in clause.on if _is_filled(entry.arns.get(place, place), entry, required)))


def _is_filled(place: str, entry: Entry, required: Collection[str]) -> bool:
    """Whether a place gives a grant: all that stands in it is set, or has something in its stead."""
    for found in _PLACE.findall(place):
        name = found.partition(" as ")[0]
        if "|" in found or ":" in found or name in _GIVEN or name.partition(".")[0] in required or name.startswith("item"):
            continue
        if name not in entry.arns or not _is_filled(entry.arns[name], entry, required):
            return False
    return True
