"""Needs → statements: the fewest that grant exactly the needs, sorted, so that a small change of the service is a small diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sls_leastpriv.model import Condition, Need, Statement
from sls_leastpriv.policy.document import conditions_document
from sls_leastpriv.policy.factor import factor
from sls_leastpriv.policy.patterns import arn_covers

Conditions = tuple[Condition, ...]
Grants = dict[tuple[str, Conditions], dict[str, list[Need]]]
"""(action, conditions) → resource pattern → the needs that ask for it."""

Cells = dict[str, dict[str, list[Need]]]
"""Action → resource pattern → the needs that ask for it, all under the same conditions."""

ALTERNATIVE_VALUES: Final = frozenset({"ArnEquals", "ArnLike", "StringEquals", "StringLike", "ForAnyValue:StringEquals"})
"""Operators that narrow a grant to one of several subjects; their values are joined over subjects."""


def merge(needs: Iterable[Need]) -> tuple[Statement, ...]:
    """The statements for the needs of one principal. Lossless: they grant every need, and nothing that no need asks for."""
    grants = _grants(needs)
    grants = {key: _without_covered(resources) for key, resources in grants.items()}
    _drop_conditional_duplicates(grants)
    grants = _with_joined_values(grants)
    return tuple(
        sorted((one for conditions, cells in _cells(grants).items() for one in _statements(conditions, cells)), key=_order)
    )


def _cells(grants: Grants) -> dict[Conditions, Cells]:
    cells: dict[Conditions, Cells] = {}
    for (action, conditions), resources in grants.items():
        for resource, needs in resources.items():
            cells.setdefault(conditions, {}).setdefault(action, {})[resource] = needs
    return cells


def _statements(conditions: Conditions, cells: Cells) -> Iterator[Statement]:
    """The statements under the same conditions: actions on the same resources together, then what is shared named once."""
    groups: dict[frozenset[str], set[str]] = {}
    for action, resources in cells.items():
        groups.setdefault(frozenset(resources), set()).add(action)
    rectangles = [(frozenset(actions), resources) for resources, actions in groups.items()]
    rectangles.sort(key=lambda one: (sorted(one[1]), sorted(one[0])))
    for actions, shared in factor(rectangles, len(str(conditions_document(conditions))) if conditions else 0):
        ordered = tuple(sorted(shared))
        yield Statement(
            actions=tuple(sorted(actions)),
            resources=ordered,
            conditions=conditions,
            needs=tuple(need for action in sorted(actions) for resource in ordered for need in cells[action][resource]),
        )


def _grants(needs: Iterable[Need]) -> Grants:
    grants: Grants = {}
    for need in needs:
        grants.setdefault((need.action, need.conditions), {}).setdefault(need.resource, []).append(need)
    return grants


def _without_covered(resources: Mapping[str, list[Need]]) -> dict[str, list[Need]]:
    """The resources without those that another pattern among them covers; their needs move to that pattern."""
    kept: dict[str, list[Need]] = {}
    widest: dict[str, str] = {}
    wide = [resource for resource in resources if "*" in resource or "?" in resource]
    for resource, needs in sorted(resources.items()):
        cover = next((other for other in wide if other != resource and _covers_first(other, resource)), None)
        if cover is not None and cover not in widest:
            widest[cover] = _widest(cover, wide)
        kept.setdefault(resource if cover is None else widest[cover], []).extend(needs)
    return kept


def _covers_first(pattern: str, resource: str) -> bool:
    """Whether `pattern` covers `resource`; of two that cover each other only the first in order does."""
    return arn_covers(pattern, resource) and not (pattern > resource and arn_covers(resource, pattern))


def _widest(cover: str, wide: list[str]) -> str:
    """The pattern that is covered by no other, from `cover` upwards."""
    while (above := next((other for other in wide if other != cover and _covers_first(other, cover)), None)) is not None:
        cover = above
    return cover


def _drop_conditional_duplicates(grants: Grants) -> None:
    """A grant under conditions is idle where the same action is granted there without any; its needs move."""
    for (action, conditions), resources in list(grants.items()):
        free = grants.get((action, ())) if conditions else None
        if free is None:
            continue
        for resource in list(resources):
            cover = next((other for other in free if arn_covers(other, resource)), None)
            if cover is not None:
                free[cover].extend(resources.pop(resource))


def _with_joined_values(grants: Grants) -> Grants:
    """Grants of one action on the same resources, whose conditions differ in the values of one key only, become one grant.

    The values of a key are alternatives, so nothing is added
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html).
    """
    joined: Grants = {}
    places: dict[tuple[object, ...], tuple[str, Conditions]] = {}
    for (action, conditions), resources in sorted(grants.items(), key=lambda grant: grant[0]):
        if not resources:
            continue
        varying = [
            index for index, one in enumerate(conditions) if one.operator in ALTERNATIVE_VALUES and "${aws:" not in one.values[0]
        ]
        index = varying[0] if len(varying) == 1 else None
        if index is None:
            joined[(action, conditions)] = resources
            continue
        rest = conditions[:index] + conditions[index + 1 :]
        varied = conditions[index]
        place = (action, rest, varied.operator, varied.key, tuple(sorted(resources)))
        known = places.get(place)
        if known is not None:
            earlier = next(one for one in known[1] if (one.operator, one.key) == (varied.operator, varied.key))
            merged = joined.pop(known)
            values = tuple(sorted({*earlier.values, *varied.values}))
            conditions = tuple(sorted((*rest, Condition(varied.operator, varied.key, values))))
            resources = {name: merged[name] + resources[name] for name in resources}
        places[place] = (action, conditions)
        joined[(action, conditions)] = resources
    return joined


def _order(statement: Statement) -> tuple[str, tuple[str, ...], tuple[str, ...], Conditions]:
    service = statement.actions[0].partition(":")[0]
    return (service, statement.resources, statement.actions, statement.conditions)
