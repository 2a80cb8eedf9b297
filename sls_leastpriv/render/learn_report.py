"""The object `learn` of the report, version 1. Like the report it only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sls_leastpriv.learn.denial import Unread
from sls_leastpriv.learn.judge import Verdict


def learn_report(verdicts: Sequence[Verdict], unread: Sequence[Unread], files: Mapping[str, str]) -> dict[str, Any]:
    """The verdicts as JSON; `overlay` maps the names of overlay files to their text."""
    return {
        "denials": [_verdict(one) for one in verdicts],
        "unread": [{"line": one.line, "text": one.text, "reason": one.reason} for one in unread],
        "overlay": dict(files),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    denial = verdict.denial
    place = denial.place
    return {
        "actions": list(verdict.actions),
        "resource": denial.resource,
        "principal": denial.principal,
        "whose": verdict.whose,
        "deniedBy": denial.layer,
        "explicit": denial.explicit,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "note": denial.note,
        "doubt": denial.doubt,
        "about": None if place is None else {"logicalId": place.logical_id, "type": place.type, "phase": place.phase},
        "wording": denial.wording,
        "text": denial.text,
        "line": denial.line,
        "times": denial.times,
    }
