"""What an entry can grant at most: every action of every clause on every place, as a figure for the generated documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sls_leastpriv.knowledge.entry import Entry

_ALWAYS_KNOWN: Final = re.compile(r"\$\{(?:Partition|Region|Account)\}")
_ANY: Final = re.compile(r"[^:/]+[:/]\*(?:[:/]\*)*|\*(?:/\*)*")


@dataclass(frozen=True, slots=True)
class Breadth:
    """How many grants (action × resource) there are, how many of them on `*`, and how many on everything of a kind (`role/*`)."""

    grants: int
    anything: int
    whole_kind: int

    def share(self) -> str:
        """The share of grants on `*`, as a percentage."""
        return f"{self.anything / max(1, self.grants):.1%}"


def breadth(entries: Iterable[Entry]) -> Breadth:
    """The breadth of all grants of some entries."""
    places = [place for entry in entries for _, place in set(_grants(entry))]
    return Breadth(len(places), sum(place == "*" for place in places), sum(is_whole_kind(place) for place in places))


def _grants(entry: Entry) -> Iterator[tuple[str, str]]:
    for clause in entry.clauses:
        for action in {action for actions in clause.actions.values() for action in actions}:
            for place in clause.on:
                yield action, "*" if action in clause.unscoped else entry.arns.get(place, place)


def is_whole_kind(place: str) -> bool:
    """Whether an ARN names no part of a resource but its kind."""
    parts = _ALWAYS_KNOWN.sub("", place).split(":", 5)
    return len(parts) == 6 and _ANY.fullmatch(parts[5]) is not None
