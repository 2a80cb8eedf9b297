"""The report as one HTML file: no request leaves it, and nothing in it that a service names can become markup."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sls_leastpriv import __version__
from sls_leastpriv.diff.difference import Difference
from sls_leastpriv.policy.size import characters
from sls_leastpriv.render.html.changes import changes
from sls_leastpriv.render.html.escaped import embedded, sentence, text
from sls_leastpriv.render.html.matrix import matrix
from sls_leastpriv.render.html.rows import Row, detail, rows_of


@dataclass(frozen=True, slots=True)
class Assets:
    """The style sheet and the script of the page."""

    style: str
    script: str


def page(report: Mapping[str, Any], assets: Assets, found: Difference | None = None) -> str:
    """A report, as `generate --format report` gives it, as a page; with the changes where it was compared."""
    rows = rows_of(report)
    service = report["services"][0] if report.get("services") else {}
    title = f"Deployer permissions of {service.get('stack') or 'a service'}"
    data = embedded([detail(row) for row in rows])
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(assets)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f'<title>{text(title)}</title><link rel="icon" href="data:,"><style>{assets.style}</style></head><body>\n'
        f"{_top(title, service, report, rows)}<main>"
        + "\n".join(
            part
            for part in (
                changes(found) if found is not None else "",
                matrix(rows),
                _escalations(report.get("escalations", ())),
                _assumptions(report["needs"]),
                _gaps(report["gaps"]),
                _policies(report.get("policies", ())),
            )
            if part
        )
        + f"<footer>Written by serverless-leastpriv {__version__}. What it cannot know is listed as not known.</footer></main>"
        + f'<script type="application/json" id="rows">{data}</script><script>{assets.script}</script></body></html>\n'
    )


def _policy(assets: Assets) -> str:
    """Only the style and the script that are in the page, and no request to anywhere."""
    style, script = (b64encode(sha256(one.encode()).digest()).decode() for one in (assets.style, assets.script))
    return f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'"


def _top(title: str, service: Mapping[str, Any], report: Mapping[str, Any], rows: Sequence[Row]) -> str:
    facts = "".join(
        f"<div><dt>{name}</dt><dd>{text(service.get(name) or 'not known')}</dd></div>"
        for name in ("service", "stage", "region", "account", "framework")
        if name in service
    )
    actions = {(need["principal"], need["action"]) for need in report["needs"]}
    anywhere = {(need["principal"], need["action"]) for need in report["needs"] if need["resource"] == "*"}
    tiles = [
        ("permissions", "actions", len(actions)),
        ("permissions", "of them on *", len(anywhere)),
        ("permissions", "resources", sum(row.subject["kind"] == "resource" for row in rows)),
        ("escalations", "escalation paths", len(report.get("escalations", ()))),
        ("assumptions", "assumed", sum(bool(need["assumed"]) for need in report["needs"])),
        ("gaps", "not known", len(report["gaps"])),
    ]
    numbers = "".join(f"<div><dt>{name}</dt><dd>{_number(number, place)}</dd></div>" for place, name, number in tiles)
    return (
        f'<header class="top"><div class="bar"><h1>{text(title)}</h1><button id="theme" type="button">Light or dark</button></div>'
        f'<dl class="facts">{facts}</dl><dl class="tiles">{numbers}</dl>'
        "<noscript><p>Search and reasons need JavaScript.</p></noscript></header>"
    )


def _number(number: int, place: str) -> str:
    """A number that leads to its section, which is there unless the number is 0."""
    return f'<a href="#{place}">{number}</a>' if number else "0"


def _escalations(paths: Sequence[Mapping[str, Any]]) -> str:
    items = "".join(
        f'<li>{sentence(path["summary"])}<ul class="plain">'
        + "".join(f"<li><code>{text(one['action'])}</code> on <code>{text(one['resource'])}</code></li>" for one in path["steps"])
        + "</ul></li>"
        for path in paths
    )
    return _section("escalations", "Escalation paths", "Ways in which the deployer can reach more than its policy says.", items)


def _assumptions(needs: Sequence[Mapping[str, Any]]) -> str:
    found = dict.fromkeys((need["subject"]["name"], need.get("assumption") or "") for need in needs if need["assumed"])
    items = "".join(f"<li><code>{text(name)}</code>: {sentence(reason)}</li>" for name, reason in found)
    return _section("assumptions", "Assumed", "Granted because it could not be decided before the deploy.", items)


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> str:
    items = "".join(
        f"<li>{text(gap['subject']['kind'])} <code>{text(gap['subject']['name'])}</code>"
        f"{' ' + text(gap['subject']['where']) if gap['subject'].get('where') else ''}: {sentence(gap['reason'])}</li>"
        for gap in gaps
    )
    return _section("gaps", "Not known", "What this needs may be missing in the policy.", items)


def _section(name: str, title: str, about: str, items: str) -> str:
    if not items:
        return ""
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2><p>{about}</p><ul class="plain">{items}</ul></section>'


def _policies(policies: Sequence[Mapping[str, Any]]) -> str:
    found = "".join(
        f"<details><summary><code>{text(one['name'])}</code>: {characters(one['document'])} characters</summary>"
        f"<pre>{text(json.dumps(one['document'], indent=2, ensure_ascii=False))}</pre></details>"
        for one in policies
    )
    return f'<section aria-labelledby="policies"><h2 id="policies">Policies</h2>{found}</section>' if found else ""
