"""Two sides compared: every change with its causes, its risks and whether it is approved, the riskiest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sls_leastpriv.diff.approvals import Approval
from sls_leastpriv.diff.causes import Causes, Reason
from sls_leastpriv.diff.risks import Risk, rank, risks_of
from sls_leastpriv.diff.side import Side, changes_around
from sls_leastpriv.model import PRINCIPALS, Gap, Need, Principal
from sls_leastpriv.policy.compare import Change, compare
from sls_leastpriv.policy.grants import Grants


@dataclass(frozen=True, slots=True)
class Finding:
    """A change for one principal. `needs` ask for it, or asked for it where it is gone; `approved` says why it does not fail."""

    principal: Principal
    change: Change
    needs: tuple[Need, ...]
    reasons: tuple[Reason, ...]
    risks: tuple[Risk, ...]
    approved: str | None

    @property
    def widens(self) -> bool:
        """Whether something is granted that was not before."""
        return self.change.kind != "narrowed"


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one side to the other, and the gaps that are on one of them only."""

    before: Side
    after: Side
    findings: tuple[Finding, ...]
    gaps_new: tuple[Gap, ...]
    gaps_gone: tuple[Gap, ...]

    @property
    def around(self) -> tuple[str, ...]:
        """What changed around the service: how and where it is deployed, and who wrote the report."""
        return changes_around(self.before.circumstances, self.after.circumstances)

    @property
    def takes_away(self) -> bool:
        """Whether something is granted no longer, or no longer where it was."""
        return any(one.change.kind != "widened" for one in self.findings)

    @property
    def unapproved(self) -> tuple[Finding, ...]:
        """What is granted newly and nobody approved."""
        return tuple(one for one in self.findings if one.widens and one.approved is None)


def difference(before: Side, after: Side, approvals: Sequence[Approval] = ()) -> Difference:
    """Compares two sides, principal by principal. ServiceError for a policy document that IAM would refuse."""
    came, gone = Causes(after, before, came=True), Causes(before, after, came=False)
    findings: list[Finding] = []
    for principal in PRINCIPALS:
        old, new = before.documents.get(principal, ()), after.documents.get(principal, ())
        if not _comparable(principal, before, after):
            continue
        services = _services(old)
        for change in compare(old, new):
            widens = change.kind != "narrowed"
            causes = came if widens else gone
            needs = causes.needs_of(change.grant, principal)
            risks = risks_of(change.grant, needs, services) if widens else ()
            approved = next((one.reason for one in approvals if one.covers(change.grant)), None) if widens else None
            findings.append(Finding(principal, change, needs, causes.reasons_of(needs), risks, approved))
    return Difference(
        before,
        after,
        tuple(sorted(findings, key=lambda one: (rank(one.risks), one.change.kind == "narrowed"))),
        tuple(gap for gap in after.gaps if _gap(gap) not in set(map(_gap, before.gaps))) if before.has_needs else (),
        tuple(gap for gap in before.gaps if _gap(gap) not in set(map(_gap, after.gaps))) if after.has_needs else (),
    )


def _comparable(principal: Principal, before: Side, after: Side) -> bool:
    """Bare policy documents say nothing about other principals than the deployer."""
    return principal == "deployer" or (before.has_needs and after.has_needs)


def _services(documents: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(part.grant.action.partition(":")[0].lower() for part in Grants(documents).parts)


def _gap(gap: Gap) -> tuple[str, str, str]:
    """What makes two gaps the same: not where they stand."""
    return gap.subject.kind, gap.subject.name, gap.reason
