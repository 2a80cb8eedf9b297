"""The condition language: three truths."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.facts.lookup import Facts
from sls_leastpriv.knowledge.when import evaluate, parse
from sls_leastpriv.resolve.values import Either, Text, Unresolved

UNKNOWN = Unresolved("x")
IMPORTED = Unresolved("x", stands_for="text")
UNKNOWN_ACCOUNT = Unresolved("x", stands_for="account")


def truth(expression: str, properties: dict[str, Any], *, tags: bool | None = False) -> bool | None:
    return evaluate(parse(expression), Facts(properties).find, tags=tags, types=frozenset({"AWS::SQS::Queue"}))


@pytest.mark.parametrize(
    ("expression", "properties", "expected"),
    [
        ("A", {"A": 1}, True),
        ("A", {"A": ""}, True),
        ("A", {"A": False}, True),
        ("A", {}, False),
        ("A", {"A": None}, False),
        ("A", {"A": {}}, False),
        ("A", {"A": []}, False),
        ("A", {"A": UNKNOWN}, None),
        ("A.B", {"A": UNKNOWN}, None),
        ("A.B", {"A": {"B": 1}}, True),
        ("A.*.B", {"A": [{}, {"B": 1}]}, True),
        ("A.*.B", {"A": {"x": {"B": 1}}}, True),
        ("A.*.B", {"A": [{}]}, False),
        ("not A", {}, True),
        ("not A", {"A": UNKNOWN}, None),
        ("A and B", {"A": UNKNOWN}, False),
        ("A or B", {"A": UNKNOWN, "B": 1}, True),
        ("A and (B or C)", {"A": 1, "C": 1}, True),
        ("A = 'x'", {"A": "x"}, True),
        ("A = true", {"A": True}, True),
        ("A = false", {"A": False}, True),
        ("A = 3", {"A": 3}, True),
        ("A != 'x'", {"A": "y"}, True),
        ("A != 'x'", {}, True),
        ("A = 'x'", {"A": UNKNOWN}, None),
        ("A = 'x'", {"A": Either(("x", "y"))}, None),
        ("A like 'arn:*:sns:*'", {"A": "arn:aws:sns:us-east-1:1:t"}, True),
        ("A like 'arn:*:sns:*'", {"A": Text(("arn:aws:sns:", UNKNOWN, ":t"))}, True),
        ("A like 'arn:*:sns:*'", {"A": Text((UNKNOWN, ":t"))}, None),
        ("A like 'arn:*:sns:*'", {"A": "arn:aws:sqs:us-east-1:1:a:sns:b"}, False),
        ("A like 'arn:*:sns:*'", {"A": Text(("arn:aws:sqs:us-east-1:1:", UNKNOWN))}, False),
        ("A like 'arn:*:sns:*'", {"A": Text(("arn:aws:", UNKNOWN, ":us-east-1:1:t"))}, None),
        ("A like 'arn:*:sns:*:*:jobs'", {"A": Text(("arn:aws:sns:us-east-1:", UNKNOWN_ACCOUNT, ":jobs"))}, True),
        ("A like 'arn:*:sns:*:*:jobs'", {"A": Text(("arn:aws:sns:us-east-1:", UNKNOWN_ACCOUNT, ":", UNKNOWN))}, None),
        ("A like 'arn:*:sns:*'", {"A": Text(("arn:aws:", IMPORTED, ":us-east-1:1:t"))}, None),
        ("not A like 'arn:*'", {"A": "jobs"}, True),
        ("A", {"A": IMPORTED}, True),
        ("A = 'x'", {"A": IMPORTED}, None),
        ("A like 'a*:*c'", {"A": Text(("a:b:", UNKNOWN))}, None),
        ("has AWS::SQS::Queue", {}, True),
        ("has AWS::SNS::*", {}, False),
        ("changed A", {"A": 1}, True),
        ("removed A", {}, False),
    ],
)
def test_truth(expression: str, properties: dict[str, Any], expected: bool | None) -> None:
    assert truth(expression, properties) is expected


@pytest.mark.parametrize("tags", [True, False, None])
def test_tags(tags: bool | None) -> None:
    assert truth("tags", {}, tags=tags) is tags


@pytest.mark.parametrize("expression", ["", "A and", "(A", "A B", "= 'x'", "A = ", "A ~ B", "not"])
def test_what_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(KnowledgeError):
        parse(expression)
