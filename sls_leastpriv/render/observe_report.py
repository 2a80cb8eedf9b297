"""The object `observe` of the report, version 1. Like the report it only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sls_leastpriv.model import PHASES, Need
from sls_leastpriv.observe.files import Unusable
from sls_leastpriv.observe.reconcile import Reconciled
from sls_leastpriv.observe.uses import Unmapped, Use


def observe_report(
    uses: Sequence[Use],
    unmapped: Sequence[Unmapped],
    unusable: Sequence[Unusable],
    reconciled: Reconciled | None,
    files: Mapping[str, str],
) -> dict[str, Any]:
    """What was observed as JSON; `reconciled` is null where no service was given."""
    return {
        "used": [_use(one) for one in uses if one.result == "ok"],
        "denied": [_use(one) for one in uses if one.result == "denied"],
        "failed": [_use(one) for one in uses if one.result == "failed"],
        "unknown": [{"source": one.source, "name": one.name, "events": one.events} for one in unmapped],
        "notUsed": [{"file": one.file, "reason": one.reason} for one in unusable],
        "reconciled": None if reconciled is None else _reconciled(reconciled),
        "overlay": dict(files),
    }


def _use(use: Use) -> dict[str, Any]:
    return {
        "action": use.action,
        "resources": list(use.resources),
        "conditions": [{"operator": one.operator, "key": one.key, "values": list(one.values)} for one in use.conditions],
        "principal": use.principal,
        "invokedBy": use.invoked_by or None,
        "events": use.events,
        "first": use.first,
        "last": use.last,
        "inferred": use.inferred,
    }


def _reconciled(reconciled: Reconciled) -> dict[str, Any]:
    return {
        "deploys": reconciled.deploys,
        "removals": reconciled.deletes,
        "confirmed": [_need(one) for one in reconciled.confirmed],
        "notSeen": [{**_need(need), "because": why} for need, why in reconciled.unseen],
        "notPredicted": [_use(one) for one in reconciled.observed_only],
        "elsewhere": reconciled.elsewhere,
    }


def _need(need: Need) -> dict[str, Any]:
    return {
        "action": need.action,
        "resource": need.resource,
        "principal": need.principal,
        "phases": [phase for phase in PHASES if phase in need.phases],
        "subject": {"kind": need.cause.subject.kind, "name": need.cause.subject.name, "type": need.cause.subject.type},
    }
