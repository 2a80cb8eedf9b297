"""Why each action is in the policy: the statements' own needs, filtered by a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sls_leastpriv.model import PHASES, Condition, Need, Policy


@dataclass(frozen=True, slots=True)
class Explanation:
    """One grant, and every need that it is written for."""

    principal: str
    action: str
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    needs: tuple[Need, ...]


def explain(policies: Sequence[Policy], pattern: str | None = None) -> tuple[Explanation, ...]:
    """The grants whose action or resource matches `pattern` (`*` and `?`, no case), or all of them, by principal and action."""
    found: dict[tuple[str, str, tuple[Condition, ...]], tuple[list[str], list[Need]]] = {}
    for policy in policies:
        for statement in policy.statements:
            for action in statement.actions:
                if pattern is None or _matches(pattern, action, statement.resources, statement.needs):
                    resources, needs = found.setdefault((policy.principal, action, statement.conditions), ([], []))
                    resources += statement.resources
                    needs += _needs(statement.needs, action)
    explanations = (
        Explanation(principal, action, tuple(sorted(resources)), conditions, tuple(needs))
        for (principal, action, conditions), (resources, needs) in found.items()
    )
    return tuple(sorted(explanations, key=lambda one: (one.principal, one.action.lower(), one.resources, one.conditions)))


def _needs(needs: Sequence[Need], action: str) -> tuple[Need, ...]:
    return tuple(need for need in needs if need.action == action)


def _matches(pattern: str, action: str, resources: Sequence[str], needs: Sequence[Need]) -> bool:
    wanted = pattern.lower()
    names = [action, *resources, *(need.cause.subject.name for need in needs if need.action == action)]
    return any(fnmatchcase(name.lower(), wanted) for name in names)


def explanation_text(explanations: Sequence[Explanation]) -> str:
    """The explanations for people: action, resources and conditions, then each reason with its source and its subjects."""
    blocks: list[str] = []
    for one in explanations:
        lines = [one.action + ("" if one.principal == "deployer" else f"  [{one.principal}]")]
        lines += [f"  on {resource}" for resource in one.resources]
        for condition in one.conditions:
            lines.append(f"  if {condition.operator} {condition.key} = {', '.join(condition.values)}")
        reasons: dict[tuple[str, str], dict[str, None]] = {}
        for need in sorted(one.needs, key=_order):
            reasons.setdefault((need.cause.why, need.cause.source), {})[_subject(need)] = None
        for (why, source), subjects in reasons.items():
            lines += [f"  because {why}", *(f"    {subject}" for subject in subjects), f"    {source}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _subject(need: Need) -> str:
    subject = need.cause.subject
    kind = subject.type or subject.kind
    place = f", {subject.where}" if subject.where else ""
    phases = ", ".join(phase for phase in PHASES if phase in need.phases)
    assumed = f"; assumed: {need.cause.assumed}" if need.cause.assumed else ""
    stack = f" of {subject.stack}" if subject.stack else ""
    return f"{subject.name}{stack} ({kind}{place}): {phases}{assumed}"


def _order(need: Need) -> tuple[str, str, str, str]:
    return (need.cause.why, need.cause.subject.kind, need.cause.subject.name, need.resource)
