"""Checks our own output: the policies of a principal grant all of its needs, and nothing that no need asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sls_leastpriv.model import Condition, Need, Policy, Statement
from sls_leastpriv.policy.patterns import arn_covers


class UnfaithfulPolicy(AssertionError):
    """A written policy does not say what was predicted. Our bug; never caused by input."""


def verify(policies: Sequence[Policy], needs: Iterable[Need]) -> None:
    """UnfaithfulPolicy unless the policies grant the needs of their principals, all of them and nothing else.

    A statement may leave out a condition only where another need asks for the same without it.
    """
    by_principal: dict[str, list[Statement]] = {}
    for policy in policies:
        by_principal.setdefault(policy.principal, []).extend(policy.statements)
    asked: dict[tuple[str, str, tuple[Condition, ...]], set[str]] = {}
    for need in needs:
        if not any(_grants(statement, need) for statement in by_principal.get(need.principal, ())):
            raise UnfaithfulPolicy(f"{need.principal} is not granted {need.action} on {need.resource}")
        asked.setdefault((need.principal, need.action, need.conditions), set()).add(need.resource)
    for principal, statements in by_principal.items():
        for statement in statements:
            _verify_asked(principal, statement, asked)


def _grants(statement: Statement, need: Need) -> bool:
    return (
        need.action in statement.actions
        and set(statement.conditions) <= set(need.conditions)
        and any(arn_covers(resource, need.resource) for resource in statement.resources)
    )


def _verify_asked(
    principal: str, statement: Statement, asked: dict[tuple[str, str, tuple[Condition, ...]], set[str]]
) -> None:
    for action in statement.actions:
        resources = asked.get((principal, action, statement.conditions), set())
        for resource in statement.resources:
            if resource not in resources:
                raise UnfaithfulPolicy(f"{principal} is granted {action} on {resource}, which no need asks for")
