"""Statements → documents that each fit an IAM managed policy. Lossless, and in the order of the statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from sls_leastpriv.model import Policy, Principal, Statement
from sls_leastpriv.policy.document import policy_document, statement_document
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.policy.size import MANAGED_POLICY, characters

_FRAME = characters(policy_document(()))


def split(name: str, principal: Principal, statements: Sequence[Statement], limit: int = MANAGED_POLICY) -> tuple[Policy, ...]:
    """The policies of one principal, none larger than `limit` characters as IAM counts them.

    One policy is called `name`; several are numbered from 1.
    """
    packs = list(_packs(statements, limit - _FRAME))
    if len(packs) == 1:
        return (Policy(name, principal, tuple(packs[0])),)
    return tuple(Policy(f"{name}-{number}", principal, tuple(pack)) for number, pack in enumerate(packs, 1))


def _packs(statements: Iterable[Statement], room: int) -> Iterator[list[Statement]]:
    pack: list[Statement] = []
    used = 0
    for statement in (part for one in statements for part in _fitting(one, room)):
        size = _size(statement) + 1
        if pack and used + size > room:
            yield pack
            pack, used = [], 0
        pack.append(statement)
        used += size
    yield pack


def _size(statement: Statement) -> int:
    return len(json.dumps(statement_document(statement), separators=(",", ":"), ensure_ascii=False))


def _fitting(statement: Statement, room: int) -> Iterator[Statement]:
    """The statement, or its halves when it alone is too large: by resources first, then by actions."""
    if _size(statement) + 1 <= room:
        yield statement
        return
    resources, actions = statement.resources, statement.actions
    if len(resources) > 1:
        middle = len(resources) // 2
        halves = [_part(statement, actions, half) for half in (resources[:middle], resources[middle:])]
    elif len(actions) > 1:
        middle = len(actions) // 2
        halves = [_part(statement, half, resources) for half in (actions[:middle], actions[middle:])]
    else:
        yield statement
        return
    for half in halves:
        yield from _fitting(half, room)


def _part(statement: Statement, actions: tuple[str, ...], resources: tuple[str, ...]) -> Statement:
    needs = tuple(
        need
        for need in statement.needs
        if need.action in actions and any(arn_covers(resource, need.resource) for resource in resources)
    )
    return Statement(actions, resources, statement.conditions, needs)
