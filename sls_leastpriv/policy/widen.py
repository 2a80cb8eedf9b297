"""Lossy widening, for a policy that must be smaller than its needs are long. Only on request, and each step is listed.

Two kinds of steps, the one that saves most first:

- several resources of one kind become one pattern, which holds no less of the service's own name than they share;
- two statements of one service become one: all of their actions, on all of their resources.

Never widened: actions (no wildcard), whatever IAM and STS authorise (a role that is passed or written could be the deployer's own),
and statements on `*`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product
from typing import Final

from sls_leastpriv.model import Condition, Need, Statement
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.policy.split import size

NEVER: Final = frozenset({"iam", "sts"})

_ENDS: Final = "-/:._*"
"""What a shared beginning must end in, so that a pattern ends where a word of the name does."""


Conditions = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Widening:
    """What is granted though no need asks for it: each of the actions on each of the resources.

    `instead_of` are the exact resources that a pattern replaces; none where the actions are not needed there at all.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions
    instead_of: tuple[str, ...]


def widen(needs: Sequence[Need], own: Sequence[str], fits: Callable[[Sequence[Statement]], bool]) -> tuple[Statement, ...]:
    """The statements for the needs of one principal, widened until `fits` or nothing is left to widen.

    `own` are the names of the service: a new pattern begins with one of them, or with a pattern that was granted already.
    """
    statements = merge(needs)
    while not fits(statements) and (pattern := _best_pattern(statements, own)) is not None:
        needs = [_widened(need, pattern) for need in needs]
        statements = merge(needs)
    while not fits(statements) and (pair := _best_pair(statements)) is not None:
        statements = _joined(statements, *pair)
    return statements


def widenings(statements: Iterable[Statement], needs: Iterable[Need]) -> tuple[Widening, ...]:
    """What the statements grant that no need asks for."""
    asked: dict[tuple[str, Conditions], set[str]] = {}
    for need in needs:
        for conditions in single_values(need.conditions):
            asked.setdefault((need.action, conditions), set()).add(need.resource)
    found: dict[tuple[tuple[str, ...], Conditions, tuple[str, ...]], list[str]] = {}
    for statement in statements:
        expanded = list(single_values(statement.conditions))
        for resource in statement.resources:
            groups: dict[tuple[str, ...], list[str]] = {}
            for action in statement.actions:
                exact = [asked.get((action, conditions), set()) for conditions in expanded]
                if not all(resource in resources for resources in exact):
                    covered = sorted({one for resources in exact for one in resources if arn_covers(resource, one)})
                    groups.setdefault(tuple(covered), []).append(action)
            for replaced, actions in groups.items():
                found.setdefault((tuple(actions), statement.conditions, replaced), []).append(resource)
    return tuple(Widening(key[0], tuple(resources), key[1], key[2]) for key, resources in found.items())


def single_values(conditions: Conditions) -> Iterator[Conditions]:
    """A condition with several values is as many grants with one value each."""
    choices = [[Condition(one.operator, one.key, (value,)) for value in one.values] for one in conditions]
    yield from product(*choices)


def _best_pattern(statements: Sequence[Statement], own: Sequence[str]) -> str | None:
    """The pattern that replaces most characters of resources."""
    saved: dict[str, int] = {}
    for pattern in {pattern for statement in statements if _may(statement) for pattern in _patterns(statement.resources, own)}:
        for statement in statements:
            replaced = [one for one in statement.resources if _may(statement) and arn_covers(pattern, one) and one != pattern]
            if replaced:
                gain = sum(len(one) + 3 for one in replaced) - len(pattern) - 3
                saved[pattern] = saved.get(pattern, 0) + gain
    best = max(saved, key=lambda pattern: (saved[pattern], len(pattern), pattern), default=None)
    return best if best is not None and saved[best] > 0 else None


def _patterns(resources: Sequence[str], own: Sequence[str]) -> Iterator[str]:
    """What neighbours in order share, as a pattern."""
    for one, other in pairwise(resources):
        shared = _shared_start(one, other)
        while shared and shared[-1] not in _ENDS:
            shared = shared[:-1]
        name = shared.split(":", 5)[-1] if shared.count(":") >= 5 else ""
        if "*" in name or any(word in name for word in own):
            yield shared.rstrip("*") + "*"


def _shared_start(one: str, other: str) -> str:
    length = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def _may(statement: Statement) -> bool:
    return not {action.partition(":")[0] for action in statement.actions} & NEVER


def _widened(need: Need, pattern: str) -> Need:
    if need.action.partition(":")[0] in NEVER or not arn_covers(pattern, need.resource):
        return need
    return replace(need, resource=pattern)


def _best_pair(statements: Sequence[Statement]) -> tuple[Statement, Statement] | None:
    best: tuple[int, tuple[Statement, Statement] | None] = (0, None)
    for one, other in combinations(statements, 2):
        if one.conditions != other.conditions or "*" in (*one.resources, *other.resources):
            continue
        services = {action.partition(":")[0] for action in (*one.actions, *other.actions)}
        if len(services) > 1 or services & NEVER:
            continue
        gain = size((one, other)) - size((_join(one, other),))
        if gain > best[0]:
            best = (gain, (one, other))
    return best[1]


def _join(one: Statement, other: Statement) -> Statement:
    return Statement(
        actions=tuple(sorted({*one.actions, *other.actions})),
        resources=tuple(sorted({*one.resources, *other.resources})),
        conditions=one.conditions,
        needs=one.needs + other.needs,
    )


def _joined(statements: Iterable[Statement], one: Statement, other: Statement) -> tuple[Statement, ...]:
    return tuple(_join(one, other) if statement is one else statement for statement in statements if statement is not other)
