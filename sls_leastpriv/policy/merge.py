"""Needs → statements: the fewest that grant exactly the needs, sorted, so that a small change of the service is a small diff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sls_leastpriv.model import Condition, Need, Statement
from sls_leastpriv.policy.patterns import arn_covers

Conditions = tuple[Condition, ...]
Grants = dict[tuple[str, Conditions], dict[str, list[Need]]]
"""(action, conditions) → resource pattern → the needs that ask for it."""


def merge(needs: Iterable[Need]) -> tuple[Statement, ...]:
    """The statements for the needs of one principal. Lossless: they grant every need, and nothing that no need asks for."""
    grants = _grants(needs)
    grants = {key: _without_covered(resources) for key, resources in grants.items()}
    _drop_conditional_duplicates(grants)
    groups: dict[tuple[Conditions, tuple[str, ...]], dict[str, list[Need]]] = {}
    for (action, conditions), resources in grants.items():
        if resources:
            group = groups.setdefault((conditions, tuple(sorted(resources))), {})
            group[action] = [need for found in resources.values() for need in found]
    statements = [
        Statement(
            actions=tuple(sorted(actions)),
            resources=resources,
            conditions=conditions,
            needs=tuple(need for action in sorted(actions) for need in actions[action]),
        )
        for (conditions, resources), actions in groups.items()
    ]
    return tuple(sorted(statements, key=_order))


def _grants(needs: Iterable[Need]) -> Grants:
    grants: Grants = {}
    for need in needs:
        grants.setdefault((need.action, need.conditions), {}).setdefault(need.resource, []).append(need)
    return grants


def _without_covered(resources: Mapping[str, list[Need]]) -> dict[str, list[Need]]:
    """The resources without those that another pattern among them covers; their needs move to that pattern."""
    kept: dict[str, list[Need]] = {}
    wide = [resource for resource in resources if "*" in resource or "?" in resource]
    for resource, needs in sorted(resources.items()):
        cover = next((other for other in wide if other != resource and _covers_first(other, resource)), None)
        if cover is None:
            kept.setdefault(resource, []).extend(needs)
        else:
            kept.setdefault(_widest(cover, wide), []).extend(needs)
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


def _order(statement: Statement) -> tuple[str, tuple[str, ...], tuple[str, ...], Conditions]:
    service = statement.actions[0].partition(":")[0]
    return (service, statement.resources, statement.actions, statement.conditions)
