"""Statements as an IAM policy document, byte for byte the same for the same statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sls_leastpriv.model import Condition, Statement

VERSION = "2012-10-17"


def policy_document(statements: Iterable[Statement]) -> dict[str, Any]:
    """The JSON of a policy document. Single actions, resources and values are written without a list, as IAM's examples do."""
    return {"Version": VERSION, "Statement": [statement_document(statement) for statement in statements]}


def statement_document(statement: Statement) -> dict[str, Any]:
    """The JSON of one statement."""
    document: dict[str, Any] = {
        "Effect": "Allow",
        "Action": _one_or_list(statement.actions),
        "Resource": _one_or_list(statement.resources),
    }
    if statement.conditions:
        document["Condition"] = conditions_document(statement.conditions)
    return document


def conditions_document(conditions: Iterable[Condition]) -> dict[str, Any]:
    """The JSON of a `Condition` block."""
    block: dict[str, dict[str, Any]] = {}
    for condition in sorted(conditions):
        block.setdefault(condition.operator, {})[condition.key] = _one_or_list(condition.values)
    return block


def _one_or_list(texts: tuple[str, ...]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)
