"""Wildcard patterns side by side as one automaton: what each of them has matched of a string, read character by character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sls_leastpriv.policy.wildcards import RUN, Tokens, Wildcard

FRESH: Final = ""
"""Stands for all characters that no pattern in question spells out."""

Signs = tuple[str | Wildcard, ...]
"""A pattern, character by character."""


def signs(pattern: Tokens) -> Signs:
    """A pattern → its characters and wildcards, one by one."""
    return tuple(sign for token in pattern for sign in (token if isinstance(token, str) else (token,)))


class Automaton:
    """Several patterns side by side, run on all of their states at once: a set of states is the bits of an integer."""

    __slots__ = ("_advance", "_runs", "_spelled", "_stay", "accepting", "ends", "parts", "start", "sure", "symbols")

    def __init__(self, patterns: Sequence[Tokens]) -> None:
        self.start = self.accepting = self.sure = self._runs = 0
        self.symbols = {FRESH, ":"}
        cells: list[str | Wildcard | None] = []
        parts: list[int] = []
        ends: list[int] = []
        for pattern in map(signs, patterns):
            first = 1 << len(cells)
            self.start |= first
            cells += [*pattern, None]  # the last state of a pattern reads nothing
            ends.append(1 << len(cells) - 1)
            parts.append((1 << len(cells)) - first)
            self.accepting |= ends[-1]
            if pattern and pattern[-1] == RUN:
                self.sure |= 1 << len(cells) - 2
            self.symbols |= {sign for sign in pattern if isinstance(sign, str)}
        wildcards = [(1 << place, cell) for place, cell in enumerate(cells) if isinstance(cell, Wildcard)]
        self._runs = sum(bit for bit, wildcard in wildcards if wildcard.many)
        self.parts, self.ends = tuple(parts), tuple(ends)  # of each pattern: its states, and the last of them
        self._spelled: dict[str, int] = {}
        self._advance: dict[str, int] = {}
        self._stay: dict[str, int] = {}
        for symbol in self.symbols:
            reading = [(bit, wildcard) for bit, wildcard in wildcards if wildcard.over_colons or symbol != ":"]
            self._stay[symbol] = sum(bit for bit, wildcard in reading if wildcard.many)
            self._advance[symbol] = sum(bit for bit, wildcard in reading if not wildcard.many)
            self._spelled[symbol] = sum(1 << place for place, cell in enumerate(cells) if cell == symbol)
            self._advance[symbol] |= self._spelled[symbol]
        self.start = self._close(self.start)

    def _close(self, states: int) -> int:
        return states | (states & self._runs) << 1  # once is enough: no two runs stand side by side

    def read(self, states: int, symbol: str) -> int:
        """The states after one more character."""
        if symbol not in self.symbols:
            symbol = FRESH
        return self._close((states & self._advance[symbol]) << 1 | states & self._stay[symbol])

    def telling(self, states: int) -> list[str]:
        """The characters that make a difference in these states; every other one reads like `FRESH`."""
        return [FRESH, ":", *(symbol for symbol, spelled in self._spelled.items() if spelled & states and symbol != ":")]
