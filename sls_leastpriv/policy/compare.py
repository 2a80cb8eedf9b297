"""What two sets of policies grant, compared by meaning: how statements are ordered, split or merged makes no difference.

`compare` finds no change exactly when both grant the same requests. It knows IAM's wildcards, conditions, `Deny`, `NotAction` and
`NotResource`, and that several statements can grant together what none of them grants alone. What it cannot decide (contrived
wildcards, hundreds of entangled conditions) it reports as a change. Policy variables are compared as names, see
`sls_leastpriv.policy.boxes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Literal

from sls_leastpriv.model import Condition
from sls_leastpriv.policy.boxes import EVERYTHING, Box, Example, Keys, find_request
from sls_leastpriv.policy.grants import Grant, Grants
from sls_leastpriv.policy.moves import paired
from sls_leastpriv.policy.patterns import arn_intersects
from sls_leastpriv.policy.witness import Undecided

_MOVABLE = ("resource", "condition")

Kind = Literal["widened", "narrowed", "moved"]
By = Literal["action", "resource", "condition", "deny"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two sets of policies.

    `widened`: `grant` is new, in whole or in part; `was` is what the same action was granted on before.
    `narrowed`: `grant` is gone, in whole or in part; `was` is what the same action is granted on now.
    `moved`: `grant` is new, and `was` is gone in exchange.
    `by` is what differs: the action itself (not granted at all on the other side), the resources, only the conditions, or only
    what a `Deny` takes away.
    `example` is a request that shows the difference; None where that could not be decided.
    """

    kind: Kind
    by: By
    grant: Grant
    was: tuple[Grant, ...] = ()
    example: Example | None = None


def compare(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes from the policy documents `before` to those `after`, both of one principal, sorted by action and resource.

    ServiceError for a document that IAM would refuse for its form.
    """
    old, new = Grants(before), Grants(after)
    keys = Keys([*old.allows, *old.denies, *new.allows, *new.denies])
    gained = _joined(_beyond(new, old, keys, "widened"))
    lost = _joined(_beyond(old, new, keys, "narrowed"))
    moves = paired(
        [one.grant for one in gained if one.by in _MOVABLE and _is_whole(one)],
        [one.grant for one in lost if one.by in _MOVABLE and _is_whole(one)],
    )
    left = set(moves.values())
    changes = [replace(one, kind="moved", was=(moves[one.grant],)) if one.grant in moves else one for one in gained]
    changes += [one for one in lost if one.grant not in left]
    return tuple(sorted(changes, key=lambda one: (one.grant.action.lower(), one.grant, one.kind)))


def _is_whole(change: Change) -> bool:
    """Whether nothing of the grant is on the other side: otherwise it grew or shrank there, and did not move."""
    grant = change.grant
    return not any(arn_intersects(one.resource, grant.resource) and _values_meet(one, grant) for one in change.was)


def _values_meet(one: Grant, other: Grant) -> bool:
    """False where the grants ask for different values of a key."""
    asked = {(condition.operator, condition.key): set(condition.values) for condition in one.conditions}
    return all(
        asked.get((condition.operator, condition.key), set(condition.values)) & set(condition.values)
        for condition in other.conditions
    )


def _beyond(this: Grants, other: Grants, keys: Keys, kind: Kind) -> list[Change]:
    """The grants of one side that reach beyond the other side."""
    same_denies = set(other.denies) <= set(this.denies)
    found: dict[tuple[object, ...], Change] = {}
    for part in this.parts:
        if (same_denies and part.key in other.keys) or part.key in found:
            continue
        box = part.make_box()
        try:
            example = _example(box, this, other, keys)
        except Undecided:
            example = None
        else:
            if example is None:
                continue
        found[part.key] = Change(kind, _by(box, this, other, keys), part.grant, tuple(other.about(part.grant.action)), example)
    return list(found.values())


def _example(box: Box, this: Grants, other: Grants, keys: Keys) -> Example | None:
    """A request that the grant allows on its own side, and the other side does not."""
    found = find_request([box], [*this.denies, *other.allows], keys)
    if found is not None:
        return found
    for deny in other.denies:
        found = find_request([box, deny], this.denies, keys)
        if found is not None:
            return found
    return None


def _by(box: Box, this: Grants, other: Grants, keys: Keys) -> By:
    anywhere = [one._replace(resources=EVERYTHING, tests=()) for one in other.allows]
    unconditional = [one._replace(tests=()) for one in other.allows]
    try:
        if find_request([box], [*this.denies, *other.allows], keys) is None:
            return "deny"
        if find_request([box], [*this.denies, *anywhere], keys) is not None:
            return "action"
        return "condition" if find_request([box], [*this.denies, *unconditional], keys) is None else "resource"
    except Undecided:
        return "resource"


def _joined(changes: Iterable[Change]) -> list[Change]:
    """Changes that differ in the values of one condition only as one change: the values are alternatives."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        grant = change.grant
        tests = tuple((one.operator, one.key) for one in grant.conditions)
        groups.setdefault((change.by, change.was, grant.action, grant.resource, tests), []).append(change)
    return [one for group in groups.values() for one in _join(group)]


def _join(group: list[Change]) -> list[Change]:
    if len(group) == 1:
        return group
    choices = [sorted({change.grant.conditions[index] for change in group}) for index in range(len(group[0].grant.conditions))]
    if prod(map(len, choices)) != len(group):
        return group  # not every combination of the values is there
    conditions = tuple(
        Condition(same[0].operator, same[0].key, tuple(sorted({value for one in same for value in one.values}))) for same in choices
    )
    return [replace(group[0], grant=replace(group[0].grant, conditions=conditions))]
