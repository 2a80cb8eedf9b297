"""Needs under a permissions boundary: what changes a role or a user is allowed for those only that carry the boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from sls_leastpriv.declared.identity import SERVICE_LINKED
from sls_leastpriv.knowledge.published import published
from sls_leastpriv.model import Condition, Need
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.resolve.arns import parse_arn

KEY: Final = "iam:PermissionsBoundary"

_LIFTING: Final = frozenset({"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"})
"""Asked about the boundary that is taken off, so a condition on it would allow just that."""


@cache
def guarded_actions() -> frozenset[str]:
    """The actions that change a role or a user, and for which AWS publishes the context key of its boundary."""
    actions = published("iam")["actions"]
    return frozenset(f"iam:{name}" for name, one in actions.items() if KEY in one["keys"] and one["level"] not in ("Read", "List"))


def bounded(needs: Iterable[Need], arn: str, identities: Iterable[str]) -> Iterator[Need]:
    """The needs, with the condition on the boundary where it holds; taking a boundary off is no need any more.

    `identities` are the ARN patterns of the roles and users of the service. A role of others (one that a plugin or the Framework
    itself makes) does not carry the boundary, and its needs stay as they are.
    """
    own = tuple(identities)
    condition = Condition("StringLike" if "*" in arn else "StringEquals", KEY, (arn,))
    for need in needs:
        if need.action in _LIFTING:
            continue
        if need.action not in guarded_actions() or _is_foreign(need, own):
            yield need
            continue
        linked = _service_linked(need.resource)
        if linked is not None:
            yield replace(need, resource=linked)
        yield replace(need, conditions=tuple(sorted({*need.conditions, condition})))


def _is_foreign(need: Need, own: tuple[str, ...]) -> bool:
    if arn_covers(SERVICE_LINKED, need.resource):
        return True
    return need.cause.subject.kind != "resource" and not any(arn_covers(one, need.resource) for one in own)


def _service_linked(resource: str) -> str | None:
    """The service-linked roles among the roles of a pattern; None where it holds none."""
    arn = parse_arn(resource)
    linked = None if arn is None else f"arn:{arn.partition}:{arn.service}::{arn.account}:role/aws-service-role/*"
    return linked if linked is not None and arn_covers(resource, linked) else None
