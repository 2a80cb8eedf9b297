"""The cells of patterns: every way in which a text can match them has a text, and each text its own way."""

from __future__ import annotations

import time
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.policy.cells import cell_texts
from sls_leastpriv.policy.wildcards import Tokens, matches, parse

# `z` stands for all that no pattern spells out
TEXTS = ["".join(signs) for size in range(1, 6) for signs in product("ab:z", repeat=size)]


@given(st.lists(st.text("ab:*?", max_size=3), max_size=5), st.sampled_from(["text", "arn"]))
def test_each_way_to_match_has_one_text(written: list[str], kind: str) -> None:
    patterns = tuple(dict.fromkeys(parse(text, "arn" if kind == "arn" else "text") for text in written))
    texts = list(cell_texts(patterns))
    assert "" not in texts or () in patterns
    ways = [way(patterns, text) for text in texts if text]
    assert {way(patterns, text) for text in TEXTS} <= set(ways)
    assert len(set(ways)) == len(ways)


def test_many_patterns_that_have_nothing_in_common_are_cheap() -> None:
    names = [f"arn:aws:lambda:us-east-1:111111111111:function:orders-f{number}" for number in range(100)]
    patterns = tuple(parse(text, "arn") for name in names for text in (name, f"{name}:*"))
    started = time.process_time()
    assert len(list(cell_texts(patterns))) == 201
    assert time.process_time() - started < 20


def way(patterns: tuple[Tokens, ...], text: str) -> frozenset[Tokens]:
    """The patterns that match a text."""
    return frozenset(one for one in patterns if matches(one, text))
