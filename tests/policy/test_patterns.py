"""Containment and intersection of patterns, against brute force over all short strings of a small alphabet."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sls_leastpriv.policy.patterns import action_covers, arn_covers, arn_intersects, covers, intersects, tokens_cover
from sls_leastpriv.policy.wildcards import Kind, matches, parse

from .oracle import glob, resource_match

STRINGS = ["".join(signs) for length in range(7) for signs in itertools.product("ab", repeat=length)]
"""`b` is the fresh sign: no pattern under test spells it out, but for those of three letters."""

FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:svc"

COVERS = [
    ("*", "anything*", True),
    ("*", "", True),
    ("", "", True),
    ("", "*", False),
    ("a*", "a*", True),
    ("a*", "ab*", True),
    ("ab*", "a*", False),
    ("a*c", "abc", True),
    ("a*c", "a*b*c", True),
    ("a*b*c", "a*c", False),
    ("a?c", "abc", True),
    ("a?c", "a*c", False),
    ("a*c", "a?c", True),
    ("?*", "*?", True),
    ("*?", "?*", True),
    ("?*", "*", False),
    ("*a*", "*a*a*", True),
    ("*a*a*", "*a*", False),
    ("**", "*", True),
    ("*a?", "*aa?", True),
    ("*ab*", "*a*b*", False),
    ("[a]*", "a*", False),
    ("a", "A", False),
]
ARN_COVERS = [
    ("*", FUNCTION, True),
    (f"{FUNCTION}-*", f"{FUNCTION}-dev-*", True),
    (f"{FUNCTION}-dev-*", f"{FUNCTION}-*", False),
    (FUNCTION, f"{FUNCTION}:*", False),
    (f"{FUNCTION}*", f"{FUNCTION}:*", True),
    ("arn:aws:lambda:*:111111111111:function:svc", FUNCTION, True),
    ("arn:aws:lambda:*:*:function:*", "arn:aws:lambda:us-*:1*1:function:svc-?", True),
    ("arn:aws:lambda:us-*-1:111111111111:function:svc", FUNCTION, True),
    ("arn:aws:lambda:us-*-1:111111111111:*", "arn:aws:lambda:*:111111111111:*", False),
    ("arn:aws:lambda:*", "arn:aws:lambda:us-*:*:function:x", True),
    ("arn:aws:lambda:us-east-1*svc", FUNCTION, False),
    ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
    ("arn:aws:s3:::*", "arn:aws:s3:::bucket/*", True),
    ("arn:aws:s3:::*", "*", False),
    ("arn:*", "*", False),
    ("arn:aws:s3:::b?", "arn:aws:s3:::b:", True),
    ("arn:aws:s3:?::b", "arn:aws:s3::::b", False),
]


@pytest.mark.parametrize(("pattern", "other", "expected"), COVERS)
def test_covers(pattern: str, other: str, expected: bool) -> None:
    assert covers(pattern, other) is expected


@pytest.mark.parametrize(("pattern", "other", "expected"), ARN_COVERS)
def test_arn_covers(pattern: str, other: str, expected: bool) -> None:
    assert arn_covers(pattern, other) is expected
    assert arn_intersects(pattern, other) or not expected


@pytest.mark.parametrize(
    ("pattern", "other", "expected"),
    [("s3:*", "S3:Get*", True), ("S3:get*", "s3:GetObject", True), ("s3:Get*", "s3:*", False), ("*", "iam:*", True)],
)
def test_action_covers(pattern: str, other: str, expected: bool) -> None:
    assert action_covers(pattern, other) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a*", "*b", True),
        ("a*", "b*", False),
        ("*a", "*b", False),
        ("a?", "?b", True),
        ("a?", "a", False),
        ("a*b*c", "*cb*", True),
        ("", "*", True),
        ("", "?", False),
        ("*a*b", "*b*a", False),
    ],
)
def test_intersects(one: str, other: str, expected: bool) -> None:
    assert intersects(one, other) is expected
    assert intersects(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("arn:aws:s3:::*-dev-*", "arn:aws:s3:::svc-*", True),
        ("arn:aws:s3:::*", "arn:aws:sqs:*", False),
        ("arn:aws:lambda:*:function:x", "arn:aws:lambda:us-east-1:*", True),
        ("arn:aws:s3:::a?b", "arn:aws:s3:::a:b", True),
        ("arn:a?b:s3", "arn:a:b:s3", False),
        ("*", "arn:aws:s3:::x", True),
    ],
)
def test_arn_intersects(one: str, other: str, expected: bool) -> None:
    assert arn_intersects(one, other) is expected
    assert arn_intersects(other, one) is expected


def test_every_pair_of_short_patterns() -> None:
    """All patterns of up to four signs, against what they match among all strings of up to six."""
    patterns = ["".join(signs) for length in range(5) for signs in itertools.product("a?*", repeat=length)]
    language = {pattern: sum(1 << n for n, text in enumerate(STRINGS) if glob(pattern, text)) for pattern in patterns}
    for pattern, other in itertools.product(patterns, patterns):
        assert covers(pattern, other) is (language[other] & ~language[pattern] == 0), (pattern, other)
        assert intersects(pattern, other) is (language[other] & language[pattern] != 0), (pattern, other)


TEXT = st.text("ab?*", max_size=9)
ARN = st.builds(lambda parts: ":".join(parts), st.lists(st.text("a?*", max_size=3), min_size=1, max_size=8))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(TEXT, TEXT, st.text("abc", max_size=9))
def test_text_patterns_are_sound(pattern: str, other: str, text: str) -> None:
    assert matches(parse(pattern, "text"), text) is glob(pattern, text)
    both = glob(pattern, text) and glob(other, text)
    assert not (both and not intersects(pattern, other))
    assert not (covers(pattern, other) and glob(other, text) and not glob(pattern, text))
    assert covers(pattern, other) is (covers(pattern, other) and intersects(pattern, other))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(ARN, ARN, st.text("ab:", max_size=12))
def test_arn_patterns_are_sound(pattern: str, other: str, text: str) -> None:
    by_pattern = resource_match(tuple(pattern.split(":", 5)), text)
    by_other = resource_match(tuple(other.split(":", 5)), text)
    assert matches(parse(pattern, "resource"), text) is by_pattern
    assert not (by_pattern and by_other and not arn_intersects(pattern, other))
    assert not (arn_covers(pattern, other) and by_other and not by_pattern)


@pytest.mark.parametrize("kind", ["text", "resource", "arn"])
def test_against_all_strings(kind: Kind) -> None:
    """Random patterns with colons, exactly: covered alone, covered together, and intersecting."""
    rng = random.Random(7)
    strings = ["".join(signs) for length in range(6) for signs in itertools.product("ab:", repeat=length)]
    pool = [parse("".join(rng.choices("a:*?", k=rng.randrange(6))), kind) for _ in range(70)]
    language = [sum(1 << n for n, text in enumerate(strings) if matches(pattern, text)) for pattern in pool]
    for _ in range(3000):
        i, j, k = rng.randrange(70), rng.randrange(70), rng.randrange(70)
        assert tokens_cover([pool[i]], pool[j]) is (language[j] & ~language[i] == 0), (pool[i], pool[j])
        together = language[i] | language[k]
        assert tokens_cover([pool[i], pool[k]], pool[j]) is (language[j] & ~together == 0), (pool[i], pool[k], pool[j])


def test_the_search_is_bounded() -> None:
    """Patterns that need exponentially many states: given up, and then not said to cover."""
    assert covers("*a" + "?" * 200, "*a" + "?" * 200)
    assert not covers("*a" + "?" * 200 + "*", "*" + "a?" * 50)
    assert not covers("*a" + "?" * 24 + "b*", "*a*" + "?" * 24 + "*b" + "?" * 3)
