"""Undoes hard wraps: messages that a terminal or the column of a table cut into lines, also in the middle of a word.

Whether a line was cut inside of a word cannot be told from one line, so there are several readings; the parser takes what makes
sense: line ends are white space; nothing, where lines are cut at one width that repeats; nothing, where a line is the longest.
"""

from __future__ import annotations

from typing import Final

from sls_leastpriv.learn.clean import Log, clean_lines, join

_INDENT: Final = 12
"""How far a continued cell of a table is indented at least; less is the indentation of a stack trace."""

_NARROWEST: Final = 18
"""The narrowest column or terminal that is taken for a limit."""

_TERMINALS: Final = (80, 100, 120, 132)


def readings(text: str) -> tuple[Log, Log, Log]:
    """The readings of a log: line ends as white space, hard wraps undone where they are likely, and where they are possible."""
    lines = _tables(clean_lines(text))
    plain = join([(number, f"{line}\n") for number, line, _ in lines])
    return plain, join(_unwrapped(lines, certain=True)), join(_unwrapped(lines, certain=False))


Lines = list[tuple[int, str, bool]]
"""The number of a line, its text, and whether it fills its column."""


def _tables(lines: list[str]) -> Lines:
    """The lines, those of a cell that runs over several put directly behind each other."""
    found: Lines = []
    number = 0
    while number < len(lines):
        column = _continued_column(lines, number)
        if column is None:
            found.append((number + 1, lines[number], False))
            number += 1
            continue
        last = number + 1
        while last < len(lines) and _indent(lines[last]) == column:
            last += 1
        cells = [line[column:].rstrip() for line in lines[number:last]]
        width = max(map(len, cells))
        found.append((number + 1, lines[number][:column], False))
        found += [(number + 1 + at, cell, len(cell) == width >= _NARROWEST) for at, cell in enumerate(cells)]
        number = last
    return found


def _continued_column(lines: list[str], number: int) -> int | None:
    """Where the cell begins that the next line continues; None where it continues none."""
    if number + 1 >= len(lines):
        return None
    column = _indent(lines[number + 1])
    if column is None or column < _INDENT or len(lines[number]) <= column:
        return None
    before = lines[number][:column]
    return column if before.endswith("  ") and before.strip(" ,|") and lines[number][column] != " " else None


def _indent(line: str) -> int | None:
    """How far a line is indented, a leading comma or bar not counted; None for an empty one."""
    stripped = line.lstrip(" \t,|")
    return len(line) - len(stripped) if stripped else None


def _unwrapped(lines: Lines, *, certain: bool) -> list[tuple[int, str]]:
    pieces: list[tuple[int, str]] = []
    for at, (number, line, full) in enumerate(lines):
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        wrapped = full or (bool(following) and _is_cut(lines, at, certain=certain))
        glued = wrapped and not line.endswith(" ") and following[:1].strip() != ""
        pieces.append((number, line if glued else f"{line}\n"))
    return pieces


def _is_cut(lines: Lines, at: int, *, certain: bool) -> bool:
    """Whether a line is as wide as the widest of those round it; for certainty, one of a terminal's width or of several so wide."""
    width = len(lines[at][1])
    if width < 2 * _NARROWEST:
        return False
    near = [len(lines[index][1]) for index in range(max(at - 3, 0), min(at + 4, len(lines)))]
    return width == max(near) and (not certain or width in _TERMINALS or near.count(width) > 1)
