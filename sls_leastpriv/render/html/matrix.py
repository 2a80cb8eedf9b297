"""The matrix: subjects × phases, one table for each principal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from sls_leastpriv.model import PHASES
from sls_leastpriv.render.html.escaped import text
from sls_leastpriv.render.html.rows import SCOPES, Row

_NAMES = 3
_WHO = {
    "deployer": "Deployer: the user of the Framework",
    "cloudformation": "CloudFormation’s own role",
    "function": "Functions at run time",
}


def matrix(rows: Sequence[Row]) -> str:
    """The tables, with the search field above them."""
    numbered = list(enumerate(rows))
    tables = [_table(who, list(own)) for who, own in groupby(numbered, key=lambda pair: pair[1].principal)]
    return (
        '<section aria-labelledby="permissions"><h2 id="permissions">Permissions</h2>'
        '<div class="tools"><label class="hidden" for="search">Search resources, actions, ARNs and reasons</label>'
        '<input id="search" type="search" placeholder="Search resources, actions, ARNs, reasons ( / )" autocomplete="off">'
        f'<span id="status" role="status" class="soft">{len(rows)} shown</span>{legend()}</div>' + "".join(tables) + "</section>"
    )


def legend() -> str:
    """What the colours say, in words too."""
    marks = "".join(f'<span class="mark {scope}">{text(label)}</span>' for scope, label in SCOPES.items())
    return f'<span><span class="soft">reaches </span>{marks}</span>'


def _table(principal: str, rows: Sequence[tuple[int, Row]]) -> str:
    phases = "".join(f'<th scope="col">{phase}</th>' for phase in PHASES)
    body = "".join(_row(index, row) for index, row in rows)
    return (
        f'<h3 id="of-{text(principal)}">{text(_WHO.get(principal, principal))}</h3>'
        f"<table><caption>{len(rows)} resources, commands, plugins and variables by phase; open one for its reasons</caption>"
        f'<thead><tr><th scope="col">needed by</th>{phases}</tr></thead><tbody>{body}</tbody></table>'
    )


def _row(index: int, row: Row) -> str:
    subject = row.subject
    kind = subject.get("type") or subject["kind"]
    place = f" · {subject['where']}" if subject.get("where") else ""
    dropped = " · dropped, deleted by the next deploy" if subject.get("previous") else ""
    cells = "".join(_cell(phase, row) for phase in PHASES)
    return (
        f'<tr class="row" data-index="{index}"><th scope="row">'
        f'<button type="button" aria-expanded="false" aria-controls="detail-{index}">'
        f'{text(subject["name"])}</button><span class="soft">{text(kind + place + dropped)}</span></th>{cells}</tr>'
    )


def _cell(phase: str, row: Row) -> str:
    actions = row.actions.get(phase)
    if not actions:
        return f'<td data-phase="{phase}"></td>'
    scopes = Counter(actions.values())
    marks = "".join(
        f'<span class="mark {scope}">{scopes[scope]} on {text(label)}</span>' for scope, label in SCOPES.items() if scopes[scope]
    )
    names = [action.partition(":")[2] for action in sorted(actions)]
    more = f" +{len(names) - _NAMES}" if len(names) > _NAMES else ""
    return f'<td data-phase="{phase}">{marks}<span class="names">{text(", ".join(names[:_NAMES]) + more)}</span></td>'
