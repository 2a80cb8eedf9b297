"""A difference for people, on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from sls_leastpriv.diff.difference import Difference, Finding
from sls_leastpriv.diff.groups import Group, Line, condition_text, groups_of
from sls_leastpriv.render.summary import counted, gap_line

AFTER_THE_DEPLOY = "apply after the deploy"
_MARKS = {"widened": "+", "moved": "~", "narrowed": "-"}
_MOST_RESOURCES = 8
_WIDTH = 120


def diff_text(found: Difference) -> str:
    """What changed, by cause; the last line counts it."""
    lines = [f"{found.before.label} → {found.after.label}", *found.around, ""]
    groups = groups_of(found.findings)
    for group in groups:
        lines += [*_group(group), ""]
    if found.takes_away:
        lines += [f"What is no longer granted: {AFTER_THE_DEPLOY}, which still needs it to delete or roll back.", ""]
    lines += [f"new {gap_line(gap.subject, gap.reason)}" for gap in found.gaps_new]
    lines += [f"no longer a {gap_line(gap.subject, gap.reason)}" for gap in found.gaps_gone]
    return "\n".join([*lines, totals(found)]) + "\n"


def totals(found: Difference) -> str:
    """The changes, counted: single actions on single resource patterns."""
    if not found.findings:
        return "no change: both grant the same"
    kinds = [_count(found.findings, kind) for kind in ("widened", "moved", "narrowed")]
    approved = sum(one.widens and one.approved is not None for one in found.findings)
    return " · ".join([*kinds, *([f"{approved} of it approved"] if approved else [])])


def _count(findings: Iterable[Finding], kind: str) -> str:
    return f"{sum(one.change.kind == kind for one in findings)} {kind}"


def _group(group: Group) -> Iterator[str]:
    whose = "" if group.principal == "deployer" else f"[{group.principal}] "
    yield f"{whose}{_with_place(group.reason.text, group.reason.where)}"
    for other in group.also[:3]:
        yield f"  also {_with_place(other.text, other.where)}"
    if len(group.also) > 3:
        yield f"  and {counted(len(group.also) - 3, 'more cause')}"
    for risk in dict.fromkeys(risk.text for risk in group.risks):
        yield f"  ! {risk}"
    for line in group.lines:
        yield from _line(line)


def _with_place(text: str, where: str | None) -> str:
    return f"{text}  {where}" if where else text


def _line(line: Line) -> Iterator[str]:
    text = f"{_MARKS[line.kind]} {', '.join(line.actions)}"
    yield from wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    yield from (f"      from {resource}" for resource in _few(line.was))
    yield from (f"      {'to' if line.was else 'on'} {resource}" for resource in _few(line.resources))
    yield from (f"      if {condition_text(one)}" for one in line.conditions)
    if line.approved is not None:
        yield f"      approved: {line.approved}"


def _few(texts: tuple[str, ...]) -> Iterator[str]:
    yield from texts[:_MOST_RESOURCES]
    if len(texts) > _MOST_RESOURCES:
        yield f"{counted(len(texts) - _MOST_RESOURCES, 'more resource')}"
