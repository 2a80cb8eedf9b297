"""A second evaluator, for tests only: naive, without regular expressions, and written from AWS's pages apart from the product's.

It knows two truths and complete contexts only: a key that is not in `context` is not in the request. Where AWS publishes no
rule it takes `guess` for the outcome of the comparison; a caller tries both.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import functools
import ipaddress
import itertools
from typing import Any

STAR, QUESTION, NOTHING = "\ue000", "\ue001", "\ue002"
"""A literal `*`, a literal `?`, and a variable without a value, within a pattern."""


class Oracle:
    def __init__(self, context: dict[str, list[str]], guess: bool = False) -> None:
        self.context = {key.lower(): values for key, values in context.items() if values}
        self.guess = guess

    def decide(
        self,
        action: str,
        resource: str,
        identity: list[dict[str, Any]],
        boundary: list[dict[str, Any]] | None = None,
        session: list[dict[str, Any]] | None = None,
        scp: list[list[dict[str, Any]]] | None = None,
    ) -> str:
        sets = [*(scp or []), *([boundary] if boundary is not None else []), *([session] if session is not None else [])]
        sets.append(identity)
        effects = [{effect for document in documents for effect in self.effects(document, action, resource)} for documents in sets]
        if any("Deny" in found for found in effects):
            return "denied"
        return "allowed" if all("Allow" in found for found in effects) else "implicit"

    def effects(self, document: dict[str, Any], action: str, resource: str) -> list[str]:
        statements = document["Statement"]
        variables = document.get("Version") == "2012-10-17"
        return [
            statement["Effect"]
            for statement in ([statements] if isinstance(statements, dict) else statements)
            if self.applies(statement, variables, action, resource)
        ]

    def applies(self, statement: dict[str, Any], variables: bool, action: str, resource: str) -> bool:
        if "Action" in statement:
            if not any(glob(one.lower(), action.lower()) for one in aslist(statement["Action"])):
                return False
        elif any(glob(one.lower(), action.lower()) for one in aslist(statement["NotAction"])):
            return False
        if "Resource" in statement:
            if not any(self.names(one, variables, resource) for one in aslist(statement["Resource"])):
                return False
        elif any(self.names(one, variables, resource) for one in aslist(statement["NotResource"])):
            return False
        return all(
            self.test(name, key, aslist(values), variables)
            for name, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )

    def names(self, pattern: str, variables: bool, resource: str) -> bool:
        if variables:
            parts = pattern.split(":", 5)
            if len(parts) == 6:
                pattern = ":".join([*parts[:5], self.fill(parts[5])])
        return NOTHING not in pattern and resource_match(tuple(pattern.split(":", 5)), resource)

    def fill(self, text: str) -> str:
        """Policy variables → their values, in which wildcards are literal."""
        head, dollar, tail = text.partition("${")
        inside, brace, rest = tail.partition("}")
        if not dollar or not brace:
            return text
        if inside in ("*", "?", "$"):
            return head + literal(inside) + self.fill(rest)
        key, comma, default = inside.partition(",")
        values = self.context.get(key.strip().lower())
        if values is not None:
            assert len(values) == 1 and values != [""], "the generator makes no variable without one clear value"
            return head + literal(values[0]) + self.fill(rest)
        return head + (literal(default.strip()[1:-1]) if comma else NOTHING) + self.fill(rest)

    def test(self, name: str, key: str, wanted: list[Any], variables: bool) -> bool:
        name, key = name.lower(), key.lower()
        values = self.context.get(key)
        texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in wanted]
        if name == "null":
            if values == [""]:
                return self.guess
            return ("true" if values is None else "false") in [text.lower() for text in texts]
        if name.startswith("forallvalues:"):
            name = name.replace("forallvalues:", "").replace("ifexists", "")
            return values is None or values == [""] or all(self.one(name, v, texts, variables) for v in values)
        if name.startswith("foranyvalue:"):
            name = name.replace("foranyvalue:", "").replace("ifexists", "")
            return values is not None and values != [""] and any(self.one(name, v, texts, variables) for v in values)
        if values is None:
            return "not" in name or name.endswith("ifexists")
        if len(values) > 1:
            return self.guess
        return self.one(name.replace("ifexists", ""), values[0], texts, variables)

    def one(self, name: str, value: str, texts: list[str], variables: bool) -> bool:
        """Whether one value passes: some text matches it, or none for a negated operator."""
        negated = "not" in name
        name = name.replace("not", "")
        outcomes = [self.compare(name, value, text, variables) for text in texts]
        if True in outcomes:
            return not negated
        return self.guess if None in outcomes else negated

    def compare(self, name: str, value: str, text: str, variables: bool) -> bool | None:
        if variables and name.startswith(("string", "arn", "bool")):
            text = self.fill(text)
            if NOTHING in text:
                return False
        if name == "stringequals":
            return plain(text) == value
        if name == "stringequalsignorecase":
            return plain(text).lower() == value.lower()
        if name == "stringlike":
            return glob(text, value)
        if name in ("arnequals", "arnlike"):
            patterns, parts = text.split(":", 5), value.split(":", 5)
            if len(patterns) < 6:
                return None if glob(text, value) else False
            return len(parts) == 6 and all(glob(p, v) for p, v in zip(patterns, parts, strict=True))
        if name == "bool":
            both = {plain(text).lower(), value.lower()}
            return len(both) == 1 if both <= {"true", "false"} else None
        if name == "binaryequals":
            return compared(as_bytes, lambda a, b: a == b, value, text)
        if name == "ipaddress":
            return compared(as_network, lambda a, b: a.version == b.version and a.subnet_of(b), value, text)
        read = as_number if name.startswith("numeric") else as_date
        name = name.removeprefix("numeric").removeprefix("date")
        return compared(read, ORDER[name], value, text)


ORDER = {
    "equals": lambda a, b: a == b,
    "lessthan": lambda a, b: a < b,
    "lessthanequals": lambda a, b: a <= b,
    "greaterthan": lambda a, b: a > b,
    "greaterthanequals": lambda a, b: a >= b,
}


def compared(read: Any, test: Any, value: str, text: str) -> bool | None:
    try:
        return bool(test(read(value), read(text)))
    except (ValueError, ArithmeticError):
        return None


def as_number(text: str) -> decimal.Decimal:
    if not set(text) <= set("0123456789.+-"):
        raise ValueError
    return decimal.Decimal(text)


def as_date(text: str) -> decimal.Decimal:
    if "-" not in text[1:]:
        return as_number(text)
    if len(text) == 7:
        text += "-01"
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    delta = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return decimal.Decimal(delta // datetime.timedelta(microseconds=1)) / 1_000_000


def as_network(text: str) -> Any:
    return ipaddress.ip_network(text, strict=False)


def as_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def aslist(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def literal(text: str) -> str:
    return text.replace("*", STAR).replace("?", QUESTION)


def plain(text: str) -> str:
    return text.replace(STAR, "*").replace(QUESTION, "?")


@functools.cache
def glob(pattern: str, text: str) -> bool:
    """Matches by a table: `row[n]` says whether the pattern so far matches the first n characters."""
    row = [True] + [False] * len(text)
    for sign in pattern:
        if sign == "*":
            row = list(itertools.accumulate(row, lambda before, here: before or here))
        else:
            row = [False] + [row[n] and (sign == "?" or plain(sign) == text[n]) for n in range(len(text))]
    return row[-1]


@functools.cache
def resource_match(segments: tuple[str, ...], text: str, index: int = 0) -> bool:
    """Matches segment by segment: the sixth is free, one before it that ends in `*` may take up further colons."""
    segment = segments[index]
    if index == 5:
        return glob(segment, text)
    if index == len(segments) - 1:
        return segment_match(segment, text)
    return any(
        segment_match(segment, text[:n]) and resource_match(segments, text[n + 1 :], index + 1)
        for n, sign in enumerate(text)
        if sign == ":"
    )


def segment_match(segment: str, text: str) -> bool:
    if segment.endswith("*"):
        body = segment.rstrip("*")
        return any(":" not in text[:n] and glob(body, text[:n]) for n in range(len(text) + 1))
    return ":" not in text and glob(segment, text)
