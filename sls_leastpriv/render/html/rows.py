"""The needs of a report as rows: what each resource, command or plugin needs in which phase, and how far that reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sls_leastpriv.model import PHASES

Scope = Literal["own", "wide", "any"]
SCOPES: dict[Scope, str] = {"own": "own ARN", "wide": "service-wide", "any": "*"}


@dataclass(slots=True)
class Row:
    """One subject of one principal; `actions` by phase, each with the widest scope that it has there."""

    principal: str
    subject: Mapping[str, Any]
    needs: list[Mapping[str, Any]] = field(default_factory=list)
    actions: dict[str, dict[str, Scope]] = field(default_factory=dict)


def rows_of(report: Mapping[str, Any]) -> list[Row]:
    """The rows by principal, kind and name."""
    rows: dict[tuple[str, str, str], Row] = {}
    for need in report["needs"]:
        subject = need["subject"]
        row = rows.setdefault((need["principal"], subject["kind"], subject["name"]), Row(need["principal"], subject))
        row.needs.append(need)
        reach = scope(need["resource"])
        for phase in need["phases"]:
            known = row.actions.setdefault(phase, {})
            known[need["action"]] = max(known.get(need["action"], "own"), reach, key=list(SCOPES).index)
    order = ("resource", "command", "template", "plugin", "variable")
    rank = {kind: number for number, kind in enumerate(order)}
    return sorted(
        rows.values(),
        key=lambda row: (row.principal, rank.get(row.subject["kind"], 9), row.subject["name"].lower()),
    )


def scope(resource: str) -> Scope:
    """How far a resource pattern reaches: everything, all of a type, or what it names."""
    if resource == "*":
        return "any"
    name = resource.split(":", 5)[-1] if resource.startswith("arn:") else resource
    last = name.replace("/", ":").rpartition(":")[2]
    return "wide" if name.strip("*?") == "" or (last == "*" and name.replace("/", ":").count(":") < 2) else "own"


def detail(row: Row) -> dict[str, Any]:
    """What the page shows of a row when it is opened: its needs by reason."""
    groups: dict[tuple[object, ...], dict[str, Any]] = {}
    for need in row.needs:
        conditions = [f"{one['operator']} {one['key']} = {', '.join(one['values'])}" for one in need["conditions"]]
        key = (need["why"], need["source"], need.get("assumption"), *conditions)
        group = groups.setdefault(
            key,
            {
                "why": need["why"],
                "source": need["source"],
                "assumed": need.get("assumption") or "",
                "conditions": conditions,
                "actions": {},
                "resources": {},
            },
        )
        group["actions"].setdefault(need["action"], set()).update(need["phases"])
        group["resources"][need["resource"]] = scope(need["resource"])
    return {
        "name": f"{row.subject['name']} {row.subject.get('type') or row.subject['kind']}",
        "groups": list(map(_plain, groups.values())),
    }


def _plain(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **group,
        "actions": [[action, _in_order(phases)] for action, phases in sorted(group["actions"].items())],
        "resources": [[arn, reach, SCOPES[reach]] for arn, reach in group["resources"].items()],
    }


def _in_order(phases: Sequence[str]) -> list[str]:
    return [phase for phase in PHASES if phase in phases]
