"""The condition block of a statement, judged for one request. Written from the documentation alone, and meant to be plain:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.e2e.loop.patterns import arn_like, like
from tests.e2e.loop.placeholders import filled

Context = Mapping[str, Sequence[str]]

TESTS: dict[str, Callable[[str, str], bool]] = {
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda pattern, value: pattern.lower() == value.lower(),
    "StringEquals": lambda pattern, value: pattern == value,
    "StringEqualsIgnoreCase": lambda pattern, value: pattern.lower() == value.lower(),
    "StringLike": like,
}

# a negated operator holds when none of its values does
NEGATED = {
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
}


class UnknownOperator(Exception):
    """A policy has an operator that is not judged here; to guess would hide a wrong policy."""


def holds(block: Mapping[str, Any], context: Context) -> bool:
    """All operators must hold, for all of their keys."""
    return all(_operator(operator, key, values, context) for operator, keys in block.items() for key, values in keys.items())


def _operator(operator: str, key: str, values: Any, context: Context) -> bool:
    wanted = [str(value) if not isinstance(value, bool) else str(value).lower() for value in _listed(values)]
    sent = _lookup(context, key)
    if operator == "Null":
        return (sent is None) == (wanted == ["true"])
    quantifier, _, rest = operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    if name not in TESTS and name not in NEGATED:
        raise UnknownOperator(operator)
    if sent is None and name != rest:
        return True
    return _quantified(quantifier, name, [filled(value, context) for value in wanted], sent)


def _quantified(quantifier: str, name: str, wanted: Sequence[str | None], sent: Sequence[str] | None) -> bool:
    if quantifier == "ForAllValues":
        return all(_one(name, wanted, value) for value in sent or ())
    if quantifier == "ForAnyValue":
        return any(_one(name, wanted, value) for value in sent or ())
    # without a quantifier a key that is missing matches nothing: a negated operator holds then
    return any(_one(name, wanted, value) for value in sent) if sent else name in NEGATED


def _one(name: str, wanted: Sequence[str | None], value: str) -> bool:
    if name in NEGATED:
        return not _one(NEGATED[name], wanted, value)
    return any(pattern is not None and TESTS[name](pattern, value) for pattern in wanted)


def _lookup(context: Context, key: str) -> Sequence[str] | None:
    """Keys are compared without case."""
    return next((values for name, values in context.items() if name.lower() == key.lower()), None)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
