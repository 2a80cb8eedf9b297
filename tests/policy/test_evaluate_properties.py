"""The evaluator against the oracle, on generated policies and requests. Seeded, so a run is the same every time."""

from __future__ import annotations

import itertools
import os
import random
from typing import Any

import pytest

from sls_leastpriv.policy.evaluate import Decision, Request, compile_policy, evaluate, evaluate_pattern

from .oracle import Oracle

SCALE = int(os.environ.get("TEST_SCALE", "1"))
"""For long runs: so many times the cases."""

POLICY_SETS = 2_500 * SCALE
REQUESTS_EACH = 4
UNKNOWN_CASES = 600 * SCALE
PATTERN_CASES = 600 * SCALE

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:GetBucketAcl", "lambda:GetFunction", "iam:PassRole", "ec2:RunInstances"]
ACTION_PATTERNS = [*ACTIONS, "*", "s3:*", "S3:get*", "s3:Get?bject", "*:Get*", "lambda:*Function", "iam:Pass*", "*:*e*t*"]
RESOURCES = [
    "*",
    "arn:aws:s3:::bucket",
    "arn:aws:s3:::bucket/key",
    "arn:aws:s3:::bucket/alice/a:b",
    "arn:aws:s3:::bucket/${aws:username}/x",
    "arn:aws:lambda:us-east-1:111111111111:function:svc-a",
    "arn:aws:lambda:us-east-1:111111111111:function:svc-a:live",
    "arn:aws:lambda:eu-west-1:222222222222:function:svc-b",
    "arn:aws:iam::111111111111:role/svc/alice",
]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "arn:aws:s3:::*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bucket/${aws:username}/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'alice'}/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/none}/*",
    "arn:aws:s3:::${*}*",
    "arn:aws:s3:::buck?t/k*y",
    "arn:aws:lambda:*:*:function:svc-*",
    "arn:aws:lambda:*:function:svc-a",
    "arn:aws:lambda:us-*-1:1*1:function:*",
    "arn:aws:lambda:us?east?1:111111111111:*",
    "arn:*:lambda:*",
    "arn:aws:lambda:*-1:111111111111:function:svc-?",
    "arn:*:role/*",
    "arn:aws:iam::*:role/svc/${aws:username}",
    "arn:aws:*:us-east-1:*:live",
]
TEXTS = ["alice", "Alice", "bob", "a*", "al?ce", "*", "", "ops", "${aws:username}", "${aws:username, 'bob'}", "${*}"]
VALUES = ["alice", "Alice", "bob", "ops", "a*", "al", ""]
NUMBERS = ["1", "10", "10.0", "-3", "2.50", "2.5", "many"]
DATES = ["2020-01-01", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "1577836800", "2021-06", "soon"]
ADDRESSES = ["10.0.0.0/8", "10.1.2.3", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "2001:db8::1", "home"]
BINARY = ["QQ==", "QUI=", "nonsense!"]
ARNS = [resource for resource in RESOURCES if resource != "*"]
ARN_PATTERNS = [pattern for pattern in RESOURCE_PATTERNS if "arn:" in pattern]
FAMILIES: list[tuple[list[str], str, list[Any], list[str]]] = [
    (["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"], "aws:PrincipalTag/name", TEXTS, VALUES),
    (["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"], "aws:RequestTag/team", TEXTS, VALUES),
    (["StringEquals", "StringNotLike", "StringLike"], "aws:TagKeys", TEXTS, VALUES),
    (
        ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"],
        "s3:max-keys",
        [*NUMBERS, 10, 2.5],
        NUMBERS,
    ),
    (["Bool"], "aws:SecureTransport", ["true", "false", True, "perhaps", "${aws:secure, 'true'}"], ["true", "False", "no"]),
    (["BinaryEquals"], "kms:digest", BINARY, BINARY),
    (["IpAddress", "NotIpAddress"], "aws:SourceIp", ADDRESSES, ADDRESSES),
    (["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"], "aws:SourceArn", ARN_PATTERNS, ARNS),
]


def condition(rng: random.Random) -> tuple[str, str, Any]:
    """An operator, a key, and its values."""
    operators, key, texts, _ = rng.choice(FAMILIES)
    operator = rng.choice(operators)
    if key == "s3:max-keys":
        date = rng.random() < 0.5
        operator = ("Date" if date else "Numeric") + operator
        key, texts = ("aws:CurrentTime", DATES) if date else (key, texts)
    if rng.random() < 0.08:
        return "Null", key, rng.choice(["true", "false", True, ["true", "false"]])
    if rng.random() < 0.3:
        operator += "IfExists"
    if rng.random() < (0.9 if key == "aws:TagKeys" else 0.15):
        operator = rng.choice(["ForAllValues:", "ForAnyValue:"]) + operator
    values = rng.choices(texts, k=rng.choice([1, 1, 2, 3]))
    return operator, rng.choice([key, key.lower(), key.upper()]), values if len(values) > 1 else values[0]


def statement(rng: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": rng.choice(["Allow", "Allow", "Deny"])}
    found[rng.choice(["Action", "Action", "Action", "NotAction"])] = some(rng, ACTION_PATTERNS)
    found[rng.choice(["Resource", "Resource", "Resource", "NotResource"])] = some(rng, RESOURCE_PATTERNS)
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        operator, key, values = condition(rng)
        found.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return found


def some(rng: random.Random, texts: list[str]) -> str | list[str]:
    found = rng.choices(texts, k=rng.choice([1, 1, 2, 3]))
    return found[0] if len(found) == 1 and rng.random() < 0.5 else found


def document(rng: random.Random) -> dict[str, Any]:
    statements = [statement(rng) for _ in range(rng.choice([1, 2, 3, 4]))]
    found: dict[str, Any] = {"Statement": statements[0] if len(statements) == 1 else statements}
    version = rng.choice(["2012-10-17"] * 6 + ["2008-10-17", None])
    return found | ({"Version": version} if version else {})


def policies(rng: random.Random) -> dict[str, Any]:
    """Policies of all kinds: identity always, the others sometimes."""
    found: dict[str, Any] = {"identity": [document(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]}
    for kind in ("boundary", "session"):
        if rng.random() < 0.15:
            found[kind] = [document(rng) for _ in range(rng.choice([0, 1, 2]))]
    if rng.random() < 0.15:
        found["scp"] = [[document(rng)] for _ in range(rng.choice([1, 2]))]
    return found


def context(rng: random.Random) -> dict[str, list[str]]:
    """Values for some keys; variables have one clear value or none."""
    found: dict[str, list[str]] = {}
    if rng.random() < 0.7:
        found["aws:username"] = [rng.choice(["alice", "bob", "a*"])]
    for _, key, _, values in FAMILIES:
        if rng.random() < 0.7:
            many = rng.choice([1, 2, 3]) if key == "aws:TagKeys" else rng.choice([1] * 12 + [2])
            found[key] = rng.choices(values, k=many)
    if rng.random() < 0.7:
        found["aws:CurrentTime"] = [rng.choice(DATES)]
    return found


def compiled(kinds: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: [[compile_policy(one) for one in level] for level in documents]
        if kind == "scp"
        else [compile_policy(one) for one in documents]
        for kind, documents in kinds.items()
    }


def decide(kinds: dict[str, Any], request: Request, evaluator: Any = evaluate) -> Decision:
    found: Decision = evaluator(request, **compiled(kinds))
    return found


def test_agrees_with_the_oracle() -> None:
    rng = random.Random(20121017)
    seen: dict[str, int] = {}
    for case in range(POLICY_SETS * REQUESTS_EACH):
        if case % REQUESTS_EACH == 0:
            kinds = policies(rng)
            ready = compiled(kinds)
        known, action, resource = context(rng), rng.choice(ACTIONS), rng.choice(RESOURCES)
        decision = evaluate(Request(action, resource, known, complete=True), **ready)
        guesses = {Oracle(known, guess).decide(action, resource, **kinds) for guess in (False, True)}
        told = (case, kinds, action, resource, known, decision)
        assert bool(decision.unknown_keys) == (len(guesses) > 1), told
        if decision.outcome == "implicit":
            assert guesses <= {"implicit", "denied"}, told
        elif decision.outcome != "unknown":
            assert guesses == {decision.outcome}, told
        seen[decision.outcome] = seen.get(decision.outcome, 0) + 1
    assert min(seen.get(outcome, 0) for outcome in ("allowed", "denied", "implicit", "unknown")) > 100, seen


def test_what_is_certain_holds_in_every_world() -> None:
    """With keys unknown, `allowed`, `denied` and `implicit` hold whatever the keys turn out to be."""
    rng = random.Random(20081017)
    undecided = mixed = 0
    for case in range(UNKNOWN_CASES):
        kinds, full = policies(rng), context(rng)
        hidden = rng.sample(sorted(full), k=min(len(full), rng.choice([1, 2])))
        known = {key: values for key, values in full.items() if key not in hidden}
        absent = {key for _, key, _, _ in FAMILIES} | {"aws:username", "aws:CurrentTime", "aws:secure"}
        absent |= {"aws:PrincipalTag/team", "aws:PrincipalTag/none"}
        action, resource = rng.choice(ACTIONS), rng.choice(RESOURCES)
        request = Request(action, resource, known, absent=absent - set(full))
        decision = decide(kinds, request)
        worlds = {
            Oracle(known | dict(zip(hidden, values, strict=True)), guess).decide(action, resource, **kinds)
            for values in itertools.product(*([[], full[key], *candidates(key)] for key in hidden))
            for guess in (False, True)
        }
        told = (case, kinds, action, resource, known, decision)
        if decision.outcome == "unknown":
            assert decision.unknown_keys, told
            undecided += 1
            mixed += len(worlds) > 1
        elif decision.outcome == "implicit":
            assert "allowed" not in worlds, told
        else:
            assert worlds == {decision.outcome}, told
    assert mixed > undecided / 2, "most of what is undecided does depend on the hidden keys"


def candidates(key: str) -> list[list[str]]:
    values = next((values for _, name, _, values in FAMILIES if name == key), None)
    if values is None:
        return [["alice"], ["bob"]] if key == "aws:username" else [[DATES[0]], [DATES[4]]]
    return [[value] for value in values[:3]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_pattern_is_allowed_only_if_all_of_it_is(seed: int) -> None:
    rng = random.Random(seed)
    allowed = 0
    for case in range(PATTERN_CASES // 3):
        kinds, known = policies(rng), context(rng)
        action, pattern = rng.choice(ACTION_PATTERNS), rng.choice([p for p in RESOURCE_PATTERNS if "$" not in p])
        decision = decide(kinds, Request(action, pattern, known, complete=True), evaluate_pattern)
        if decision.outcome != "allowed":
            continue
        allowed += 1
        oracle = Oracle(known)
        for one, resource in itertools.product(ACTIONS, samples(rng, pattern)):
            if Oracle({}).applies({"Action": action, "Resource": "*"}, False, one, "*"):
                told = (case, kinds, action, resource, known, decision)
                assert oracle.decide(one, resource, **kinds) == "allowed", told
    assert allowed > 5


def samples(rng: random.Random, pattern: str) -> list[str]:
    """Resources that a pattern names: its wildcards filled in, and those of the vocabulary that it matches."""
    found = [resource for resource in RESOURCES if Oracle({}).names(pattern, False, resource)]
    for _ in range(5):
        text = "".join(
            rng.choice(["", "a", "alice/", "us-east-1", "bucket"]) if sign == "*" else "x" if sign == "?" else sign
            for sign in pattern
        )
        assert Oracle({}).names(pattern, False, text)
        found.append(text)
    return found
