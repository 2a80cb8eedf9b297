"""Which grant took the place of which: the same action, on another resource of the same type or under other values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product, takewhile

from sls_leastpriv.policy.grants import Grant


def paired(gained: Iterable[Grant], lost: Iterable[Grant]) -> dict[Grant, Grant]:
    """Each gained grant that took the place of a lost one → that one. Those that are spelled most alike belong together."""
    groups: dict[tuple[object, ...], tuple[list[Grant], list[Grant]]] = {}
    for index, grants in enumerate((gained, lost)):
        for grant in grants:
            groups.setdefault(_place(grant), ([], []))[index].append(grant)
    pairs: dict[Grant, Grant] = {}
    for new, old in groups.values():
        by_likeness = sorted(product(new, old), key=lambda pair: (-_likeness(_text(pair[0]), _text(pair[1])), pair))
        taken: set[Grant] = set()
        for one, other in by_likeness:
            if one not in pairs and other not in taken:
                pairs[one] = other
                taken.add(other)
    return pairs


def _place(grant: Grant) -> tuple[object, ...]:
    """What must be the same: everything but the resource's name, its region and its account, and the values of conditions."""
    parts = grant.resource.split(":", 5)
    kind = parts[5].replace("/", ":").partition(":")[0] if len(parts) == 6 and parts[2] not in ("s3", "sns", "sqs") else ""
    return (
        grant.action.lower(),
        parts[2] if len(parts) > 2 else grant.resource,
        kind,
        tuple((one.operator, one.key) for one in grant.conditions),
    )


def _text(grant: Grant) -> str:
    return "\n".join((grant.resource, *(value for one in grant.conditions for value in one.values)))


def _likeness(one: str, other: str) -> int:
    return _common(one, other) + _common(one[::-1], other[::-1])


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
