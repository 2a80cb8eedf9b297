"""The law of delta debugging: what is kept suffices, and nothing of it can be left out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.minimality.ddmin import ddmin

ITEMS = range(12)
NEEDS = st.lists(st.frozensets(st.sampled_from(ITEMS), min_size=1), max_size=8)
"""Of each of these, one must be kept: as each question must be allowed by one of its grants."""


@given(NEEDS)
def test_what_is_kept_suffices_and_is_one_minimal(needs: list[frozenset[int]]) -> None:
    def suffices(some: Sequence[int]) -> bool:
        return all(need & set(some) for need in needs)

    kept = ddmin(ITEMS, suffices)
    assert suffices(kept)
    assert kept == sorted(set(kept))
    assert not any(suffices([one for one in kept if one != left_out]) for left_out in kept)


@given(st.dictionaries(st.frozensets(st.sampled_from(range(6))), st.booleans()))
def test_the_law_holds_without_monotony(decided: dict[frozenset[int], bool]) -> None:
    def suffices(some: Sequence[int]) -> bool:
        return len(some) == 6 or decided.get(frozenset(some), False)

    kept = ddmin(range(6), suffices)
    assert suffices(kept)
    assert not any(suffices([one for one in kept if one != left_out]) for left_out in kept)


def test_nothing_is_tried_where_all_does_not_suffice() -> None:
    with pytest.raises(ValueError):
        ddmin([1, 2], lambda _: False)


def test_nothing_is_kept_where_nothing_is_needed() -> None:
    assert ddmin([1, 2, 3], lambda _: True) == []
