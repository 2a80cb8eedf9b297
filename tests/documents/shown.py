"""What a document shows of an output, and how it is shown anew. A line `…` stands for lines that are left out, `…` at a line's
end for the rest of the line."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

LEFT_OUT: Final = "…"


def shows(shown: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the shown lines are the actual ones, but for what is left out."""
    possible = {0}
    for line in shown:
        if line.strip() == LEFT_OUT:
            possible = set(range(min(possible), len(actual) + 1))
        else:
            possible = {place + 1 for place in possible if place < len(actual) and _same(line, actual[place])}
        if not possible:
            return False
    return len(actual) in possible


def shown_anew(shown: Sequence[str], actual: Sequence[str]) -> list[str]:
    """The actual lines, with as much left out as before: lines that were shown stand for those that resemble them most."""
    if shows(shown, actual):
        return list(shown)
    if not any(line.endswith(LEFT_OUT) for line in shown):
        return list(actual)
    wanted = [line for line in shown if line.strip() != LEFT_OUT][: len(actual)]
    places = _aligned(wanted, actual)
    lines: list[str] = []
    after = 0
    for line, place in zip(wanted, places, strict=True):
        if place > after:
            lines.append(LEFT_OUT)
        lines.append(_shortened(actual[place], line))
        after = place + 1
    return [*lines, LEFT_OUT] if after < len(actual) else lines


def _same(shown: str, actual: str) -> bool:
    return actual.startswith(shown[: -len(LEFT_OUT)].rstrip()) if shown.endswith(LEFT_OUT) else shown == actual.rstrip()


def _shortened(actual: str, shown: str) -> str:
    """The actual line, cut at a word where the shown one was cut."""
    if not shown.endswith(LEFT_OUT):
        return actual.rstrip()
    if _same(shown, actual):
        return shown
    end = actual.find(" ", len(shown.rstrip(f" {LEFT_OUT}")))
    return actual.rstrip() if end < 0 else f"{actual[:end]} {LEFT_OUT}"


def _aligned(wanted: Sequence[str], actual: Sequence[str]) -> list[int]:
    """For each wanted line the place of its actual one, in rising order, so that the likeness in all is greatest."""
    best: list[list[tuple[float, tuple[int, ...]]]] = [[(0.0, ())] * (len(actual) + 1)]
    for number, line in enumerate(wanted, 1):
        row: list[tuple[float, tuple[int, ...]]] = [(-1.0, ())] * (len(actual) + 1)
        for place in range(number, len(actual) + 1):
            likeness, places = best[number - 1][place - 1]
            found = (likeness + _likeness(line, actual[place - 1]), (*places, place - 1))
            row[place] = max(row[place - 1], found, key=lambda one: one[0])
        best.append(row)
    return list(best[-1][-1][1])


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 2.0
    return SequenceMatcher(None, one.rstrip(LEFT_OUT), other[: len(one)], autojunk=False).ratio()
