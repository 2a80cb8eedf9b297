"""The object `check` of the report, version 1. Like the report it only grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sls_leastpriv.check.answer import Answer, Missing
from sls_leastpriv.check.evidence import Document, Evidence
from sls_leastpriv.check.excess import Excess
from sls_leastpriv.check.verdict import Verdict
from sls_leastpriv.model import PHASES, Statement
from sls_leastpriv.policy.document import policy_document


def check_report(answer: Answer, *, mode: str) -> dict[str, Any]:
    """The answer as JSON. `excess` is null where the evidence holds no policies, a document null where nothing is to be added."""
    return {
        "mode": mode,
        "principal": _principal(answer.evidence),
        "evidence": _evidence(answer.evidence),
        "asked": answer.asked,
        "missing": [_missing(one) for one in answer.missing],
        "unknown": [{**_verdict(one), "keys": sorted(one.finding.keys)} for one in answer.unknown],
        "excess": None if answer.excess is None else _excess(answer.excess),
        "add": _document(answer.add),
        "addToBoundary": _document(answer.add_to_boundary),
        "limits": list(answer.limits),
        "toCheck": [policy_document(statements) for statements in answer.to_check],
    }


def _principal(evidence: Evidence) -> dict[str, Any] | None:
    one = evidence.principal
    if one is None:
        return None
    return {"arn": one.arn, "kind": one.kind, "name": one.name, "account": one.account, "pathKnown": one.path is not None}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "complete": evidence.complete,
        "policies": [_policy(one) for one in evidence.identity],
        "boundary": None if evidence.boundary is None else [_policy(one) for one in evidence.boundary],
        "unread": list(evidence.unread),
        "cached": evidence.cached,
        "reason": evidence.reason,
    }


def _policy(one: Document) -> dict[str, Any]:
    return {"name": one.name, "arn": one.arn, "version": one.version}


def _missing(one: Missing) -> dict[str, Any]:
    return {**_verdict(one.verdict), "fails": one.moment, "lacks": sorted(one.verdict.finding.lacks)}


def _verdict(one: Verdict) -> dict[str, Any]:
    ask = one.ask
    phases = {phase for need in ask.needs for phase in need.phases}
    subjects = dict.fromkeys(need.cause.subject for need in ask.needs)
    return {
        "action": ask.action,
        "resource": ask.resource,
        "conditions": [{"operator": one.operator, "key": one.key, "values": list(one.values)} for one in ask.conditions],
        "phases": [phase for phase in PHASES if phase in phases],
        "reason": one.finding.reason,
        "subjects": [{"kind": one.kind, "name": one.name, "where": one.where} for one in subjects],
        "why": ask.needs[0].cause.why,
        "source": ask.needs[0].cause.source,
    }


def _excess(excess: Excess) -> dict[str, Any]:
    return {
        "granted": excess.granted,
        "count": excess.count,
        "services": {service: len(actions) for service, actions in excess.unneeded.items()},
        "wide": list(excess.wide),
        "wildcards": [
            {
                "pattern": one.pattern,
                "policy": one.policy,
                "statement": one.position,
                "granted": one.granted,
                "needed": one.needed,
            }
            for one in excess.wildcards
        ],
        "escalating": [
            {
                "action": one.action,
                "how": one.how,
                "resources": list(one.resources),
                "neededOn": list(one.needed),
                "conditional": one.conditional,
            }
            for one in excess.escalating
        ],
    }


def _document(statements: Sequence[Statement]) -> dict[str, Any] | None:
    return policy_document(statements) if statements else None
