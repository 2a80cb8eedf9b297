"""What is printed of results."""

from __future__ import annotations

from dataclasses import replace

from tests.minimality.drops import Drop
from tests.minimality.measure import Left, Result, Size
from tests.minimality.needs import line_need
from tests.minimality.reasons import reason_for
from tests.minimality.table import details, table

ABORT = Left("s3:AbortMultipartUpload", "deploy", ("arn:aws:s3:::orders/*",), reason_for(line_need("s3:AbortMultipartUpload")))
RESULT = Result(
    service="orders",
    framework="osls@4",
    side="command line",
    ours=Size(18, 19, 1218),
    smallest=Size(16, 17, 1163),
    asked=16,
    left=(ABORT, Left("s3:PutBucketPolicy", "deploy", ("*",), None)),
    surplus=frozenset({"s3:AbortMultipartUpload", "s3:PutBucketPolicy"}),
    confirmed=None,
)


def test_the_distances_stand_beside_what_is_not_explained() -> None:
    row, *_ = (line for line in table([RESULT]).splitlines() if "orders" in line)
    assert row == "| `orders` | command line | 18 · 16 (+2) | 19 · 17 (+2) | 1,218 · 1,163 (+55) | 1 | 1 |"
    assert "| `deploy` | `s3:AbortMultipartUpload` | failure: [" in table([RESULT])
    assert any(line.endswith("unneeded?") and "s3:PutBucketPolicy" in line for line in details(RESULT))


def test_a_drop_is_a_surprise_when_it_is_denied_though_nothing_asked_or_the_other_way_round() -> None:
    drops = (
        Drop("s3:PutObject", "deploy", ("s3:PutObject",), 1),
        Drop("lambda:GetFunction", "deploy", ("lambda:GetFunction",)),
        Drop("s3:AbortMultipartUpload"),
        Drop("s3:GetObject"),
        Drop("s3:PutBucketPolicy", "deploy", ("s3:PutBucketPolicy",), 1),
    )
    result = replace(RESULT, drops=drops)
    assert [one.action for one in result.surprises] == ["s3:GetObject", "s3:PutBucketPolicy"]
    assert "5 actions dropped for real, 3 denied, 2 surprises; tolerated: `lambda:GetFunction`" in table([result])
