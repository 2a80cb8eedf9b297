"""One text for each way in which patterns can match a text together: the cells that they cut all texts into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from sls_leastpriv.policy.patterns import tokens_meet
from sls_leastpriv.policy.wildcards import RUN, Tokens, matches
from sls_leastpriv.policy.witness import Undecided, witness

MOST: Final = 400
"""How many cells are followed; patterns that people write make few."""

_NOTHING: Final[Tokens] = ()
"""Matches the empty text only, which is no value."""


class _Cell(NamedTuple):
    """The patterns that a text of the cell matches, those that it does not, and such a text."""

    inside: tuple[Tokens, ...]
    outside: tuple[Tokens, ...]
    text: str


def cell_texts(patterns: tuple[Tokens, ...]) -> Iterator[str]:
    """For each set of patterns that a text can match together, without matching the others, one text; never the empty one.

    What a pattern without a wildcard matches is its own text, so only those with one are combined. Where they are too entangled to
    be searched through, or make more than `MOST` cells, some sets have no text.
    """
    literals = [pattern for pattern in patterns if _is_literal(pattern)]
    yield from (str(pattern[0]) for pattern in literals)
    cells = [_Cell((), (), first)] if (first := _text((), ())) is not None else []
    for pattern in patterns:
        if not _is_literal(pattern):
            cells = [part for cell in cells for part in _cut(cell, pattern)][:MOST]
    for inside, outside, text in cells:
        other = text if not any(matches(one, text) for one in literals) else _text(inside, (*outside, *literals))
        if other is not None:
            yield other


def _cut(cell: _Cell, pattern: Tokens) -> Iterator[_Cell]:
    """The parts of a cell that a pattern matches, and does not. The cell's own text is in one of them, so one is searched for."""
    inside, outside, text = cell
    with_it = matches(pattern, text)
    first = text if with_it else _text((*inside, pattern), outside)
    second = _text(inside, (*outside, pattern)) if with_it else text
    if first is not None:
        yield _Cell((*inside, pattern), outside, first)
    if second is not None:
        yield _Cell(inside, (*outside, pattern), second)


def _text(inside: tuple[Tokens, ...], outside: tuple[Tokens, ...]) -> str | None:
    if len(inside) > 1 and not all(tokens_meet(inside[-1], one) for one in inside[:-1]):
        return None
    # what has nothing in common with a pattern inside is avoided anyway
    near = tuple(one for one in outside if all(tokens_meet(one, other) for other in inside))
    try:
        return witness(inside or ((RUN,),), (*near, _NOTHING))
    except Undecided:
        return None


def _is_literal(pattern: Tokens) -> bool:
    return len(pattern) == 1 and isinstance(pattern[0], str)
