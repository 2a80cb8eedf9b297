"""Comparison by meaning: the laws, on generated policies and against the evaluator, and what people read off it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.policy.compare import Change, compare
from sls_leastpriv.policy.evaluate import CompiledPolicy, Request, compile_policy, evaluate
from sls_leastpriv.policy.representatives import symbol

from .test_evaluate_properties import ACTIONS, RESOURCES, context, document

Documents = list[dict[str, Any]]

SEEDS = st.integers(0, 2**32)

VARIABLES = ("aws:username", "aws:PrincipalTag/team", "aws:PrincipalTag/none", "aws:secure")
SYMBOLS = {key: symbol(key) for key in VARIABLES}

PLAIN_ACTIONS = ["s3:GetObject", "s3:PutObject", "S3:getobject", "lambda:GetFunction", "s3:*", "s3:Get*", "*"]
PLAIN_RESOURCES = [
    *("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/*", "arn:aws:s3:::b*", "arn:aws:s3:::?*", "*"),
    *("arn:aws:lambda:us-east-1:111111111111:function:svc-a", "arn:aws:lambda:*:111111111111:function:svc-?"),
]
PLAIN_CONDITIONS: list[dict[str, Any]] = [
    {},
    {},
    {},
    {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
    {"StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "states.amazonaws.com"]}},
    {"StringLike": {"iam:PassedToService": "*.amazonaws.com"}},
    {"StringNotEquals": {"iam:passedtoservice": "lambda.amazonaws.com"}},
    {"Null": {"iam:PassedToService": "true"}},
    {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["STAGE", "team"]}},
]


def some(rng: Random, texts: list[str]) -> list[str]:
    return rng.choices(texts, k=rng.choice([1, 1, 2, 3]))


def plain_policy(rng: Random) -> Documents:
    """Documents as people write them: mostly `Allow`, few conditions; likelier to mean the same than random ones."""
    statements = [
        {
            "Effect": rng.choice(["Allow"] * 6 + ["Deny"]),
            "Action": some(rng, PLAIN_ACTIONS),
            "Resource": some(rng, PLAIN_RESOURCES),
            "Condition": rng.choice(PLAIN_CONDITIONS),
        }
        for _ in range(rng.choice([1, 2, 3]))
    ]
    return [{"Version": "2012-10-17", "Statement": statements}]


def any_policy(rng: Random) -> Documents:
    return [document(rng) for _ in range(rng.choice([1, 1, 2]))]


def retold(rng: Random, documents: Documents) -> Documents:
    """The same policies in other words: reordered, split by action, resource and document, repeated."""
    statements = [
        {**statement, **({"Action": action} if action else {}), **({"Resource": resource} if resource else {})}
        for one in documents
        for statement in one["Statement"]
        for action in statement.get("Action") or [None]
        for resource in statement.get("Resource") or [None]
    ]
    statements += rng.sample(statements, k=min(len(statements), 2))
    rng.shuffle(statements)
    cut = rng.randrange(len(statements))
    return [{"Version": "2012-10-17", "Statement": part} for part in (statements[:cut], statements[cut:])]


def related(rng: Random) -> tuple[Documents, Documents]:
    """Two sets of policies, the second mostly the first in other words with one statement more or less."""
    one = plain_policy(rng)
    other = retold(rng, one) if rng.random() < 0.8 else plain_policy(rng)
    where = rng.choice(other)["Statement"]
    if where and rng.random() < 0.4:
        where.pop(rng.randrange(len(where)))
    if rng.random() < 0.5:
        where += plain_policy(rng)[0]["Statement"][:1]
    return one, other


def allowed(policies: list[CompiledPolicy], request: Request) -> bool | None:
    """Whether a request is allowed; None where that is not certain."""
    outcome = evaluate(request, identity=policies).outcome
    return None if outcome == "unknown" else outcome == "allowed"


def requests(rng: Random, many: int) -> list[Request]:
    found = []
    for _ in range(many):
        known: dict[str, Any] = context(rng)
        if rng.random() < 0.5:
            known["iam:PassedToService"] = rng.choice(["lambda.amazonaws.com", "states.amazonaws.com", "other"])
        if rng.random() < 0.5:
            known["aws:ResourceAccount"] = rng.choice([symbol("aws:PrincipalAccount"), "1"])
        known |= {**SYMBOLS, "aws:PrincipalAccount": symbol("aws:PrincipalAccount")}
        resource = rng.choice(
            [*RESOURCES, "arn:aws:s3:::bucket/other", "arn:aws:s3:::b", "arn:aws:lambda:x:111111111111:function:svc-b"]
        )
        found.append(
            Request(rng.choice([*ACTIONS, "s3:GetObjectAcl"]), resource.replace("${aws:username}", "alice"), known, complete=True)
        )
    return found


def check(rng: Random, before: Documents, after: Documents) -> bool:
    """The law for two sets of policies. → whether they are the same."""
    changes = compare(before, after)
    old, new = ([compile_policy(one) for one in documents] for documents in (before, after))
    if not changes:
        for request in requests(rng, 60):
            outcomes = {allowed(old, request), allowed(new, request)} - {None}
            assert len(outcomes) < 2, (before, after, request.action, request.resource)
    for change in changes:
        assert change.example is not None, change
        gained, lost = (old, new) if change.kind == "narrowed" else (new, old)
        example = Request(change.example.action, change.example.resource, _context(change, before, after), complete=True)
        assert allowed(gained, example) is True, (before, after, change)
        assert allowed(lost, example) is False, (before, after, change)
    back = compare(after, before)
    assert {one.kind for one in changes} == {OPPOSITE[one.kind] for one in back}
    return not changes


OPPOSITE = {"widened": "narrowed", "narrowed": "widened", "moved": "moved"}


def _context(change: Change, before: Documents, after: Documents) -> dict[str, Any]:
    assert change.example is not None
    text = str((before, after)).lower()
    symbols = {key: symbol(key) for key in ("aws:principalaccount", *VARIABLES) if f"${{{key.lower()}" in text}
    return {**symbols, **change.example.context}


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_empty_exactly_when_both_grant_the_same(seed: int) -> None:
    rng = Random(seed)
    check(rng, *related(rng))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_also_for_every_element_of_the_policy_language(seed: int) -> None:
    rng = Random(seed)
    check(rng, any_policy(rng), any_policy(rng))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_other_words_are_no_change(seed: int) -> None:
    rng = Random(seed)
    policy = plain_policy(rng)
    assert check(rng, policy, retold(rng, policy))


def test_both_outcomes_are_common_among_the_generated() -> None:
    """Otherwise the laws above would hold for want of cases."""
    rng = Random(6)
    same = sum(not compare(*related(rng)) for _ in range(200))
    assert 40 < same < 160, same


ALLOW = {"Effect": "Allow"}
TABLE = "arn:aws:dynamodb:us-east-1:111111111111:table"


def policy(*statements: dict[str, Any]) -> Documents:
    return [{"Version": "2012-10-17", "Statement": [{**ALLOW, **one} for one in statements]}]


def grants(action: str, resource: str | list[str], **conditions: Any) -> dict[str, Any]:
    return {"Action": action, "Resource": resource, **({"Condition": conditions} if conditions else {})}


def passed(*services: str) -> dict[str, Any]:
    return grants("iam:PassRole", "arn:aws:iam::111111111111:role/r", StringEquals={"iam:PassedToService": list(services)})


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.by, one.grant.action, one.grant.resource) for one in changes]


BOTH = policy(grants("dynamodb:GetItem", [f"{TABLE}/a", f"{TABLE}/b"]))
CASES: list[tuple[str, Documents, Documents, list[tuple[str, str, str, str]]]] = [
    ("a new action", policy(), policy(grants("sqs:CreateQueue", "*")), [("widened", "action", "sqs:CreateQueue", "*")]),
    (
        "a wider pattern",
        policy(grants("dynamodb:GetItem", f"{TABLE}/a")),
        policy(grants("dynamodb:GetItem", f"{TABLE}/*")),
        [("widened", "resource", "dynamodb:GetItem", f"{TABLE}/*")],
    ),
    ("a narrower pattern", policy(grants("s3:*", "*")), policy(grants("s3:Get*", "*")), [("narrowed", "action", "s3:*", "*")]),
    (
        "another resource",
        policy(grants("dynamodb:GetItem", f"{TABLE}/a")),
        policy(grants("dynamodb:GetItem", f"{TABLE}/b")),
        [("moved", "resource", "dynamodb:GetItem", f"{TABLE}/b")],
    ),
    (
        "one of two is gone",
        BOTH,
        policy(grants("dynamodb:GetItem", f"{TABLE}/b")),
        [("narrowed", "resource", "dynamodb:GetItem", f"{TABLE}/a")],
    ),
    ("what a wildcard covers already", policy(grants("*", "*")), BOTH + policy(grants("*", "*")), []),
    ("actions have no case", BOTH, policy(grants("DynamoDB:getitem", [f"{TABLE}/b", f"{TABLE}/a"])), []),
    (
        "a condition goes",
        policy(passed("a")),
        policy(grants("iam:PassRole", "*")),
        [("widened", "resource", "iam:PassRole", "*")],
    ),
    (
        "a condition is loosened",
        policy(passed("a")),
        policy(passed("b", "a", "c")),
        [("widened", "condition", "iam:PassRole", "arn:aws:iam::111111111111:role/r")],
    ),
    ("values in two statements", policy(passed("a", "b")), policy(passed("b"), passed("a")), []),
    (
        "a condition and its contrary",
        policy(grants("s3:Get", "*")),
        policy(grants("s3:Get", "*", StringEquals={"k": "a"}), grants("s3:Get", "*", StringNotEquals={"K": "a"})),
        [],
    ),
    (
        "patterns that make one together",
        policy(grants("dynamodb:GetItem", f"{TABLE}/*")),
        policy(grants("dynamodb:GetItem", [f"{TABLE}/", f"{TABLE}/?*"])),
        [],
    ),
    (
        "a deny takes away",
        policy(grants("s3:*", "*")),
        policy(grants("s3:*", "*"), {**grants("s3:Put*", "*"), "Effect": "Deny"}),
        [("narrowed", "deny", "s3:*", "*")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_told(before: Documents, after: Documents, expected: list[tuple[str, str, str, str]]) -> None:
    assert told(compare(before, after)) == expected


def test_only_the_values_that_are_new_are_told() -> None:
    (change,) = compare(policy(passed("a")), policy(passed("c", "a", "b")))
    assert [(one.key, one.values) for one in change.grant.conditions] == [("iam:PassedToService", ("b", "c"))]


def test_a_move_pairs_what_is_alike() -> None:
    changes = compare(
        policy(grants("lambda:GetFunction", ["arn:aws:lambda:x:1:function:s-pay", "arn:aws:lambda:x:1:function:s-list"])),
        policy(grants("lambda:GetFunction", ["arn:aws:lambda:x:1:function:s-list-all", "arn:aws:lambda:x:1:function:s-pay2"])),
    )
    assert [(one.kind, one.was[0].resource[-6:], one.grant.resource[-10:]) for one in changes] == [
        ("moved", "s-list", "s-list-all"[-10:]),
        ("moved", ":s-pay", "ion:s-pay2"),
    ]


def test_a_policy_that_iam_would_refuse_is_refused() -> None:
    with pytest.raises(ServiceError, match="Effect"):
        compare([], [{"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}])


def test_hundreds_of_resources_are_fast() -> None:
    names = [f"arn:aws:lambda:us-east-1:111111111111:function:orders-dev-{number}" for number in range(300)]
    actions = [f"lambda:Action{number}" for number in range(40)]
    before = [{**ALLOW, "Action": actions, "Resource": names}]
    after = [
        {**ALLOW, "Action": [action], "Resource": [*names[:-1], "arn:aws:lambda:us-east-1:111111111111:function:x-*"]}
        for action in actions
    ]
    changes = compare([{"Version": "2012-10-17", "Statement": before}], [{"Version": "2012-10-17", "Statement": after}])
    assert len(changes) == 40 and {one.kind for one in changes} == {"moved"}
