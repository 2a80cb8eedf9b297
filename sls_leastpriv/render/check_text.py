"""The check's answer for people: what is missing, how to mend it, then what is too much. One line says it all at the end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sls_leastpriv.check.answer import Answer, Missing, Moment
from sls_leastpriv.check.evidence import Evidence
from sls_leastpriv.check.excess import Escalation, Excess
from sls_leastpriv.check.verdict import Verdict
from sls_leastpriv.escalation.paths import Path
from sls_leastpriv.model import Gap, Need, Project, Statement
from sls_leastpriv.policy.document import policy_document, statement_document
from sls_leastpriv.render.escalations import escalation_text
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.summary import counted, gap_line

_MOST_MISSING: Final = 12
_MOST_NAMES: Final = 6
_MOST_GAPS: Final = 5
_MOST_LINES: Final = 60

_FAILS: Final[Mapping[Moment, str]] = {
    "now": "fails {command}",
    "later": "fails once it is changed",
    "rollback": "fails on rollback, replacement or removal only",
}


def check_text(project: Project, answer: Answer, *, gaps: Sequence[Gap], paths: Sequence[Path] = (), now: float) -> str:
    """The answer as text, which ends with the line on completeness.

    `gaps` are those of the prediction, `paths` those by which the principal gets more than its policies say; ages are counted from
    `now`, in seconds since 1970.
    """
    lines = [] if answer.evidence.kind == "none" else [f"check: {_whose(answer.evidence)}{_age(answer.evidence, now)}"]
    lines += _missing(project, answer)
    lines += _mending(answer)
    lines += _unknown(answer)
    lines += [gap_line(gap.subject, gap.reason) for gap in gaps[:_MOST_GAPS]]
    if len(gaps) > _MOST_GAPS:
        lines.append(f"gap: {len(gaps) - _MOST_GAPS} more; `generate` lists them")
    lines += _too_much(answer.excess)
    lines += escalation_text(paths).splitlines()
    if answer.limits:
        lines.append(f"not seen: {'; '.join(answer.limits)}")
    lines.append(_last(project, answer, len(gaps)))
    return "\n".join(lines) + "\n"


def _whose(evidence: Evidence) -> str:
    who = evidence.principal.label if evidence.principal is not None else "a principal"
    if evidence.kind == "root":
        return f"{who}: everything is allowed to it; deploy as a role or a user of its own instead"
    if evidence.kind == "simulation":
        return f"{who}, by IAM's policy simulator"
    boundary = " and its permissions boundary" if evidence.boundary is not None else ""
    number = len(evidence.identity)
    policies = f"{number} policy" if number == 1 else f"{number} policies"
    unread = f"; not read: {', '.join(evidence.unread)}" if not evidence.complete else ""
    return f"{who}, by {policies}{boundary}{unread}"


def _age(evidence: Evidence, now: float) -> str:
    if not evidence.cached:
        return ""
    minutes = int((now - evidence.made) / 60)
    return f", as read {'less than a minute' if minutes < 1 else counted(minutes, 'minute')} ago"


def _missing(project: Project, answer: Answer) -> Iterator[str]:
    shown = answer.missing if len(answer.missing) <= _MOST_MISSING else answer.missing[: _MOST_MISSING - 2]
    for one in shown:
        ask, finding = one.verdict.ask, one.verdict.finding
        yield f"missing: {ask.action} on {ask.resource}"
        for condition in ask.conditions:
            yield f"  if {condition.operator} {condition.key} = {', '.join(condition.values)}"
        yield f"  {_fails(one, project)}: {finding.reason}"
        yield f"  needed because {ask.needs[0].cause.why} ({_subjects(ask.needs)})"
    rest = answer.missing[len(shown) :]
    if rest:
        yield f"missing: {len(rest)} more: {_by_service(one.verdict.ask.action for one in rest)}; `--format report` lists them"


def _fails(one: Missing, project: Project) -> str:
    command = "the deploy" if "deploy" in project.commands else f"`{', '.join(project.commands)}`"
    return _FAILS[one.moment].format(command=command)


def _subjects(needs: Iterable[Need]) -> str:
    names: dict[str, None] = {}
    for need in needs:
        subject = need.cause.subject
        names[f"{subject.name}, {subject.where}" if subject.where else f"{subject.kind} {subject.name}"] = None
    return _some(list(names), 2, "; ")


def _mending(answer: Answer) -> Iterator[str]:
    principal = answer.evidence.principal
    whose = f"{principal.kind} `{principal.name}`" if principal is not None else "the principal"
    if answer.add:
        yield f"add to a policy of {whose}:"
        yield _document(answer.add)
    if answer.add_to_boundary:
        yield f"allow in the permissions boundary of {whose}:"
        yield _document(answer.add_to_boundary)
    lacks = {lack for one in answer.missing for lack in one.verdict.finding.lacks}
    if "deny" in lacks:
        yield "what a statement denies, no other statement can allow: the denying statement has to change"
    if "organization" in lacks:
        yield "what the organization does not allow, only its administrators can change"
    if answer.to_check:
        yield f"to make the check possible, allow {whose} one of:"
        yield from (f"  {json.dumps([statement_document(one) for one in statements])}" for statements in answer.to_check)


def _document(statements: Sequence[Statement]) -> str:
    """A policy document; a long one with a statement on each line."""
    text = json_text(policy_document(statements)).rstrip()
    if text.count("\n") < _MOST_LINES:
        return text
    rows = ",\n".join(f"    {json.dumps(statement_document(one), ensure_ascii=False)}" for one in statements)
    return f'{{\n  "Version": "2012-10-17",\n  "Statement": [\n{rows}\n  ]\n}}'


def _unknown(answer: Answer) -> Iterator[str]:
    if answer.evidence.kind == "none":
        return
    groups: dict[str, list[Verdict]] = {}
    for verdict in answer.unknown:
        groups.setdefault(verdict.finding.reason, []).append(verdict)
    for reason, verdicts in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        actions = list(dict.fromkeys(verdict.ask.action for verdict in verdicts))
        yield f"cannot know: {counted(len(verdicts), 'need')}: {reason}: {_some(actions, _MOST_NAMES, ', ')}"


def _too_much(excess: Excess | None) -> Iterator[str]:
    if excess is None:
        return
    if excess.count:
        services = {service: len(actions) for service, actions in excess.unneeded.items()}
        yield f"too much: {excess.count:,} of {excess.granted:,} granted actions are never needed: {_numbers(services)}"
    if excess.wide:
        yield f"too much: {counted(len(excess.wide), 'needed action')} granted on every resource: {_by_service(excess.wide)}"
    places: dict[tuple[tuple[str, ...], bool], list[Escalation]] = {}
    for one in excess.escalating:
        places.setdefault((one.resources, one.conditional), []).append(one)
    for (resources, conditional), found in places.items():
        condition = ", under a condition" if conditional else ""
        where = _some(list(resources), 2, ", ")
        yield f"too much: could give itself more on {where}{condition}: {', '.join(map(_escalation, found))}"


def _escalation(one: Escalation) -> str:
    return f"{one.action} (needed on {counted(len(one.needed), 'resource')})" if one.needed else one.action


def _by_service(actions: Iterable[str]) -> str:
    numbers: dict[str, int] = {}
    for action in actions:
        service = action.partition(":")[0]
        numbers[service] = numbers.get(service, 0) + 1
    return _numbers(numbers)


def _numbers(numbers: Mapping[str, int]) -> str:
    ordered = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    return _some([f"{service} {number}" for service, number in ordered], _MOST_NAMES, ", ", "services")


def _some(names: Sequence[str], most: int, separator: str, what: str = "") -> str:
    """The first names, and how many there are besides; `what` says of what, where that is not clear."""
    if len(names) <= most + 1:
        return separator.join(names)
    return f"{separator.join(names[:most])} and {len(names) - most} more{what and ' '}{what}"


def _last(project: Project, answer: Answer, gaps: int) -> str:
    excess = "" if answer.excess is None else f" · {answer.excess.count:,} too many"
    doubts = f" · {counted(gaps, 'gap')}" if gaps else ""
    return (
        f"{len(answer.missing)} missing · {len(answer.unknown)} cannot be known{excess}"
        f" · {counted(answer.asked, 'need')} of `{project.stack.name}`{doubts}"
    )
