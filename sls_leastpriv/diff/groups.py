"""Findings as people read them: together by cause, and within it the actions that share resources in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sls_leastpriv.diff.causes import Reason
from sls_leastpriv.diff.difference import Finding
from sls_leastpriv.diff.risks import Risk, rank
from sls_leastpriv.model import Condition, Principal
from sls_leastpriv.policy.compare import Kind
from sls_leastpriv.policy.grants import Grant


@dataclass(frozen=True, slots=True)
class Line:
    """Actions that change alike on the same resources. `was`: for a move, where they are granted no longer."""

    kind: Kind
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    was: tuple[str, ...]
    approved: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one principal with the same first cause; `also` are the others of their causes."""

    principal: Principal
    reason: Reason
    also: tuple[Reason, ...]
    widens: bool
    risks: tuple[Risk, ...]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]

    @property
    def approved(self) -> bool:
        """Whether nothing in it fails the comparison."""
        return all(one.approved is not None or not one.widens for one in self.findings)


def groups_of(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """The groups: what is granted newly before what is gone, the riskiest first."""
    together: dict[tuple[Principal, bool, Reason], list[Finding]] = {}
    for one in findings:
        together.setdefault((one.principal, one.widens, one.reasons[0]), []).append(one)
    groups = [
        Group(
            principal,
            reason,
            tuple(dict.fromkeys(other for one in found for other in one.reasons if other != reason)),
            widens,
            tuple(dict.fromkeys(risk for one in found for risk in one.risks)),
            lines_of(found),
            tuple(found),
        )
        for (principal, widens, reason), found in together.items()
    ]
    return tuple(sorted(groups, key=lambda one: (not one.widens, one.approved, rank(one.risks), one.principal, one.reason.text)))


def lines_of(findings: Sequence[Finding]) -> tuple[Line, ...]:
    """Actions with the same resources share a line."""
    by_action: dict[tuple[object, ...], tuple[Finding, list[str], list[str]]] = {}
    for one in findings:
        grant, moved = one.change.grant, one.change.kind == "moved"
        key = (one.change.kind, grant.action, grant.conditions, one.approved)
        _, resources, was = by_action.setdefault(key, (one, [], []))
        resources.append(grant.resource)
        was += [_before(old, grant) for old in one.change.was] if moved else []
    lines: dict[Line, list[str]] = {}
    for one, resources, was in by_action.values():
        found = Line(one.change.kind, (), tuple(resources), one.change.grant.conditions, tuple(was), one.approved)
        lines.setdefault(found, []).append(one.change.grant.action)
    return tuple(replace(line, actions=tuple(sorted(actions))) for line, actions in lines.items())


def _before(old: Grant, new: Grant) -> str:
    """Where a grant moved from; with its conditions where they are others now."""
    return (
        old.resource
        if old.conditions == new.conditions
        else f"{old.resource} if {' and '.join(map(condition_text, old.conditions))}"
    )


def condition_text(one: Condition) -> str:
    """`StringEquals iam:PassedToService = lambda.amazonaws.com`."""
    return f"{one.operator} {one.key} = {', '.join(one.values)}"
