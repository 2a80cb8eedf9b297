"""A difference as JSON: the `diff` member of the report."""

from __future__ import annotations

from typing import Any

from sls_leastpriv.diff.difference import Difference, Finding
from sls_leastpriv.model import PHASES, Gap
from sls_leastpriv.policy.grants import Grant


def diff_report(found: Difference) -> dict[str, Any]:
    """All changes, the riskiest first. `action` and the rest of `change` are what is granted newly or no longer."""
    return {
        "base": found.before.label.replace("`", ""),
        "head": found.after.label.replace("`", ""),
        "around": list(found.around),
        "widened": len([one for one in found.findings if one.widens]),
        "unapproved": len(found.unapproved),
        "narrowed": len([one for one in found.findings if not one.widens]),
        "changes": [_finding(one) for one in found.findings],
        "gapsNew": [_gap(gap) for gap in found.gaps_new],
        "gapsGone": [_gap(gap) for gap in found.gaps_gone],
    }


def _finding(one: Finding) -> dict[str, Any]:
    change = one.change
    phases = {phase for need in one.needs for phase in need.phases}
    return {
        "kind": change.kind,
        "by": change.by,
        "principal": one.principal,
        **_grant(change.grant),
        "was": [_grant(grant) for grant in change.was],
        "phases": [phase for phase in PHASES if phase in phases],
        "causes": [{"text": reason.text, "where": reason.where} for reason in one.reasons],
        "risks": [{"kind": risk.kind, "text": risk.text} for risk in one.risks],
        "sources": list(dict.fromkeys(need.cause.source for need in one.needs)),
        "approved": one.approved,
        "apply": "before the deploy" if one.widens else "after the deploy",
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "action": grant.action,
        "resource": grant.resource,
        "conditions": [{"operator": one.operator, "key": one.key, "values": list(one.values)} for one in grant.conditions],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "subject": {"kind": gap.subject.kind, "name": gap.subject.name, "where": gap.subject.where},
        "reason": gap.reason,
    }
