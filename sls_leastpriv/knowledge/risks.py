"""What makes a permission worth a second look: use of data, and the delete of what holds data (`risks.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.policy.patterns import action_covers


def data_use(action: str) -> str | None:
    """What an action does with data; None for one that only manages."""
    return next((str(one["why"]) for one in _risks("data") if any(action_covers(text, action) for text in one["actions"])), None)


def stateful(resource_type: str | None) -> bool:
    """Whether deleting a resource of a CloudFormation type destroys data."""
    return any(resource_type in one["types"] for one in _risks("stateful"))


@cache
def _risks(kind: str) -> Sequence[dict[str, Any]]:
    found: Sequence[dict[str, Any]] = tomllib.loads((DATA / "risks.toml").read_text("utf-8"))[kind]
    return found
