"""Delta debugging: of many things, few that suffice. ddmin of Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing
Input, IEEE Transactions on Software Engineering 28(2), 2002, https://doi.org/10.1109/32.988498, with "suffices" for "fails".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


def ddmin(items: Sequence[T], suffices: Callable[[Sequence[T]], bool]) -> list[T]:
    """Items that suffice, in their order, of which no single one can be left out. Not always the fewest that there are.

    ValueError where all of them do not suffice.
    """
    if not suffices(items):
        raise ValueError("all of the items together do not suffice")
    if suffices([]):
        return []
    kept, parts = list(items), 2
    while len(kept) > 1:
        smaller, next_parts = _smaller(kept, parts, suffices)
        if smaller is not None:
            kept, parts = smaller, next_parts
        elif parts < len(kept):
            parts = min(2 * parts, len(kept))
        else:
            break
    return kept


def _smaller(kept: list[T], parts: int, suffices: Callable[[Sequence[T]], bool]) -> tuple[list[T] | None, int]:
    """One part alone, or all but one part, and into how many parts that is cut next."""
    cuts = [len(kept) * at // parts for at in range(parts + 1)]
    spans = list(pairwise(cuts))
    for start, end in spans:
        if suffices(kept[start:end]):
            return kept[start:end], 2
    for start, end in spans:
        rest = kept[:start] + kept[end:]
        if suffices(rest):
            return rest, max(parts - 1, 2)
    return None, parts
