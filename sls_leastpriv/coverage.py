"""How well a service is known: for each of its types, plugins, commands and variables, what the prediction rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sls_leastpriv.facts.service import plugin_names
from sls_leastpriv.knowledge import load
from sls_leastpriv.knowledge.overlay import Overlay
from sls_leastpriv.model import Gap, Need, Prediction, Project
from sls_leastpriv.plain import one_line
from sls_leastpriv.resources import resources_of

Basis = Literal["entry", "overlay", "registry", "source", "nothing"]
"""A reviewed entry, the project's own overlay, the registry's own lists, a plugin's source, or nothing at all."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One thing that the service has: its kind and name, how often it is there, and what is known of it.

    `needs` are distinct grants (action and resource), `assumed` those of them that rest on an assumption, `gaps` the reasons why
    something is not known.
    """

    kind: str
    name: str
    count: int
    basis: Basis
    needs: int
    assumed: int
    gaps: tuple[str, ...]


def coverage(project: Project, prediction: Prediction, overlay: Overlay) -> tuple[Known, ...]:
    """What the service has, each with what is known of it, in the order of kind and name."""
    found = [
        *_types(project, prediction, overlay),
        *(_known("plugin", name, 1, _plugin(name, project, overlay), prediction) for name in plugin_names(project.config)),
        *(_known("command", name, 1, "entry", prediction) for name in project.commands if project.framework.name != "none"),
        *_variables(project, prediction, overlay),
    ]
    return tuple(sorted(found))


def _types(project: Project, prediction: Prediction, overlay: Overlay) -> Iterator[Known]:
    counts: dict[str, int] = {}
    for template in (project.template, project.previous if project.template is None else None, *project.nested.values()):
        for body in resources_of(template).values():
            counts[body["Type"]] = counts.get(body["Type"], 0) + 1
    for name, count in counts.items():
        needs = [need for need in prediction.needs if need.cause.subject.type == one_line(name)]
        gaps = [gap for gap in prediction.gaps if gap.subject.type == one_line(name)]
        yield _row("type", name, count, _type(name, overlay), needs, gaps)


def _variables(project: Project, prediction: Prediction, overlay: Overlay) -> Iterator[Known]:
    sources: dict[str, int] = {}
    for variable in project.variables:
        sources[variable.source] = sources.get(variable.source, 0) + 1
    entries = {entry.key for entry in load.variable_entries()}
    for source, count in sources.items():
        basis: Basis = "entry" if source in entries else "overlay" if source in overlay.variables else "nothing"
        needs = [
            n for n in prediction.needs if n.cause.subject.kind == "variable" and n.cause.subject.name.startswith("${" + source)
        ]
        gaps = [g for g in prediction.gaps if g.subject.kind == "variable" and g.subject.name.startswith("${" + source)]
        yield _row("variable", source, count, basis, needs, gaps)


def _type(name: str, overlay: Overlay) -> Basis:
    basis = load.basis_of_type(name)
    return "overlay" if basis == "nothing" and name in overlay.types else basis


def _plugin(name: str, project: Project, overlay: Overlay) -> Basis:
    if load.plugin_entry(name) is not None:
        return "entry"
    if name in overlay.plugins:
        return "overlay"
    return "source" if any(one.name == name for one in project.scanned) else "nothing"


def _known(kind: str, name: str, count: int, basis: Basis, prediction: Prediction) -> Known:
    needs = [need for need in prediction.needs if (need.cause.subject.kind, need.cause.subject.name) == (kind, one_line(name))]
    gaps = [gap for gap in prediction.gaps if (gap.subject.kind, gap.subject.name) == (kind, one_line(name))]
    return _row(kind, name, count, basis, needs, gaps)


def _row(kind: str, name: str, count: int, basis: Basis, needs: list[Need], gaps: list[Gap]) -> Known:
    grants = {(need.action, need.resource) for need in needs}
    sure = {(need.action, need.resource) for need in needs if need.cause.assumed is None}
    reasons = tuple(sorted({gap.reason for gap in gaps}))
    return Known(kind, one_line(name), count, basis, len(grants), len(grants - sure), reasons)
