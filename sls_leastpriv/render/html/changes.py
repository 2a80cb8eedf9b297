"""The changes of a comparison, by cause."""

from __future__ import annotations

from collections.abc import Sequence

from sls_leastpriv.diff.difference import Difference
from sls_leastpriv.diff.groups import Group, Line, condition_text, groups_of
from sls_leastpriv.render.diff_text import AFTER_THE_DEPLOY, totals
from sls_leastpriv.render.html.escaped import link, sentence, text


def changes(found: Difference) -> str:
    """The section: what is granted newly first, the riskiest first."""
    around = "".join(f"<li>{sentence(one)}</li>" for one in found.around)
    return (
        '<section aria-labelledby="changes"><h2 id="changes">Changes</h2>'
        f"<p>{sentence(found.before.label)} → {sentence(found.after.label)}: {text(totals(found))}</p>"
        + (f'<ul class="plain">{around}</ul>' if around else "")
        + "".join(map(_group, groups_of(found.findings)))
        + "</section>"
    )


def _group(group: Group) -> str:
    kind = "approved" if group.widens and group.approved else group.lines[0].kind
    where = f' <span class="soft">{text(group.reason.where)}</span>' if group.reason.where else ""
    whose = "" if group.principal == "deployer" else f"{text(group.principal)}: "
    also = "".join(f'<p class="soft">also {sentence(one.text)} {text(one.where or "")}</p>' for one in group.also)
    risks = "".join(f'<p class="risk">! {sentence(one)}</p>' for one in dict.fromkeys(risk.text for risk in group.risks))
    later = f'<p class="soft">{AFTER_THE_DEPLOY}</p>' if not group.widens else ""
    sources = list(dict.fromkeys((need.cause.why, need.cause.source) for one in group.findings for need in one.needs))
    return (
        f'<article class="group {kind}"><h3>{whose}{sentence(group.reason.text)}{where}</h3>{also}{risks}'
        + "".join(map(_line, group.lines))
        + f"{later}{_sources(sources)}</article>"
    )


def _line(line: Line) -> str:
    actions = ", ".join(f"<code>{text(action)}</code>" for action in line.actions)
    was = "".join(f"<p>from <code>{text(one)}</code></p>" for one in line.was)
    to = "to" if line.was else "on"
    resources = "".join(f"<p>{to} <code>{text(one)}</code></p>" for one in line.resources)
    conditions = "".join(f'<p class="soft">if {text(condition_text(one))}</p>' for one in line.conditions)
    approved = f'<p class="soft">approved: {text(line.approved)}</p>' if line.approved is not None else ""
    return f'<div class="change"><p><strong>{line.kind}</strong> {actions}</p>{was}{resources}{conditions}{approved}</div>'


def _sources(sources: Sequence[tuple[str, str]]) -> str:
    if not sources:
        return ""
    items = "".join(f"<li>{text(why)} ({link(source, 'source')})</li>" for why, source in sources)
    return f'<details><summary>Reasons</summary><ul class="plain">{items}</ul></details>'
