"""The `Condition` element: operators and keys that must all hold, values of which one must match.

- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html

A key that is not in the request: an operator is false, a negated one and one with `IfExists` true, `ForAllValues` true,
`ForAnyValue` false, and false with `IfExists`, too (measured in
https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w/foranyvalue-stringequalsifexists-behaving-unexpectedly).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.policy.operators import OPERATORS, Comparison
from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.truth import Truth, conjunction, disjunction, negation, unknown

Quantifier = Literal["", "forallvalues", "foranyvalue"]

HELP: Final = "see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"


class KeyTest(NamedTuple):
    """One key under one operator."""

    key: str
    comparisons: tuple[Comparison, ...]
    negated: bool
    if_exists: bool
    quantifier: Quantifier

    def holds(self, request: Request) -> Truth:
        """Whether the key's values in the request pass."""
        values = request.values(self.key)
        if values is None:
            return unknown(self.key)
        if self.quantifier:
            # "a null dataset, such as an empty string"
            tests = (self._passes(value, request) for value in values) if values != ("",) else ()
            return conjunction(tests) if self.quantifier == "forallvalues" else disjunction(tests)
        if not values:
            return self.negated or self.if_exists
        if len(values) > 1:
            return unknown(self.key)  # "multivalued context keys require a condition set operator"
        return self._passes(values[0], request)

    def _passes(self, value: str, request: Request) -> Truth:
        matched = disjunction(compare(value, request) for compare in self.comparisons)
        return negation(matched) if self.negated else matched


class NullTest(NamedTuple):
    """`Null`: `true` among `wanted` asks for a key that is not in the request, `false` for one that is."""

    key: str
    wanted: frozenset[bool]

    def holds(self, request: Request) -> Truth:
        """Whether the key is there as wanted. Whether the empty text counts as a value is not published."""
        values = request.values(self.key)
        if values is None or values == ("",):
            return unknown(self.key)
        return (not values) in self.wanted


def compile_conditions(block: Any, where: str, variables: bool) -> tuple[KeyTest | NullTest, ...]:
    """A `Condition` element → its tests, all of which must hold. `where` names the statement in messages.

    ServiceError for one that is malformed or has an operator that IAM does not know.
    """
    return tuple(
        _test(name, key, _texts(values, f"the values of `{name}` in {where}"), where, variables)
        for name, keys in _members(block, f"`Condition` in {where}")
        for key, values in _members(keys, f"`{name}` in {where}")
    )


def _test(name: str, key: str, texts: tuple[str, ...], where: str, variables: bool) -> KeyTest | NullTest:
    prefix, colon, base = name.lower().rpartition(":")
    if base == "null":
        wanted = frozenset(text.lower() for text in texts)
        if prefix or not wanted <= {"true", "false"}:
            raise ServiceError(f"`{name}` in {where} takes `true` or `false` and no qualifier", help=HELP)
        return NullTest(key, frozenset(text == "true" for text in wanted))
    if_exists = base.endswith("ifexists")
    found = OPERATORS.get(base.removesuffix("ifexists"))
    if found is None or (colon and prefix not in ("forallvalues", "foranyvalue")):
        raise ServiceError(f"{where} has the condition operator `{name}`, which IAM does not know", help=HELP)
    comparisons = tuple(found.prepare(key, text, variables) for text in texts)
    quantifier: Quantifier = "forallvalues" if prefix == "forallvalues" else "foranyvalue" if prefix else ""
    return KeyTest(key, comparisons, found.negated, if_exists, quantifier)


def _members(value: Any, what: str) -> list[tuple[str, Any]]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise ServiceError(f"{what} must be an object", help=HELP)
    return list(value.items())


def _texts(value: Any, what: str) -> tuple[str, ...]:
    """The values of a key. "Quotation marks are optional for numeric and Boolean values" (IAM's policy grammar)."""
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(one, str | int | float) for one in values):
        raise ServiceError(f"{what} must be texts, numbers or truths", help=HELP)
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)
