"""How well a service is known, for people: a line for each thing, what is least known first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sls_leastpriv.coverage import Basis, Known
from sls_leastpriv.render.summary import counted

_LEAST_FIRST: Final[tuple[Basis, ...]] = ("nothing", "source", "registry", "overlay", "entry")

_WORDS: Final[dict[Basis, str]] = {
    "entry": "reviewed entry",
    "overlay": "the project's own overlay",
    "registry": "the registry's own lists, not reviewed",
    "source": "calls found in its source, assumed",
    "nothing": "not known",
}


def coverage_text(rows: Sequence[Known]) -> str:
    """The lines for stdout."""
    ordered = sorted(rows, key=lambda row: (_LEAST_FIRST.index(row.basis), row.kind, row.name))
    return "".join(f"{line}\n" for row in ordered for line in _lines(row))


def _lines(row: Known) -> list[str]:
    times = f" × {row.count}" if row.count > 1 else ""
    assumed = f", {row.assumed} assumed" if row.assumed else ""
    head = f"{row.kind} {row.name}{times}: {_WORDS[row.basis]} · {counted(row.needs, 'grant')}{assumed}"
    return [head, *(f"  gap: {reason}" for reason in row.gaps)]


def coverage_summary(rows: Sequence[Known]) -> str:
    """The counts of the bases, as one line."""
    numbers = {basis: sum(1 for row in rows if row.basis == basis) for basis in reversed(_LEAST_FIRST)}
    return " · ".join(
        f"{number} by {_WORDS[basis]}" if basis != "nothing" else f"{number} not known"
        for basis, number in numbers.items()
        if number
    )
