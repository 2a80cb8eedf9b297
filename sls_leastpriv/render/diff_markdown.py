"""A difference as Markdown: what a reviewer reads first, the detail folded away, and what to do next.

Made for a comment on a pull request, which takes 65,536 characters; the first line identifies the comment of this service.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from sls_leastpriv.diff.difference import Difference
from sls_leastpriv.diff.groups import Group, Line, condition_text, groups_of
from sls_leastpriv.diff.risks import rank
from sls_leastpriv.render.diff_text import AFTER_THE_DEPLOY, totals
from sls_leastpriv.render.summary import counted

_MOST: Final = 55_000
_MOST_RISKS: Final = 6


def diff_markdown(found: Difference) -> str:
    """The comment. A service without a change gets one line."""
    stack = found.after.circumstances.stack
    lines = [f"<!-- leastpriv-diff {html.escape(stack or '')} -->", f"### {_title(found)}", ""]
    lines += [f"Compared with {found.before.label}: {totals(found)}", "", *(f"- {text}" for text in found.around)]
    lines += [""] if found.around else []
    groups = groups_of(found.findings)
    lines += _risks(groups)
    size = sum(map(len, lines))
    left = 0
    for group in groups:
        text = "\n".join(_group(group))
        size += len(text)
        if size > _MOST:
            left += 1
        else:
            lines += [text, ""]
    if left:
        lines += [f"… and {counted(left, 'more cause')}; `sls leastpriv diff` lists everything.", ""]
    lines += _gaps(found)
    return "\n".join([*lines, *_next(found)]).rstrip() + "\n"


def _title(found: Difference) -> str:
    service = f"Deployer permissions of `{found.after.circumstances.stack}`" if found.after.circumstances.stack else "Permissions"
    if found.unapproved:
        worst = min(rank(one.risks) for one in found.unapproved)
        return f"{'⛔' if worst < 2 else '⚠️'} {service}: this change asks for more"
    if any(one.widens for one in found.findings):
        return f"✅ {service}: this change asks for more, and all of it is approved"
    return f"✅ {service}: {'this change needs less' if found.findings else 'no change'}"


def _risks(groups: tuple[Group, ...]) -> list[str]:
    """The sentences that deserve a look, before any detail."""
    risks = sorted(
        {risk for group in groups for risk in group.risks if not group.approved}, key=lambda one: (rank([one]), one.text)
    )
    texts = [f"- **{risk.kind}**: {risk.text}" for risk in risks]
    more = [f"- and {len(texts) - _MOST_RISKS} more"] if len(texts) > _MOST_RISKS else []
    return [*texts[:_MOST_RISKS], *more, ""] if texts else []


def _group(group: Group) -> Iterator[str]:
    mark = "➖" if not group.widens else "☑️" if group.approved else "➕"
    whose = "" if group.principal == "deployer" else f"{group.principal}: "
    actions = len({one.change.grant.action for one in group.findings})
    where = f" · <code>{_text(group.reason.where)}</code>" if group.reason.where else ""
    later = "" if group.widens else f" · {AFTER_THE_DEPLOY}"
    yield f"<details><summary>{mark} {whose}{_code(group.reason.text)} · {counted(actions, 'action')}{where}{later}</summary>"
    yield ""
    for other in group.also:
        yield f"- also: {other.text}" + (f" (`{other.where}`)" if other.where else "")
    if group.also:
        yield ""
    yield "```diff"
    for line in group.lines:
        yield from _line(line)
    yield "```"
    yield from dict.fromkeys(
        f"<sub>{_text(need.cause.why)}: {need.cause.source}</sub><br>" for one in group.findings for need in one.needs[:1]
    )
    yield "</details>"


def _line(line: Line) -> Iterator[str]:
    sign = "-" if line.kind == "narrowed" else "+"
    for action in line.actions:
        yield f"{sign} {action}"
    yield from (f"-     {resource}" for resource in line.was)
    yield from (f"{'+' if line.was else ' '}     {resource}" for resource in line.resources)
    yield from (f"      if {condition_text(one)}" for one in line.conditions)
    if line.approved is not None:
        yield f"      approved: {line.approved}"


def _gaps(found: Difference) -> list[str]:
    if not found.gaps_new:
        return []
    listed = [f"- `{gap.subject.name}`: {gap.reason}" for gap in found.gaps_new]
    return [f"**Not known, so not in this comparison** ({len(listed)} new):", "", *listed, ""]


def _next(found: Difference) -> Iterator[str]:
    steps: list[str] = []
    if found.unapproved:
        steps.append(
            "Grant it **before** the deploy: `sls leastpriv generate --output leastpriv`, commit the files, and apply them."
        )
        steps.append("Or approve it: add the action and a reason to `leastpriv/approved.json`.")
    if found.takes_away:
        steps.append("Take away what is no longer granted **after** the deploy, which still deletes what this change drops.")
    if steps:
        yield "**Next**"
        yield ""
        yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _code(text: str) -> str:
    """A sentence with back-ticks for HTML, where Markdown's do not work: in a summary."""
    parts = _text(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
