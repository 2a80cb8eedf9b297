"""Checks our own output: the policies of a principal grant all of its needs, and nothing that no need asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from sls_leastpriv.model import Condition, Need, Policy, Principal, Statement
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.policy.widen import Widening, single_values


class UnfaithfulPolicy(AssertionError):
    """A written policy does not say what was predicted. Our bug; never caused by input."""


def verify(policies: Sequence[Policy], needs: Iterable[Need], widenings: Iterable[tuple[Principal, Widening]] = ()) -> None:
    """UnfaithfulPolicy unless the policies grant the needs of their principals, all of them and nothing else but `widenings`.

    A statement may leave out a condition only where another need asks for the same without it. A condition with several values
    is as many grants with one value each.
    """
    by_principal: dict[str, list[Statement]] = {}
    for policy in policies:
        by_principal.setdefault(policy.principal, []).extend(policy.statements)
    asked: set[_Grant] = set()
    for need in needs:
        statements = by_principal.get(need.principal, ())
        for conditions in single_values(need.conditions):
            # by value, because a large condition is written in parts
            if not any(_grants(statement, need, conditions) for statement in statements):
                raise UnfaithfulPolicy(f"{need.principal} is not granted {need.action} on {need.resource}")
            asked.add((need.principal, need.action, need.resource, conditions))
    for widened_for, one in widenings:
        for action, resource in product(one.actions, one.resources):
            asked.update((widened_for, action, resource, values) for values in single_values(one.conditions))
    for principal, statements in by_principal.items():
        for statement in statements:
            for grant in _written(principal, statement):
                if grant not in asked:
                    raise UnfaithfulPolicy(f"{principal} is granted {grant[1]} on {grant[2]}, which no need asks for")


_Grant = tuple[str, str, str, tuple[Condition, ...]]


def _grants(statement: Statement, need: Need, conditions: tuple[Condition, ...]) -> bool:
    return (
        need.action in statement.actions
        and all(any(_implied(by, condition) for by in conditions) for condition in statement.conditions)
        and any(arn_covers(resource, need.resource) for resource in statement.resources)
    )


def _implied(by: Condition, condition: Condition) -> bool:
    return (by.operator, by.key) == (condition.operator, condition.key) and set(by.values) <= set(condition.values)


def _written(principal: str, statement: Statement) -> Iterator[_Grant]:
    for conditions in single_values(statement.conditions):
        for action, resource in product(statement.actions, statement.resources):
            yield (principal, action, resource, conditions)
