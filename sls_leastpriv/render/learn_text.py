"""The verdicts on denials for people: one paragraph each, what could not be read, and one line on all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sls_leastpriv.learn.denial import Denial, Place, Unread
from sls_leastpriv.learn.judge import Outcome, Verdict
from sls_leastpriv.render.summary import counted

_WHOSE: Final = {
    "deployer": "the deployer",
    "cloudformation": "the CloudFormation role",
    "function": "a function's or another execution role",
    "caller": "a caller at run time",
}
_LAYERS: Final = {
    "identity": "identity policy",
    "resource": "the resource's own policy",
    "boundary": "permissions boundary",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "session": "session policy",
    "endpoint": "VPC endpoint policy",
    "trust": "the role's trust policy",
}
_SAYS: Final[dict[Outcome, str]] = {
    "predicted": "already predicted",
    "learned": "not predicted",
    "limit": "cannot be granted",
    "not-ours": "not the deployer's",
    "unclear": "not clear",
}


def learn_text(verdicts: Sequence[Verdict], unread: Sequence[Unread]) -> str:
    """The text for stderr."""
    lines: list[str] = []
    for verdict in verdicts:
        lines += _paragraph(verdict)
    for one in unread:
        lines += [f"not read: line {one.line}: {one.text}", f"  {one.reason}", f"  help: {one.help}"]
    lines.append(_last(verdicts, unread))
    return "\n".join(lines) + "\n"


def _paragraph(verdict: Verdict) -> list[str]:
    denial = verdict.denial
    times = f", {denial.times} times" if denial.times > 1 else ""
    on = f" on {denial.resource}" if denial.resource is not None else ", on what is not said"
    lines = [f"denied: {', '.join(verdict.actions)}{on} (line {denial.line}{times})"]
    lines.append(f"  to {_WHOSE[verdict.whose]}{_by(denial)}{_about(denial.place)}")
    lines.append(f"  {_SAYS[verdict.outcome]}: {verdict.reason}")
    if denial.note is not None and denial.note != verdict.reason:
        lines.append(f"  note: {denial.note}")
    if denial.doubt is not None and denial.doubt != verdict.reason:
        lines.append(f"  doubtful: {denial.doubt}")
    return lines


def _by(denial: Denial) -> str:
    kind = _LAYERS.get(denial.layer)
    if denial.explicit:
        return f", by an explicit deny in {kind}" if kind else ", by an explicit deny"
    return f", by {kind}" if kind else ""


def _about(place: Place | None) -> str:
    if place is None:
        return ""
    kind = f" ({place.type})" if place.type else ""
    return f", for `{place.logical_id}`{kind}{f', {place.phase}' if place.phase else ''}"


def _last(verdicts: Sequence[Verdict], unread: Sequence[Unread]) -> str:
    numbers = {outcome: sum(one.outcome == outcome for one in verdicts) for outcome in _SAYS}
    parts = [f"{numbers[outcome]} {words}" for outcome, words in _SAYS.items() if numbers[outcome]]
    return " · ".join([counted(len(verdicts), "denial"), *parts, f"{len(unread)} not read"])
