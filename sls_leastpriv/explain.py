"""Why each action is in the policy: the statements' own needs, filtered by a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sls_leastpriv.model import PHASES, Need, Policy


@dataclass(frozen=True, slots=True)
class Explanation:
    """One grant, and every need that it is written for."""

    principal: str
    action: str
    resources: tuple[str, ...]
    needs: tuple[Need, ...]


def explain(policies: Sequence[Policy], pattern: str | None = None) -> tuple[Explanation, ...]:
    """The grants whose action or resource matches `pattern` (`*` and `?`, no case), or all of them, by principal and action."""
    found = [
        Explanation(policy.principal, action, statement.resources, _needs(statement.needs, action))
        for policy in policies
        for statement in policy.statements
        for action in statement.actions
        if pattern is None or _matches(pattern, action, statement.resources, statement.needs)
    ]
    return tuple(sorted(found, key=lambda one: (one.principal, one.action.lower(), one.resources)))


def _needs(needs: Sequence[Need], action: str) -> tuple[Need, ...]:
    return tuple(need for need in needs if need.action == action)


def _matches(pattern: str, action: str, resources: Sequence[str], needs: Sequence[Need]) -> bool:
    wanted = pattern.lower()
    names = [action, *resources, *(need.cause.subject.name for need in needs if need.action == action)]
    return any(fnmatchcase(name.lower(), wanted) for name in names)


def explanation_text(explanations: Sequence[Explanation]) -> str:
    """The explanations for people: action and resources, then each reason with its subject, place and source."""
    blocks: list[str] = []
    for one in explanations:
        lines = [f"{one.action}" + ("" if one.principal == "deployer" else f"  [{one.principal}]")]
        lines += [f"  on {resource}" for resource in one.resources]
        for condition in sorted({condition for need in one.needs for condition in need.conditions}):
            lines.append(f"  if {condition.operator} {condition.key} = {', '.join(condition.values)}")
        lines += list(dict.fromkeys(_reason(need) for need in sorted(one.needs, key=_order)))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _reason(need: Need) -> str:
    subject = need.cause.subject
    kind = subject.type or subject.kind
    place = f", {subject.where}" if subject.where else ""
    phases = ", ".join(phase for phase in PHASES if phase in need.phases)
    assumed = f"\n      assumed: {need.cause.assumed}" if need.cause.assumed else ""
    return f"  - {subject.name} ({kind}{place}) on {phases}: {need.cause.why}\n      {need.cause.source}{assumed}"


def _order(need: Need) -> tuple[str, str, str]:
    return (need.cause.subject.kind, need.cause.subject.name, need.cause.why)
