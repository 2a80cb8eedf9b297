"""The report: version 1 of the machine-readable output. Other programs read it, so its shape only grows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sls_leastpriv.escalation.service import service_paths
from sls_leastpriv.model import PHASES, Condition, Gap, Need, Prediction, Project, Subject
from sls_leastpriv.policy.build import PolicySet
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.widen import Widening
from sls_leastpriv.render.escalations import escalation_report

VERSION: Final = 1


def report(project: Project, prediction: Prediction, policies: PolicySet) -> dict[str, Any]:
    """The report of one project as JSON."""
    return {
        "version": VERSION,
        "services": [_service(project)],
        "policies": [
            {"name": policy.name, "principal": policy.principal, "document": policy_document(policy.statements)}
            for policy in policies.fitting
        ],
        "needs": [_need(need) for need in sorted(prediction.needs, key=_order)],
        "gaps": [_gap(gap) for gap in sorted(prediction.gaps, key=lambda gap: (gap.subject.kind, gap.subject.name, gap.reason))],
        "escalations": escalation_report(service_paths(project, policies.fitting)),
        **({"widenings": [_widening(*one) for one in policies.widenings]} if policies.fit is not None else {}),
    }


def _service(project: Project) -> dict[str, Any]:
    return {
        "service": project.service,
        "stage": project.stage,
        "stack": project.stack.name,
        "region": project.stack.region,
        "account": project.stack.account,
        "framework": str(project.framework),
        "commands": list(project.commands),
    }


def _need(need: Need) -> dict[str, Any]:
    cause = need.cause
    return {
        "action": need.action,
        "resource": need.resource,
        "conditions": _conditions(need.conditions),
        "principal": need.principal,
        "phases": [phase for phase in PHASES if phase in need.phases],
        "subject": _subject(cause.subject),
        "why": cause.why,
        "source": cause.source,
        "assumed": cause.assumed is not None,
        **({"assumption": cause.assumed} if cause.assumed is not None else {}),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"subject": _subject(gap.subject), "reason": gap.reason}


def _widening(principal: str, widening: Widening) -> dict[str, Any]:
    return {
        "principal": principal,
        "actions": list(widening.actions),
        "resources": list(widening.resources),
        "conditions": _conditions(widening.conditions),
        "insteadOf": list(widening.instead_of),
    }


def _conditions(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    return [{"operator": one.operator, "key": one.key, "values": list(one.values)} for one in conditions]


def _subject(subject: Subject) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": subject.kind, "name": subject.name, "where": subject.where}
    if subject.type is not None:
        document["type"] = subject.type
    if subject.previous:
        document["previous"] = True
    return document


def _order(need: Need) -> tuple[str, str, str, str, str, str]:
    subject = need.cause.subject
    return (need.principal, need.action.lower(), need.resource, subject.kind, subject.name, need.cause.why)
