"""Is there a string that some patterns match and others do not? Finds the shortest, by running all of them side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from sls_leastpriv.policy.automaton import FRESH, Automaton
from sls_leastpriv.policy.wildcards import Tokens, matches

_LIMIT: Final = 20_000
"""Sets of states after which the search is given up."""


class Undecided(Exception):
    """The patterns are too entangled to be searched through. Whoever asks takes the cautious answer."""


@lru_cache(maxsize=65536)
def witness(matching: tuple[Tokens, ...], avoiding: tuple[Tokens, ...]) -> str | None:
    """A string that each of `matching` matches and none of `avoiding` does; None where there is none.

    Undecided for contrived patterns: dozens of `?` after a `*`.
    """
    literal = next((text for pattern in matching if (text := _literal(pattern)) is not None), None)
    if literal is not None:
        fits = all(matches(one, literal) for one in matching) and not any(matches(one, literal) for one in avoiding)
        return literal if fits else None
    if any(pattern in avoiding for pattern in matching):
        return None
    return _search(Automaton((*matching, *avoiding)), len(matching))


def _literal(pattern: Tokens) -> str | None:
    if not pattern:
        return ""
    return pattern[0] if len(pattern) == 1 and isinstance(pattern[0], str) else None


def _search(automaton: Automaton, wanted: int) -> str | None:
    alive, ends = automaton.parts[:wanted], automaton.ends[:wanted]
    unwanted = sum(automaton.ends[wanted:])
    lost = automaton.sure & sum(automaton.parts[wanted:])
    fresh = _unused(automaton.symbols)
    seen = {automaton.start}
    todo = deque([(automaton.start, "")])
    while todo:
        states, text = todo.popleft()
        if states & lost or not all(states & part for part in alive):
            continue
        if not states & unwanted and all(states & end for end in ends):
            return text
        for symbol in automaton.telling(states):
            following = automaton.read(states, symbol)
            if following not in seen:
                seen.add(following)
                todo.append((following, text + (fresh if symbol == FRESH else symbol)))
        if len(seen) > _LIMIT:
            raise Undecided
    return None


def _unused(symbols: Sequence[str] | set[str]) -> str:
    """A character that no pattern spells out: what `FRESH` stands for."""
    return next(sign for sign in (*reversed(ascii_lowercase), *map(chr, range(0x370, 0x2000))) if sign not in symbols)
