"""Condition operators, case by case, as AWS documents them. Every group names its page; True, False, or None for unknown."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.policy.evaluate import Request, compile_policy, evaluate

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
OPERATORS = GUIDE + "reference_policies_elements_condition_operators.html"
MULTIVALUED = GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html"
LOGIC = GUIDE + "reference_policies_condition-logic-multiple-context-keys-or-values.html"
VARIABLES = GUIDE + "reference_policies_variables.html"

ABSENT: list[str] = []
Case = tuple[str, Any, "list[str] | str | None", "bool | None"]
"""Operator, values in the policy, values in the request (None: not known), outcome."""

ARN = "arn:aws:sns:us-west-2:123456789012:TOPIC-ID"
OTHER_ACCOUNT = "arn:aws:sns:us-west-2:777788889999:TOPIC-ID"
CLOUDFRONT = ["arn:aws:cloudfront::123456789012:distribution/*", "arn:aws:cloudfront::123456789012:distribution/support*"]
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/"

ONE_KEY: dict[str, list[Case]] = {
    OPERATORS + "#Conditions_String": [
        ("StringEquals", "iamuser-admin", "iamuser-admin", True),
        ("StringEquals", "iamuser-admin", "dev-ops", False),
        ("StringEquals", "iamuser-admin", ABSENT, False),
        ("StringEquals", "iamuser-admin", None, None),
        ("StringEquals", "iamuser-admin", "IAMUSER-admin", False),
        ("StringEquals", "iam*", "iamuser-admin", False),
        ("StringEquals", "iam*", "iam*", True),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", ["a", "b"], "c", False),
        ("StringEquals", "", "", True),
        ("StringEquals", [], "a", False),
        ("stringequals", "a", "a", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", "a", "a", False),
        ("StringNotEquals", "a", "A", True),
        ("StringNotEquals", "a", ABSENT, True),
        ("StringNotEquals", "a", None, None),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotEquals", [], "a", True),
        ("StringEqualsIgnoreCase", "PreProd", "preprod", True),
        ("StringEqualsIgnoreCase", "preprod", "PREPROD", True),
        ("StringEqualsIgnoreCase", "preprod", "prod", False),
        ("StringEqualsIgnoreCase", "pre*", "preprod", False),
        ("StringEqualsIgnoreCase", "preprod", ABSENT, False),
        ("StringNotEqualsIgnoreCase", "PreProd", "preprod", False),
        ("StringNotEqualsIgnoreCase", "preprod", "prod", True),
        ("StringNotEqualsIgnoreCase", "preprod", ABSENT, True),
        ("StringLike", "t2.*", "t2.micro", True),
        ("StringLike", "t2.*", "t3.micro", False),
        ("StringLike", "t2.*", "t2.", True),
        ("StringLike", "t?.micro", "t3.micro", True),
        ("StringLike", "t?.micro", "t.micro", False),
        ("StringLike", "*", "", True),
        ("StringLike", "*", ABSENT, False),
        ("StringLike", "*a*b*", "xxaxxbxx", True),
        ("StringLike", "*a*b*", "xxbxxaxx", False),
        ("StringLike", "T2.*", "t2.micro", False),
        ("StringLike", "a.c", "abc", False),
        ("StringLike", "a[b]c", "abc", False),
        ("StringLike", "a\\d", "a1", False),
        ("StringLike", "a*", "a\nb", True),
        ("StringLike", ["", "home/", "home/x/"], "", True),
        ("StringLike", ["t1.*", "t2.*", "m3.*"], "m3.large", True),
        ("StringNotLike", "t2.*", "t2.micro", False),
        ("StringNotLike", "t2.*", "t3.micro", True),
        ("StringNotLike", "t2.*", ABSENT, True),
        ("StringNotLike", ["t2.*", "t3.*"], "t3.micro", False),
    ],
    OPERATORS + "#Conditions_Numeric": [
        ("NumericEquals", "10", "10", True),
        ("NumericEquals", 10, "10", True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 2.5, "2.50", True),
        ("NumericEquals", "10", "11", False),
        ("NumericEquals", "10", ABSENT, False),
        ("NumericEquals", ["1", "2"], "2", True),
        ("NumericEquals", "ten", "10", None),
        ("NumericEquals", "10", "ten", None),
        ("NumericEquals", ["ten", "10"], "10", True),
        ("NumericEquals", "9007199254740993", "9007199254740992", False),
        ("NumericNotEquals", "10", "11", True),
        ("NumericNotEquals", "10", "10.00", False),
        ("NumericNotEquals", "10", ABSENT, True),
        ("NumericNotEquals", ["10", "11"], "11", False),
        ("NumericNotEquals", "ten", "10", None),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThan", "10", "9.99", True),
        ("NumericLessThan", "-1", "-2", True),
        ("NumericLessThan", "10", ABSENT, False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThanEquals", "10", "10.01", False),
        ("NumericLessThanEquals", "10", "1000", False),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThan", "10", "10", False),
        ("NumericGreaterThan", "9", "10", True),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericGreaterThanEquals", "10", "9", False),
        ("NumericGreaterThanEquals", "10", None, None),
    ],
    OPERATORS + "#Conditions_Date": [
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-06-01T00:00:00Z", True),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2019-12-31T23:59:59Z", False),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", ABSENT, False),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", False),
        ("DateGreaterThanEquals", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", True),
        ("DateGreaterThanEquals", "2020-01-01", "2019-12-31", False),
        ("DateLessThan", "2020-01-01", "2019-12-31T23:59:59Z", True),
        ("DateLessThan", "2020-01-01", "2020-01-01T00:00:00Z", False),
        ("DateLessThanEquals", "2020-01-01", "2020-01-01T00:00:00Z", True),
        ("DateLessThanEquals", "2020-01", "2020-01-01T00:00:01Z", False),
        ("DateEquals", "2020-01-01T00:00:00Z", "1577836800", True),
        ("DateEquals", "1577836800", "2020-01-01T00:00:00Z", True),
        ("DateEquals", 1577836800, "2020-01-01", True),
        ("DateEquals", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00Z", True),
        ("DateEquals", "2019-12-31T19:30:00-04:30", "2020-01-01T00:00:00Z", True),
        ("DateEquals", "2020-01-01T00:00Z", "2020-01-01T00:00:00Z", True),
        ("DateEquals", "2020-01-01T00:00:00.500Z", "2020-01-01T00:00:00.5Z", True),
        ("DateEquals", "2020-01-01T00:00:00.500Z", "1577836800.5", True),
        ("DateEquals", "2020-01-01T00:00:00.500Z", "2020-01-01T00:00:00Z", False),
        ("DateEquals", "2020-02-29", "2020-02-29T00:00:00Z", True),
        ("DateEquals", "2021-02-29", "2021-03-01T00:00:00Z", None),
        ("DateEquals", "2020-01-01T25:00:00Z", "2020-01-02", None),
        ("DateEquals", "tomorrow", "2020-01-02", None),
        ("DateEquals", "2020-01-01", "2020-01-02", False),
        ("DateNotEquals", "2020-01-01", "2020-01-02", True),
        ("DateNotEquals", "2020-01-01", "2020-01-01T00:00:00Z", False),
        ("DateNotEquals", "2020-01-01", ABSENT, True),
        ("DateNotEquals", "2020-01-01", "tomorrow", None),
        ("DateLessThan", "2020-01-01T00:00:00Z", None, None),
    ],
    OPERATORS + "#Conditions_Boolean": [
        ("Bool", "false", "false", True),
        ("Bool", "false", "true", False),
        ("Bool", "false", ABSENT, False),
        ("Bool", False, "false", True),
        ("Bool", True, "false", False),
        ("Bool", "true", "True", True),
        ("Bool", "TRUE", "true", True),
        ("Bool", ["true", "false"], "false", True),
        ("Bool", "true", "yes", None),
        ("Bool", "yes", "true", None),
        ("Bool", "true", None, None),
        ("BoolIfExists", "true", ABSENT, True),
        ("BoolIfExists", "true", "false", False),
        ("ForAllValues:Bool", "true", ["true", "true"], True),
        ("ForAllValues:Bool", "true", ["true", "false"], False),
        ("ForAllValues:Bool", "true", ABSENT, True),
        ("ForAnyValue:Bool", "true", ["true", "false"], True),
        ("ForAnyValue:Bool", "true", ABSENT, False),
    ],
    OPERATORS + "#Conditions_BinaryEquals": [
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "ASIAIOSFODNN7EXAMPLE", False),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", ABSENT, False),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "not base 64", None),
        ("BinaryEquals", "ü", "QQ==", None),
        ("BinaryEqualsIfExists", "QQ==", ABSENT, True),
    ],
    OPERATORS + "#Conditions_IPAddress": [
        ("IpAddress", "203.0.113.0/24", "203.0.113.1", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.255", True),
        ("IpAddress", "203.0.113.0/24", "198.51.100.1", False),
        ("IpAddress", "203.0.113.0/24", ABSENT, False),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", "203.0.113.7", "203.0.113.8", False),
        ("IpAddress", "203.0.113.7/24", "203.0.113.200", True),
        ("IpAddress", "0.0.0.0/0", "8.8.8.8", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::9", True),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5679::9", False),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "203.0.113.9", True),
        ("IpAddress", "203.0.113.0/24", "cloudformation.amazonaws.com", None),
        ("IpAddress", "203.0.113.0/33", "203.0.113.1", None),
        ("IpAddress", ["nonsense", "203.0.113.0/24"], "203.0.113.1", True),
        ("IpAddress", "203.0.113.0/24", None, None),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.1", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("NotIpAddress", "203.0.113.0/24", ABSENT, True),
        ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "198.51.100.1", False),
        ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", True),
        ("NotIpAddress", "203.0.113.0/24", "somewhere", None),
        ("NotIpAddressIfExists", "203.0.113.0/24", ABSENT, True),
        ("IpAddressIfExists", "203.0.113.0/24", ABSENT, True),
        ("IpAddressIfExists", "203.0.113.0/24", "198.51.100.1", False),
    ],
    OPERATORS + "#Conditions_ARN": [
        *[(operator, ARN, ARN, True) for operator in ("ArnEquals", "ArnLike")],
        *[(operator, ARN, OTHER_ACCOUNT, False) for operator in ("ArnEquals", "ArnLike")],
        *[(operator, ARN, ABSENT, False) for operator in ("ArnEquals", "ArnLike")],
        *[(operator, ARN, ARN, False) for operator in ("ArnNotEquals", "ArnNotLike")],
        *[(operator, ARN, OTHER_ACCOUNT, True) for operator in ("ArnNotEquals", "ArnNotLike")],
        *[(operator, ARN, ABSENT, True) for operator in ("ArnNotEquals", "ArnNotLike")],
        ("ArnEquals", "arn:aws:sns:*:123456789012:*", ARN, True),
        ("ArnLike", "arn:aws:sns:us-*-2:1234?6789012:TOPIC*", ARN, True),
        ("ArnLike", "arn:aws:sns:us-west-2:123456789012:topic-id", ARN, False),
        (
            "ArnLike",
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            False,
        ),
        (
            "StringLike",
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            True,
        ),
        ("ArnLike", "arn:aws:lambda:*:*:function:*", "arn:aws:lambda:us-east-1:1:function:a:live", True),
        ("ArnLike", "arn:aws:lambda:*:function:a", "arn:aws:lambda:us-east-1:1:function:a", False),
        ("ArnLike", "arn:aws:s3:*:*:bucket", "arn:aws:s3:::bucket", True),
        ("ArnLike", "arn:aws:iam::111111111111:role/*", "arn:aws:iam::111111111111:role/path/name", True),
        ("ArnLike", ARN, "not an ARN", False),
        ("ArnNotLike", ARN, "not an ARN", True),
        ("ArnLike", "*", ARN, None),  # fewer than six components: no rule is published
        ("ArnLike", "arn:aws:sns:*", ARN, None),
        ("ArnLike", "arn:aws:sqs:*", ARN, False),
        ("ArnNotLike", "arn:aws:sqs:*", ARN, True),
    ],
    OPERATORS + "#Conditions_IfExists": [
        ("StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], ABSENT, True),
        ("StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], "t2.micro", True),
        ("StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], "c5.large", False),
        ("StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], None, None),
        ("StringEqualsIfExists", "a", ABSENT, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringNotEqualsIfExists", "a", ABSENT, True),
        ("StringNotEqualsIfExists", "a", "a", False),
        ("StringNotEqualsIfExists", "a", "b", True),
        ("NumericLessThanIfExists", "10", ABSENT, True),
        ("NumericLessThanIfExists", "10", "11", False),
        ("DateGreaterThanIfExists", "2020-01-01", ABSENT, True),
        ("ArnLikeIfExists", ARN, ABSENT, True),
        ("ArnLikeIfExists", ARN, OTHER_ACCOUNT, False),
        ("ArnNotLikeIfExists", ARN, ABSENT, True),
        ("stringequalsifexists", "a", ABSENT, True),
    ],
    OPERATORS + "#Conditions_Null": [
        ("Null", "true", ABSENT, True),
        ("Null", "true", "2011-05-03T00:00:00Z", False),
        ("Null", "false", ABSENT, False),
        ("Null", "false", "2011-05-03T00:00:00Z", True),
        ("Null", True, ABSENT, True),
        ("Null", False, ABSENT, False),
        ("Null", ["true", "false"], "a", True),
        ("Null", "true", None, None),
        ("Null", "false", ["a", "b"], True),
        ("Null", "false", "", None),  # whether the empty text is a value: AWS says both
        ("null", "TRUE", ABSENT, True),
    ],
    MULTIVALUED: [
        ("ForAllValues:StringEquals", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "Message"], True),
        ("ForAllValues:StringEquals", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "UserName"], False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "b"], "a", True),
        ("ForAllValues:StringEquals", ["a", "b"], ABSENT, True),
        ("ForAllValues:StringEquals", ["a", "b"], "", True),
        ("ForAllValues:StringEquals", ["a", "b"], None, None),
        ("ForAllValues:StringNotEquals", ["DataClass", "Owner"], ["DataClass", "Dept"], False),
        ("ForAllValues:StringNotEquals", ["DataClass", "Owner"], ["Dept", "SIC"], True),
        ("ForAllValues:StringNotEquals", ["DataClass", "Owner"], ABSENT, True),
        ("ForAllValues:StringLike", "key1*", ["key1:hr", "key1:personnel"], True),
        ("ForAllValues:StringLike", "key1*", ["key1:hr", "key2:audit"], False),
        ("ForAllValues:StringNotLike", "key1*", "key1:legal", False),
        ("ForAllValues:StringNotLike", "key1*", ["key1:hr", "key1:personnel"], False),
        ("ForAllValues:StringNotLike", "key1*", "key2:audit", True),
        ("ForAllValues:StringNotLike", "key1*", ABSENT, True),
        ("ForAllValues:StringEqualsIgnoreCase", ["A"], ["a", "A"], True),
        ("ForAllValues:StringEqualsIfExists", ["a"], ABSENT, True),
        ("ForAllValues:StringEqualsIfExists", ["a"], "b", False),
        ("ForAllValues:NumericLessThan", "10", ["1", "9"], True),
        ("ForAllValues:NumericLessThan", "10", ["1", "11"], False),
        ("ForAllValues:NumericLessThan", "10", ["1", "many"], None),
        ("ForAllValues:NumericLessThan", "10", ["11", "many"], False),
        ("ForAllValues:ArnLike", CLOUDFRONT, DISTRIBUTION + "costcenter", True),
        ("ForAllValues:ArnLike", CLOUDFRONT, [DISTRIBUTION + "costcenter", DISTRIBUTION + "support2025"], True),
        ("ForAllValues:ArnLike", CLOUDFRONT[1], [DISTRIBUTION + "costcenter", DISTRIBUTION + "support2025"], False),
        ("ForAllValues:ArnLike", CLOUDFRONT, "arn:aws:cloudfront::777788889999:distribution/costcenter", False),
        ("ForAllValues:ArnLike", CLOUDFRONT, ABSENT, True),
        ("ForAnyValue:StringEquals", ["ID", "PostDateTime"], ["UserName", "Message", "PostDateTime"], True),
        ("ForAnyValue:StringEquals", ["ID", "PostDateTime"], "UserName", False),
        ("ForAnyValue:StringEquals", "environment", ["environment", "costcenter"], True),
        ("ForAnyValue:StringEquals", "environment", "Environment", False),
        ("ForAnyValue:StringEquals", "environment", ABSENT, False),
        ("ForAnyValue:StringEquals", "", "", False),
        ("ForAnyValue:StringEquals", "environment", None, None),
        ("ForAnyValue:StringNotEquals", ["DataClass", "Owner"], ["DataClass", "Owner"], False),
        ("ForAnyValue:StringNotEquals", ["DataClass", "Owner"], ["Dept", "DataClass"], True),
        ("ForAnyValue:StringNotEquals", ["DataClass", "Owner"], ABSENT, False),
        ("ForAnyValue:StringLike", "cloudformation.*", ["athena.amazonaws.com", "cloudformation.amazonaws.com"], True),
        ("ForAnyValue:StringNotLike", "key1*", ["key1:legal"], False),
        ("ForAnyValue:StringNotLike", "key1*", ["key1:legal", "key2"], True),
        ("foranyvalue:stringlike", "a*", ["abc"], True),
        # Measured: https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w/
        ("ForAnyValue:StringEqualsIfExists", "team", ABSENT, False),
        ("ForAnyValue:StringEqualsIfExists", "team", ["team", "x"], True),
        # "Multivalued context keys require a condition set operator": no rule without one.
        ("StringEquals", "a", ["a", "b"], None),
        ("StringNotEquals", "a", ["a", "b"], None),
    ],
}

USER = {"aws:username": "alice", "aws:PrincipalTag/team": "blue", "aws:star": "a*", "aws:many": ["a", "b"], "aws:empty": ""}
NO_KEYS = ["aws:none", "aws:PrincipalTag/*"]

WITH_VARIABLES: list[Case] = [
    ("StringEquals", "${aws:username}", "alice", True),
    ("StringEquals", "${aws:username}", "bob", False),
    ("StringEquals", "${AWS:UserName}", "alice", True),
    ("StringEquals", "home/${aws:username}/x", "home/alice/x", True),
    ("StringEquals", "${aws:username}-${aws:PrincipalTag/team}", "alice-blue", True),
    ("StringEquals", "${aws:none}", "", False),
    ("StringEquals", "${aws:none}", "${aws:none}", False),
    ("StringEquals", "${aws:none, 'anonymous'}", "anonymous", True),
    ("StringEquals", "${aws:username, 'anonymous'}", "anonymous", False),
    ("StringEquals", "${aws:username, 'anonymous'}", "alice", True),
    ("StringEquals", "${aws:PrincipalTag/none, 'company-wide'}", "company-wide", True),
    ("StringEquals", "x${aws:none, ''}", "x", True),
    ("StringEquals", "${aws:secret}", "alice", None),
    ("StringEquals", "x-${aws:secret}", "alice", False),
    ("StringEquals", ["${aws:secret}", "alice"], "alice", True),
    ("StringEquals", "${aws:many}", "a", None),
    ("StringEquals", "${aws:empty}", "", None),
    ("StringEquals", "${", "${", True),
    ("StringEquals", "${}", "${}", True),
    ("StringEquals", "${*}${?}${$}", "*?$", True),
    ("StringNotEquals", "${aws:none}", "blue", True),  # "inverted operators do match against a null value"
    ("StringNotEquals", "${aws:username}", "alice", False),
    ("StringNotEquals", ["${aws:none}", "blue"], "blue", False),
    ("StringNotEquals", "${aws:secret}", "blue", None),
    ("StringNotEquals", "${aws:none}", ABSENT, True),
    ("StringEqualsIgnoreCase", "${aws:username}", "ALICE", True),
    ("StringEqualsIgnoreCase", "X-${aws:secret}", "x-y", None),
    ("StringLike", "home/${aws:username}/*", "home/alice/x/y", True),
    ("StringLike", "home/${aws:username}/*", "home/bob/x", False),
    ("StringLike", "home/${aws:none}/*", "home//x", False),
    ("StringLike", "${aws:star}", "abc", False),  # a wildcard within a value stands for itself
    ("StringLike", "${aws:star}", "a*", True),
    ("StringLike", "${*}", "*", True),
    ("StringLike", "${*}", "x", False),
    ("StringLike", "a${?}c*", "a?cd", True),
    ("StringLike", "a${?}c*", "abcd", False),
    ("StringLike", "x/${aws:secret}/*", "x/y/z", None),
    ("StringLike", "x/${aws:secret}/*", "y/y/z", False),
    ("StringNotLike", "home/${aws:none}/*", "home//x", True),
    ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/alice", True),
    ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/bob", False),
    ("ArnEquals", "arn:aws:iam::*:user/${aws:secret}", "arn:aws:iam::1:user/bob", None),
    ("ArnEquals", "arn:aws:iam::*:user/${aws:secret}", "arn:aws:iam::1:role/bob", False),
    ("ArnNotLike", "arn:aws:iam::*:user/${aws:none}", "arn:aws:iam::1:user/bob", True),
    ("Bool", "${aws:none, 'true'}", "true", True),
    ("Bool", "${aws:none}", "true", False),
    ("Bool", "${aws:secret}", "true", None),
    ("NumericEquals", "${aws:none, '1'}", "1", None),  # "you can't use a policy variable with other operators"
    ("IpAddress", "${aws:none, '10.0.0.1'}", "10.0.0.1", None),
]


def outcome(statement: dict[str, Any], request: Request, version: str = "2012-10-17") -> bool | None:
    """Whether the statement applies to the request, told by what it allows."""
    policy = compile_policy({"Version": version, "Statement": [{"Effect": "Allow", "Action": "*", **statement}]})
    decision = evaluate(request, identity=[policy])
    assert bool(decision.unknown_keys) == (decision.outcome == "unknown")
    return {"allowed": True, "implicit": False, "unknown": None}[decision.outcome]


def check(block: dict[str, Any], values: Any, context: dict[str, Any], expected: bool | None, version: str) -> None:
    known = context | ({} if values is None else {"aws:key": values})
    request = Request("s3:GetObject", "*", known, absent=NO_KEYS if context else ())
    assert outcome({"Resource": "*", "Condition": block}, request, version) is expected


def by_page(groups: dict[str, list[Any]]) -> list[Any]:
    """The cases of all groups, each with its page in its name."""
    return [
        pytest.param(case, id=f"{url.rpartition('/')[2]}-{number}")
        for url, cases in groups.items()
        for number, case in enumerate(cases, 1)
    ]


@pytest.mark.parametrize("case", by_page(ONE_KEY))
@pytest.mark.parametrize("version", ["2012-10-17", "2008-10-17"])
def test_one_key(case: Case, version: str) -> None:
    operator, texts, values, expected = case
    check({operator: {"AWS:Key": texts}}, values, {}, expected, version)


@pytest.mark.parametrize("case", WITH_VARIABLES)
def test_variables(case: Case) -> None:
    operator, texts, values, expected = case
    context = {key: value for key, value in USER.items() if key != "aws:PrincipalTag/team"} | {"aws:principaltag/TEAM": "blue"}
    check({operator: {"aws:key": texts}}, values, context, expected, "2012-10-17")


@pytest.mark.parametrize(
    ("operator", "text", "value", "expected"),
    [
        ("StringEquals", "${aws:username}", "alice", False),
        ("StringEquals", "${aws:username}", "${aws:username}", True),
        ("StringLike", "${*}", "${abc}", True),
        ("StringEquals", "${$}", "$", False),
    ],
)
@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_no_variables_before_2012(operator: str, text: str, value: str, expected: bool, version: str | None) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""
    document = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"k": text}}}}
    if version:
        document["Version"] = version  # type: ignore[assignment]
    request = Request("a:b", "*", {"k": value, "aws:username": "alice"})
    assert (evaluate(request, identity=[compile_policy(document)]).outcome == "allowed") is expected


TAG = "aws:RequestTag/environment"
CREATE_TAGS = {
    "StringEqualsIgnoreCase": {TAG: ["preprod", "storage"]},
    "ForAnyValue:StringEquals": {"aws:TagKeys": "environment"},
}
DEPARTMENT = {
    "StringEquals": {"aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"]},
    "ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"]},
}
ANA = {
    "aws:PrincipalTag/department": "hr",
    "aws:PrincipalTag/role": "audit",
    "aws:PrincipalArn": "arn:aws:iam::222222222222:user/Ana",
}
NEITHER = {"StringNotEquals": {"aws:PrincipalTag/department": ["hr", "it"], "aws:PrincipalTag/role": "audit"}}

BLOCKS: dict[str, list[tuple[dict[str, Any], dict[str, Any], bool]]] = {
    OPERATORS + "#Conditions_String_multivalued": [
        (CREATE_TAGS, {"aws:TagKeys": ["environment"], TAG: "preprod"}, True),
        (CREATE_TAGS, {"aws:TagKeys": ["environment", "costcenter"], TAG: "PreProd"}, True),
        (CREATE_TAGS, {"aws:TagKeys": ["Environment"], "aws:RequestTag/Environment": "preprod"}, False),
        (CREATE_TAGS, {"aws:TagKeys": ["costcenter"], TAG: "preprod"}, False),
        (CREATE_TAGS, {TAG: "storage"}, False),
        (CREATE_TAGS, {"aws:TagKeys": ["environment"]}, False),
        (CREATE_TAGS, {}, False),
    ],
    LOGIC: [
        (DEPARTMENT, ANA, True),
        (DEPARTMENT, ANA | {"aws:PrincipalTag/department": "it"}, False),
        (DEPARTMENT, ANA | {"aws:PrincipalTag/role": "dev"}, False),
        (DEPARTMENT, ANA | {"aws:PrincipalArn": "arn:aws:iam::222222222222:user/Bob"}, False),
        (DEPARTMENT, {key: value for key, value in ANA.items() if key != "aws:PrincipalTag/role"}, False),
        (NEITHER, {"aws:PrincipalTag/department": "legal", "aws:PrincipalTag/role": "dev"}, True),
        (NEITHER, {"aws:PrincipalTag/department": "it", "aws:PrincipalTag/role": "dev"}, False),
        (NEITHER, {"aws:PrincipalTag/department": "legal", "aws:PrincipalTag/role": "audit"}, False),
        (NEITHER, {"aws:PrincipalTag/department": "legal"}, True),
        (NEITHER, {}, True),
        ({}, {}, True),
        ({"StringEquals": {}}, {}, True),
    ],
    MULTIVALUED + "#null": [
        ({"ForAllValues:StringEquals": {"k": "a"}, "Null": {"k": "false"}}, {"k": ["a"]}, True),
        ({"ForAllValues:StringEquals": {"k": "a"}, "Null": {"k": "false"}}, {}, False),
    ],
}


@pytest.mark.parametrize("case", by_page(BLOCKS))
def test_whole_blocks(case: tuple[dict[str, Any], dict[str, Any], bool]) -> None:
    block, context, expected = case
    request = Request("ec2:CreateTags", "arn:aws:ec2:us-east-1:1:instance/i-1", context, complete=True)
    assert outcome({"Resource": "*", "Condition": block}, request) is expected


def test_the_documentation_contradicts_itself_once() -> None:
    """The table under "Wildcard matching" of the operators' page has `ForAllValues:StringNotLike` turned round: it says that a
    value which the policy lists matches. We follow the operator's definition, and the page on multivalued keys.
    """
    listed = ["o-acorg/r-acroot/ou-acroot-mediaou/", "o-acorg/r-acroot/ou-acroot-sportsou/*"]
    block = {"ForAllValues:StringNotLike": {"aws:ResourceOrgPaths": listed}}
    inside = Request("s3:GetObject", "*", {"aws:ResourceOrgPaths": ["o-acorg/r-acroot/ou-acroot-sportsou/costcenter/"]})
    outside = Request("s3:GetObject", "*", {"aws:ResourceOrgPaths": ["o-acorg/r-acroot/ou-acroot-mediaou/costcenter/"]})
    assert outcome({"Resource": "*", "Condition": block}, inside) is False
    assert outcome({"Resource": "*", "Condition": block}, outside) is True
