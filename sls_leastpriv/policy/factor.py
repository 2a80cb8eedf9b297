"""Rectangles of actions and resources, rearranged so that they take fewer characters. Lossless: the same cells are granted.

Two statements that share resources name them twice. Naming the shared ones once, with the actions of both, is shorter wherever
the shared resources are longer than the actions that are then named twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

Rectangle = tuple[frozenset[str], frozenset[str]]
"""Actions and resources: each of these actions is granted on each of these resources."""

WORTH: Final = 64
"""Characters that a step must save, about a statement's frame: a small gain is not worth a statement more to read."""

_FRAME: Final = len('{"Effect":"Allow","Action":[],"Resource":[]},')
_QUOTED: Final = len('"",')


def factor(rectangles: Iterable[Rectangle], frame: int = 0) -> list[Rectangle]:
    """The rectangles rearranged, greedily by what a step saves. `frame`: what each statement needs beside them."""
    board = _Board(frame)
    for rectangle in rectangles:
        board.add(rectangle)
    while (step := board.best()) is not None:
        board.take(*step)
    return board.rectangles()


class _Board:
    """The rectangles, and for each two of them what naming their shared resources once would save."""

    def __init__(self, frame: int) -> None:
        self._frame = _FRAME + frame
        self._next = 0
        self._all: dict[int, Rectangle] = {}
        self._gains: dict[tuple[int, int], int] = {}

    def rectangles(self) -> list[Rectangle]:
        return list(self._all.values())

    def add(self, rectangle: Rectangle) -> None:
        """Adds a rectangle; one with the same actions, or on the same resources, takes it in."""
        for number, (actions, resources) in self._all.items():
            if actions == rectangle[0] or resources == rectangle[1]:
                self._drop(number)
                self.add((actions | rectangle[0], resources | rectangle[1]))
                return
        for number, other in self._all.items():
            if (gain := self._gain(other, rectangle)) >= WORTH:
                self._gains[(number, self._next)] = gain
        self._all[self._next] = rectangle
        self._next += 1

    def best(self) -> tuple[int, int] | None:
        """The two that save most; of equals the first."""
        return max(self._gains, key=lambda pair: (self._gains[pair], -pair[0], -pair[1])) if self._gains else None

    def take(self, first: int, second: int) -> None:
        """Names the shared resources of two rectangles once."""
        one, other = self._all[first], self._all[second]
        self._drop(first)
        self._drop(second)
        for part in _rearranged(one, other):
            self.add(part)

    def _drop(self, number: int) -> None:
        del self._all[number]
        self._gains = {pair: gain for pair, gain in self._gains.items() if number not in pair}

    def _gain(self, one: Rectangle, other: Rectangle) -> int:
        if one[1].isdisjoint(other[1]):
            return 0
        return self._size((one, other)) - self._size(_rearranged(one, other))

    def _size(self, rectangles: Sequence[Rectangle]) -> int:
        return sum(self._frame + _length(actions) + _length(resources) for actions, resources in rectangles)


def _rearranged(one: Rectangle, other: Rectangle) -> list[Rectangle]:
    shared = one[1] & other[1]
    parts = [(one[0] | other[0], shared), (one[0], one[1] - shared), (other[0], other[1] - shared)]
    return [part for part in parts if part[1]]


def _length(texts: Iterable[str]) -> int:
    return sum(len(text) + _QUOTED for text in texts)
