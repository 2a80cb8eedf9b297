"""Does a policy allow what is asked? Identity policies only, and nothing of the engine: a second opinion, not a mirror.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from tests.e2e.loop.authorise import Asked
from tests.e2e.loop.conditions import holds
from tests.e2e.loop.patterns import arn_like, like_action
from tests.e2e.loop.placeholders import filled

Verdict = Literal["allowed", "explicit", "implicit"]
"""`explicit`: a statement denies it; `implicit`: none allows it."""

Policy = Mapping[str, Any]

ALLOW_ALL: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ALLOW_NOTHING: Policy = {"Version": "2012-10-17", "Statement": []}

# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permissions are required
ALWAYS_ALLOWED = "sts:GetCallerIdentity"


def judge(policy: Policy, asked: Asked) -> Verdict:
    """A statement that denies decides; else one that allows; else it is denied."""
    if asked.action == ALWAYS_ALLOWED:
        return "allowed"
    effects = {statement["Effect"] for statement in _statements(policy) if _applies(statement, asked)}
    if "Deny" in effects:
        return "explicit"
    return "allowed" if "Allow" in effects else "implicit"


def _statements(policy: Policy) -> Iterator[Mapping[str, Any]]:
    yield from _listed(policy["Statement"])


def _applies(statement: Mapping[str, Any], asked: Asked) -> bool:
    def resource_like(pattern: str, resource: str) -> bool:
        written = filled(pattern, asked.context)
        return written is not None and arn_like(written, resource)

    return (
        _names(statement, "Action", like_action, asked.action)
        and _names(statement, "Resource", resource_like, asked.resource)
        and holds(statement.get("Condition", {}), asked.context)
    )


def _names(statement: Mapping[str, Any], element: str, matches: Callable[[str, str], bool], value: str) -> bool:
    """`Action` names what it lists, `NotAction` everything else."""
    negated = f"Not{element}" in statement
    listed = _listed(statement[f"Not{element}" if negated else element])
    return any(matches(pattern, value) for pattern in listed) != negated


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
