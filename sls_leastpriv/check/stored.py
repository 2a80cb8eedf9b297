"""Evidence as JSON, for the cache, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sls_leastpriv.check.evidence import Document, Evidence, Simulated
from sls_leastpriv.check.identity import Identity, parse_identity
from sls_leastpriv.check.trials import Trial
from sls_leastpriv.errors import ServiceError
from sls_leastpriv.policy.evaluate import compile_policy


def evidence_document(evidence: Evidence) -> dict[str, Any]:
    """Evidence → JSON."""
    return {
        "kind": evidence.kind,
        "arn": evidence.principal.arn if evidence.principal is not None and evidence.principal.path is not None else None,
        "identity": [_document(one) for one in evidence.identity],
        "boundary": None if evidence.boundary is None else [_document(one) for one in evidence.boundary],
        "complete": [evidence.identity_complete, evidence.boundary_known],
        "unread": list(evidence.unread),
        "simulated": [
            [
                trial.action,
                trial.resource,
                [[key, list(values)] for key, values in trial.context],
                [answer.decision, answer.organizations, answer.boundary, list(answer.missing_keys)],
            ]
            for trial, answer in sorted(evidence.simulated.items())
        ],
    }


def evidence_from(document: Mapping[str, Any], principal: Identity) -> Evidence | None:
    """JSON → evidence; None for what does not have the form."""
    try:
        return _evidence(document, principal)
    except (KeyError, TypeError, ValueError, AttributeError, ServiceError):
        return None


def _evidence(document: Mapping[str, Any], principal: Identity) -> Evidence | None:
    if document["kind"] not in ("policies", "simulation"):
        return None
    boundary = document["boundary"]
    complete, known = document["complete"]
    arn = document["arn"]
    who = parse_identity(arn, long_lived=principal.long_lived) if arn is not None else None
    return Evidence(
        kind=document["kind"],
        principal=principal if who is None else replace(who, session=principal.session),
        identity=tuple(_read(one) for one in document["identity"]),
        boundary=None if boundary is None else tuple(_read(one) for one in boundary),
        identity_complete=bool(complete),
        boundary_known=bool(known),
        unread=tuple(map(str, document["unread"])),
        simulated={
            Trial(action, resource, tuple((key, tuple(values)) for key, values in context)): Simulated(
                str(decision), organizations, limit, tuple(map(str, keys))
            )
            for action, resource, context, (decision, organizations, limit, keys) in document["simulated"]
        },
    )


def _document(one: Document) -> dict[str, Any]:
    return {"name": one.name, "document": one.document, "arn": one.arn, "version": one.version}


def _read(one: Mapping[str, Any]) -> Document:
    document = Document(str(one["name"]), one["document"], one["arn"], one["version"])
    compile_policy(document.document, document.name)
    return document
