"""A set of policies taken apart: what each `Allow` grants, action by action, resource by resource, and the `Deny` that limit it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import prod
from typing import Any, Final, NamedTuple

from sls_leastpriv.model import Condition
from sls_leastpriv.policy.boxes import Box, Test, action_selection, resource_selection, tests_of
from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.document import VERSION

_MOST_PARTS: Final = 64
"""A condition with more combinations of values than this is kept whole."""

_ALTERNATIVES: Final = frozenset(
    ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "bool", "ipaddress", "numericequals")
)
"""Operators under which several values are as many grants with one value each."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one resource pattern under conditions. For `NotAction` and `NotResource` the text is `all but …`."""

    action: str
    resource: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A grant, and how to make its box; `key` is the same for two grants that say the same in the same words."""

    grant: Grant
    key: tuple[object, ...]
    make_box: Callable[[], Box]


class Grants:
    """The policies of one principal, from their documents."""

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """ServiceError for a document that IAM would refuse for its form."""
        self.parts: list[Part] = []
        self.allows: list[Box] = []
        self.denies: list[Box] = []
        for document in documents:
            compile_policy(document)
            variables = document.get("Version") == VERSION
            statements = document["Statement"]
            for statement in [statements] if isinstance(statements, Mapping) else statements:
                tests = tests_of(_conditions(statement), variables=variables)
                box = _box(_element(statement, "Action"), _element(statement, "Resource"), tests, variables)
                if statement["Effect"] == "Deny":
                    self.denies.append(box)
                    continue
                self.allows.append(box)
                self.parts += _parts(statement, variables)
        self._about: dict[str, set[Grant]] = {}
        for part in self.parts:
            self._about.setdefault(part.grant.action.lower(), set()).add(part.grant)
        self.keys = frozenset(part.key for part in self.parts)

    def about(self, action: str) -> list[Grant]:
        """The grants of one action, spelled the same."""
        return sorted(self._about.get(action.lower(), ()))


class _Element(NamedTuple):
    """`Action` or `Resource`, or its `Not…` form."""

    texts: tuple[str, ...]
    inverted: bool

    def picks(self) -> list[tuple[str, _Element]]:
        """Its texts one by one, each with its name; the `Not…` form only makes sense as a whole."""
        if self.inverted:
            return [(f"all but {', '.join(sorted(self.texts))}", self)]
        return [(text, _Element((text,), False)) for text in self.texts]


def _element(statement: Mapping[str, Any], name: str) -> _Element:
    inverted = name not in statement
    texts = statement[f"Not{name}" if inverted else name]
    return _Element((texts,) if isinstance(texts, str) else tuple(texts), inverted)


def _box(actions: _Element, resources: _Element, tests: tuple[Test, ...], variables: bool) -> Box:
    return Box(
        action_selection(actions.texts, inverted=actions.inverted),
        resource_selection(resources.texts, inverted=resources.inverted, variables=variables),
        tests,
    )


def _parts(statement: Mapping[str, Any], variables: bool) -> Iterator[Part]:
    actions, resources = _element(statement, "Action").picks(), _element(statement, "Resource").picks()
    for conditions in _single_values(_conditions(statement)):
        tests = tests_of(conditions, variables=variables)
        key = tuple(sorted((one.operator, one.key, one.values) for one in tests))
        for (action, named), (resource, arns) in product(actions, resources):
            box = partial(_box, named, arns, tests, variables)
            yield Part(Grant(action, resource, conditions), (action.lower(), resource, variables, key), box)


def _conditions(statement: Mapping[str, Any]) -> tuple[Condition, ...]:
    block = statement.get("Condition", {})
    return tuple(
        sorted(Condition(operator, key, _texts(values)) for operator, keys in block.items() for key, values in keys.items())
    )


def _texts(values: Any) -> tuple[str, ...]:
    given = values if isinstance(values, list | tuple) else [values]
    return tuple(sorted(str(one).lower() if isinstance(one, bool) else str(one) for one in given))


def _single_values(conditions: Sequence[Condition]) -> Iterator[tuple[Condition, ...]]:
    """The conditions, once for each combination of values that are alternatives."""
    choices = [[replace(one, values=(value,)) for value in one.values] if _alternatives(one) else [one] for one in conditions]
    yield from product(*choices) if prod(map(len, choices)) <= _MOST_PARTS else [tuple(conditions)]


def _alternatives(condition: Condition) -> bool:
    quantifier, _, name = condition.operator.lower().rpartition(":")
    return quantifier != "forallvalues" and name.removesuffix("ifexists") in _ALTERNATIVES
