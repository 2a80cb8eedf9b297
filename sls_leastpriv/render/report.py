"""The report: version 1 of the machine-readable output. Other programs read it, so its shape only grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sls_leastpriv import __version__
from sls_leastpriv.escalation.paths import Path
from sls_leastpriv.escalation.service import service_paths
from sls_leastpriv.facts.service import plugin_names
from sls_leastpriv.model import PHASES, Boundary, Condition, Gap, Need, Prediction, Project, Subject
from sls_leastpriv.policy.build import PolicySet
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.proof import prove
from sls_leastpriv.policy.roles import Role
from sls_leastpriv.policy.trust import trust_document
from sls_leastpriv.policy.widen import Widening
from sls_leastpriv.render.escalations import escalation_report
from sls_leastpriv.render.writes import writes_beside_stack

VERSION: Final = 1


def report(
    project: Project, prediction: Prediction, policies: PolicySet, roles: Sequence[Role] = (), projects: Sequence[Project] = ()
) -> dict[str, Any]:
    """The report of one project as JSON; of several, where `projects` are what they are made of."""
    all_projects = projects or (project,)
    return {
        "version": VERSION,
        "services": [_service(one) for one in all_projects],
        "policies": [
            {"name": policy.name, "principal": policy.principal, "document": policy_document(policy.statements)}
            for policy in policies.fitting
        ],
        "needs": [_need(need) for need in sorted(prediction.needs, key=_order)],
        "gaps": [_gap(gap) for gap in sorted(prediction.gaps, key=lambda gap: (gap.subject.kind, gap.subject.name, gap.reason))],
        "escalations": escalation_report([path for one in all_projects for path in _escalations(one, policies)]),
        **({"boundary": _boundary(policies.boundary)} if policies.boundary is not None else {}),
        **({"roles": [_role(role, project) for role in roles]} if roles else {}),
        **({"split": _split(policies, prediction)} if len(policies.whole) > 1 else {}),
        **(
            {"widenings": [_widening(*one) for one in policies.widenings]} if policies.fit is not None or policies.widenings else {}
        ),
    }


def _escalations(project: Project, policies: PolicySet) -> tuple[Path, ...]:
    boundary = policies.boundary
    return service_paths(project, policies.fitting, {} if boundary is None else {boundary.arn: boundary.document})


def _boundary(boundary: Boundary) -> dict[str, Any]:
    return {"name": boundary.name, "arn": boundary.arn, "fits": boundary.fits, "document": boundary.document}


def _service(project: Project) -> dict[str, Any]:
    return {
        "service": project.service,
        "stage": project.stage,
        "stack": project.stack.name,
        "region": project.stack.region,
        "account": project.stack.account,
        "framework": str(project.framework),
        "commands": list(project.commands),
        "plugins": list(plugin_names(project.config)),
        "writtenBy": f"sls-leastpriv {__version__}",
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
        **({"properties": list(cause.properties)} if cause.properties else {}),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"subject": _subject(gap.subject), "reason": gap.reason}


def _role(role: Role, project: Project) -> dict[str, Any]:
    """A role; its trust policy is null where it names the account and the account is not known."""
    stack = project.stack
    known = stack.account is not None or bool(role.trust.services)
    trust = trust_document(role.trust, account=stack.account or "", partition=stack.partition) if known else None
    return {"name": role.name, "principal": role.principal, "trust": trust, "policies": [policy.name for policy in role.policies]}


def _split(policies: PolicySet, prediction: Prediction) -> dict[str, Any]:
    """The proof of the role split, and what the deployer still changes itself."""
    proof = prove(policies.fitting, prediction.needs)
    writes = writes_beside_stack(prediction.needs)
    return {
        "holds": proof.holds,
        "needs": dict(proof.needs),
        "missing": [_need(need) for need in proof.missing],
        "foreign": [{"holder": holder, "need": _need(need)} for holder, need in proof.foreign],
        "deployerWrites": [_need(need) for need in writes],
        "shared": [{"action": action, "resource": resource} for action, resource in proof.shared],
    }


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
    if subject.stack is not None:
        document["stack"] = subject.stack
    if subject.previous:
        document["previous"] = True
    return document


def _order(need: Need) -> tuple[str, str, str, str, str, str]:
    subject = need.cause.subject
    return (need.principal, need.action.lower(), need.resource, subject.kind, subject.name, need.cause.why)
