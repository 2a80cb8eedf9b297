"""What a policy grants, in a few words: for comparing tools whose policies differ much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def granted(document: Mapping[str, Any]) -> str:
    """How many actions a policy document allows, and how many of its grants (an action on a resource) are on `*`."""
    grants = {
        (action, resource)
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }
    wide = sum(resource == "*" for _, resource in grants)
    return f"{len({action for action, _ in grants})} actions, {100 * wide / len(grants):.0f} % of {len(grants)} grants on `*`"


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value
