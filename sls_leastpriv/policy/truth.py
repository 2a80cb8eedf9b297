"""Three truths with a reason: true, false, or the context keys on which it depends."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | frozenset[str]
"""True, False, or unknown: then the keys, never empty, whose values in the request are not known."""


def unknown(key: str) -> Truth:
    """Unknown for the sake of one key."""
    return frozenset((key,))


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Kleene's `and`: false as soon as one is false, else unknown as soon as one is unknown."""
    keys: frozenset[str] = frozenset()
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            keys |= truth
    return keys or True


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Kleene's `or`: true as soon as one is true, else unknown as soon as one is unknown."""
    keys: frozenset[str] = frozenset()
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            keys |= truth
    return keys or False


def negation(truth: Truth) -> Truth:
    """Kleene's `not`."""
    return not truth if isinstance(truth, bool) else truth
