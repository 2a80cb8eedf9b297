"""Which phases each resource needs in one deploy: what it does to the resource, and what its rollback would undo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sls_leastpriv.bind import BoundResource
from sls_leastpriv.knowledge.entry import Clause
from sls_leastpriv.model import PHASES, Phase, Project
from sls_leastpriv.resources import resources_of
from sls_leastpriv.session.change import Change, Kind
from sls_leastpriv.session.references import referred

_ALL: Final[frozenset[Phase]] = frozenset(PHASES)
_READ: Final[frozenset[Phase]] = frozenset({"read"})

_NEEDED: Final[dict[Kind, frozenset[Phase]]] = {
    "added": frozenset({"create", "read", "delete"}),
    "removed": frozenset({"read", "delete"}),
    "changed": frozenset({"read", "update"}),
    "replaced": _ALL,
}
"""A rollback deletes what was created, and updates back what was updated; what a deploy drops is deleted after it succeeded."""


class PhasesOfChange:
    """The phases by resource, for the prediction of one deploy."""

    def __init__(self, changes: Iterable[Change], project: Project) -> None:
        self._changes = {change.logical_id: change for change in changes}
        self._stack_name = project.stack.name
        self._read = {
            name
            for template in (project.template, project.previous)
            for logical_id, body in resources_of(template).items()
            if self._is_touched(logical_id)
            for name in referred(body.get("Properties"), attributes=True)
        }
        """What something that is touched asks an attribute of, so that CloudFormation may read it."""

    def _is_touched(self, logical_id: str) -> bool:
        change = self._changes.get(logical_id)
        return change is not None and change.kind not in ("unchanged", "removed")

    def __call__(self, resource: BoundResource, clause: Clause) -> frozenset[Phase]:
        """When the calls of a clause may be made. What lies in a nested stack is not compared: anything may happen to it."""
        if resource.stack.stack.name != self._stack_name:
            return _ALL
        change = self._changes.get(resource.logical_id)
        if change is None or change.kind == "unchanged":
            return _READ if resource.logical_id in self._read else frozenset()
        phases = _NEEDED[change.kind]
        if clause.when == ("tags",) and change.kind == "changed" and not _tags_change(resource, change):
            return phases - {"update"}
        return phases


def _tags_change(resource: BoundResource, change: Change) -> bool:
    """Whether the tags of a resource differ: its own, or the stack's, which a change names `Tags`."""
    own = resource.entry.tag_property if resource.entry is not None else None
    return bool({"Tags", own} & set(change.properties))
