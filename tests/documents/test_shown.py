"""What is left out of an output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.shown import shown_anew, shows

LINES = st.lists(st.sampled_from(["a", "bb", "bb cc", "dd ee ff", "…", "bb …"]), max_size=7)
OUTPUT = st.lists(st.sampled_from(["a", "bb", "bb cc", "bb cc dd", "dd ee ff", ""]), max_size=9)


@pytest.mark.parametrize(
    ("shown", "actual", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a", "c"], False),
        (["a"], ["a", "b"], False),
        (["a", "…"], ["a", "b", "c"], True),
        (["…", "c"], ["a", "b", "c"], True),
        (["…", "b", "…", "d"], ["a", "b", "c", "d"], True),
        (["…", "d", "…", "b"], ["a", "b", "c", "d"], False),
        (["gap: what …"], ["gap: what is not known"], True),
        (["gap: that …"], ["gap: what is not known"], False),
        ([], ["a"], False),
    ],
)
def test_what_is_shown_is_what_was_printed(shown: list[str], actual: list[str], same: bool) -> None:
    assert shows(shown, actual) is same


@given(LINES, OUTPUT)
def test_what_is_shown_anew_is_what_was_printed(shown: list[str], actual: list[str]) -> None:
    assert shows(shown_anew(shown, actual), [line.rstrip() for line in actual])


def test_what_was_left_out_stays_left_out() -> None:
    shown = ["95 actions", "…", "  on role/lambdaRole, if …", "…"]
    actual = ["96 actions", "one", "two", "  on role/lambdaRole2, if the service asks", "three"]
    assert shown_anew(shown, actual) == ["96 actions", "…", "  on role/lambdaRole2, if …", "…"]
