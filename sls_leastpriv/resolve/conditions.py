"""The `Conditions` section of a template, with three truths: true, false, and None for what only the deploy knows.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sls_leastpriv.resolve.values import Value, alternatives, is_incomplete

Truth = bool | None


def negation(truth: Truth) -> Truth:
    """Kleene's `not`."""
    return None if truth is None else not truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Kleene's `and`: false as soon as one is false, else unknown as soon as one is unknown."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Kleene's `or`."""
    return negation(conjunction(negation(truth) for truth in truths))


class Conditions:
    """Decides the conditions of one template; a condition that refers to itself is unknown."""

    def __init__(self, conditions: Mapping[str, Any], resolve: Callable[[Any], Value]) -> None:
        self._conditions = conditions
        self._resolve = resolve
        self._decided: dict[str, Truth] = {}

    def decide(self, name: str) -> Truth:
        """The truth of a named condition. A name that the template does not define is unknown."""
        if name not in self._decided:
            self._decided[name] = None  # what a circular reference sees
            if name in self._conditions:
                self._decided[name] = self._evaluate(self._conditions[name])
        return self._decided[name]

    def _evaluate(self, node: Any) -> Truth:
        if isinstance(node, bool):
            return node
        if not isinstance(node, Mapping) or len(node) != 1:
            return None
        ((name, argument),) = node.items()
        if name == "Condition" and isinstance(argument, str):
            return self.decide(argument)
        if not isinstance(argument, Sequence) or isinstance(argument, str):
            return None
        if name == "Fn::And":
            return conjunction(self._evaluate(child) for child in argument)
        if name == "Fn::Or":
            return disjunction(self._evaluate(child) for child in argument)
        if name == "Fn::Not" and argument:
            return negation(self._evaluate(argument[0]))
        if name == "Fn::Equals" and len(argument) == 2:
            return _equal(self._resolve(argument[0]), self._resolve(argument[1]))
        return None


def _equal(left: Value, right: Value) -> Truth:
    truths = {_equal_single(one, other) for one in alternatives(left) for other in alternatives(right)}
    return truths.pop() if len(truths) == 1 else None


def _equal_single(left: Value, right: Value) -> Truth:
    if is_incomplete(left) or is_incomplete(right):
        return None
    return bool(_canonical(left) == _canonical(right))


def _canonical(value: Value) -> Value:
    """Scalars compare as CloudFormation's strings: `true` equals `"true"`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
