"""Which strings do two patterns share? Containment and intersection of wildcard patterns, decided on their automata.

Used to drop resources that another one covers, to compare policies, and to evaluate a whole pattern of resources at
once. `covers` is sound: it is never true wrongly. It is exact, too, but for contrived patterns (dozens of `?` after a
`*`), where the search is cut off and the answer is False.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from sls_leastpriv.policy.automaton import Automaton, Signs, signs
from sls_leastpriv.policy.wildcards import RUN, Tokens, Wildcard, parse

_LIMIT: Final = 50_000
"""Steps after which the search for a string that is not covered is given up."""


def covers(pattern: str, other: str) -> bool:
    """Whether every string that `other` matches is matched by `pattern`. Both are plain text with `*` and `?`."""
    return tokens_cover((parse(pattern, "text"),), parse(other, "text"))


def action_covers(pattern: str, other: str) -> bool:
    """`covers` for actions, whose case does not matter: `s3:*` covers `S3:Get*`."""
    return covers(pattern.lower(), other.lower())


@lru_cache(maxsize=65536)
def arn_covers(pattern: str, other: str) -> bool:
    """Whether every resource that `other` names is named by `pattern`, both as written in a `Resource` element."""
    return tokens_cover((parse(pattern, "resource"),), parse(other, "resource"))


def intersects(one: str, other: str) -> bool:
    """Whether some string is matched by both patterns. Both are plain text with `*` and `?`."""
    return tokens_meet(parse(one, "text"), parse(other, "text"))


def arn_intersects(one: str, other: str) -> bool:
    """Whether some resource is named by both patterns, both as written in a `Resource` element."""
    return tokens_meet(parse(one, "resource"), parse(other, "resource"))


def tokens_cover(patterns: Sequence[Tokens], other: Tokens) -> bool:
    """Whether the patterns together match every string that `other` matches."""
    if len(patterns) == 1 and not _may_cover(patterns[0], other):
        return False
    near = tuple(pattern for pattern in patterns if _may_meet(pattern, other))
    return other in near or (RUN,) in near or (bool(near) and _search(_automaton(near), signs(other)))


def _may_cover(pattern: Tokens, other: Tokens) -> bool:
    """False where the first or last characters already tell: what `other` leaves open, `pattern` must leave open."""
    return _start(other).startswith(_start(pattern)) and _end(other).endswith(_end(pattern))


def _may_meet(one: Tokens, other: Tokens) -> bool:
    """False where the first or last characters already differ."""
    starts = (_start(one), _start(other))
    ends = (_end(one), _end(other))
    shortest_start, shortest_end = min(map(len, starts)), min(map(len, ends))
    return starts[0][:shortest_start] == starts[1][:shortest_start] and (
        ends[0][len(ends[0]) - shortest_end :] == ends[1][len(ends[1]) - shortest_end :]
    )


def _start(pattern: Tokens) -> str:
    return pattern[0] if pattern and isinstance(pattern[0], str) else ""


def _end(pattern: Tokens) -> str:
    return pattern[-1] if pattern and isinstance(pattern[-1], str) else ""


@lru_cache(maxsize=4096)
def _automaton(patterns: tuple[Tokens, ...]) -> Automaton:
    return Automaton(patterns)


def _search(automaton: Automaton, other: Signs) -> bool:
    """Whether the automaton accepts every string of `other`: looks for one that it does not.

    For each place in `other` only the smallest sets of states are followed: what a smaller set accepts, a larger one
    does, too.
    """
    smallest: list[list[int]] = [[] for _ in range(len(other) + 1)]
    todo = [(0, automaton.start)]
    for _ in range(_LIMIT):
        if not todo:
            return True
        place, states = todo.pop()
        if states & automaton.sure or any(seen & states == seen for seen in smallest[place]):
            continue
        if place == len(other):
            if not states & automaton.accepting:
                return False
        elif not states:
            return False
        else:
            todo += _steps(automaton, other[place], place, states)
        smallest[place] = [seen for seen in smallest[place] if seen & states != states]
        smallest[place].append(states)
    return False


def _steps(automaton: Automaton, sign: str | Wildcard, place: int, states: int) -> Iterator[tuple[int, int]]:
    if isinstance(sign, str):
        yield place + 1, automaton.read(states, sign)
        return
    if sign.many:
        yield place + 1, states
    for symbol in automaton.symbols:
        if sign.over_colons or symbol != ":":
            yield place if sign.many else place + 1, automaton.read(states, symbol)


@lru_cache(maxsize=65536)
def tokens_meet(one: Tokens, other: Tokens) -> bool:
    """Whether some string is matched by both patterns. Exact."""
    if not _may_meet(one, other):
        return False
    left, right = signs(one), signs(other)
    seen = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if i == len(left) and j == len(right):
            return True
        for step in _common_steps(left, i, right, j):
            if step not in seen:
                seen.add(step)
                todo.append(step)
    return False


def _common_steps(left: Signs, i: int, right: Signs, j: int) -> Iterator[tuple[int, int]]:
    """From a place in each of two patterns to the next ones: a run that ends, or a character that both read."""
    a = left[i] if i < len(left) else None
    b = right[j] if j < len(right) else None
    a_run, b_run = isinstance(a, Wildcard) and a.many, isinstance(b, Wildcard) and b.many
    if a_run:
        yield i + 1, j
    if b_run:
        yield i, j + 1
    if a is not None and b is not None and _share_a_sign(a, b):
        yield i if a_run else i + 1, j if b_run else j + 1


def _share_a_sign(a: str | Wildcard, b: str | Wildcard) -> bool:
    if isinstance(a, Wildcard) and isinstance(b, Wildcard):
        return True
    if isinstance(a, Wildcard):
        return a.over_colons or b != ":"
    if isinstance(b, Wildcard):
        return b.over_colons or a != ":"
    return a == b
