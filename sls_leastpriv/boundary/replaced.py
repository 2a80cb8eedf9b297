"""Statements of the Framework's own roles that say more than their functions do, and what the boundary says instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sls_leastpriv.declared.identity import Identity
from sls_leastpriv.knowledge.load import shard
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.resolve.arns import parse_arn


@dataclass(frozen=True, slots=True)
class Replacement:
    """The statements that stand in the place of a declared one, and what is left open even so."""

    statements: tuple[Mapping[str, Any], ...]
    leaves: str


def replacement(statement: Mapping[str, Any], identity: Identity, types: frozenset[str], boundary: str) -> Replacement | None:
    """What the knowledge has in the place of a declared statement; None where it has nothing.

    `types` are the resource types of the template; the boundary's ARN says partition and account.
    """
    for one in shard("declared").get("replaced", ()):
        if one["role"] == identity.name and one["has"] in types and _is(statement, one):
            arn = parse_arn(boundary)
            role = "arn:*:iam::*:role" if arn is None else f"arn:{arn.partition}:iam::{arn.account}:role"
            return Replacement(tuple(_filled(other, role) for other in one["statement"]), one["leaves"])
    return None


def _is(statement: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    resources = statement.get("Resource", ())
    return (
        set(statement.get("Action", ())) == set(one["actions"])
        and bool(resources)
        and all(arn_covers(one["resource"], resource) for resource in resources)
    )


def _filled(statement: Mapping[str, Any], role: str) -> Mapping[str, Any]:
    return {**statement, "Resource": [text.replace("${Role}", role) for text in statement["Resource"]]}
