"""What a deploy does to each resource: the deployed template against the new one.

CloudFormation updates a resource whose resolved properties differ, and replaces it where one of them can only be set when it is
created (the registry's `createOnlyProperties`). A replacement has another physical id, so what refers to it changes as well.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sls_leastpriv.bind import BoundResource, BoundStack
from sls_leastpriv.knowledge.published import create_only
from sls_leastpriv.session.references import referred

Kind = Literal["added", "removed", "replaced", "changed", "unchanged"]

_ANSWERING: Final = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource")
"""What these return may be something else after each update."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource; `properties` are those that differ, by their first step."""

    logical_id: str
    type: str
    kind: Kind
    properties: tuple[str, ...] = ()


def changes(previous: BoundStack | None, current: BoundStack) -> tuple[Change, ...]:
    """The change of each resource of either template, in the order of their logical ids. Without a previous stack all are added."""
    before = {} if previous is None else {one.logical_id: one for one in previous.resources}
    after = {one.logical_id: one for one in current.resources}
    read = _read_at_deploy(current.template)
    found = {name: _change(before.get(name), after.get(name), read) for name in sorted({*before, *after})}
    while (again := _passed_on(found, after)) != found:
        found = again
    return tuple(found.values())


def _change(before: BoundResource | None, after: BoundResource | None, read: set[str]) -> Change:
    if after is None:
        assert before is not None
        return Change(before.logical_id, before.type, "removed")
    if before is None:
        return Change(after.logical_id, after.type, "added")
    if before.type != after.type or before.body.get("Condition") != after.body.get("Condition"):
        return Change(after.logical_id, after.type, "replaced")
    names = {*_properties(before), *_properties(after)}
    differing = sorted(name for name in names if _differs(before, after, name, read))
    return _of(after, differing)


def _of(resource: BoundResource, differing: list[str]) -> Change:
    if not differing:
        return Change(resource.logical_id, resource.type, "unchanged")
    fixed = create_only(resource.type)
    replaced = fixed is None or bool(fixed & set(differing))
    return Change(resource.logical_id, resource.type, "replaced" if replaced else "changed", tuple(differing))


def _properties(resource: BoundResource) -> Mapping[str, Any]:
    found = resource.body.get("Properties")
    return found if isinstance(found, Mapping) else {}


def _differs(before: BoundResource, after: BoundResource, name: str, read: set[str]) -> bool:
    """Whether a property differs: as it is written and as it resolves, or through a parameter that only the deploy reads."""
    raw = _properties(after).get(name)
    if read and not read.isdisjoint(referred(raw)):
        return True
    written = _properties(before).get(name) != raw
    resolved = before.value_of(name) != after.value_of(name)
    return resolved or (written and _is_open(after.value_of(name)))


def _is_open(value: Any) -> bool:
    """Whether a part of a resolved value is not known: two such values may look the same."""
    if isinstance(value, Mapping):
        return any(_is_open(child) for child in value.values())
    if isinstance(value, list):
        return any(_is_open(child) for child in value)
    return not isinstance(value, str | bool | int | float | None)


def _read_at_deploy(template: Mapping[str, Any]) -> set[str]:
    """Parameters whose values each deploy reads anew, or is given."""
    declared = template.get("Parameters")
    return {
        name
        for name, body in (declared.items() if isinstance(declared, Mapping) else ())
        if isinstance(body, Mapping) and ("Default" not in body or str(body.get("Type", "")).startswith("AWS::SSM::Parameter::"))
    }


def _passed_on(found: Mapping[str, Change], after: Mapping[str, BoundResource]) -> dict[str, Change]:
    """The changes, with those that follow from the new ids of others."""
    moved = {name for name, change in found.items() if change.kind == "replaced" or (change.kind == "changed" and _answers(change))}
    again = dict(found)
    for name, resource in after.items():
        change = found[name]
        if change.kind in ("unchanged", "changed"):
            following = {key for key, raw in _properties(resource).items() if moved & set(referred(raw))}
            if not following <= set(change.properties):
                again[name] = _of(resource, sorted({*change.properties, *following}))
    return again


def _answers(change: Change) -> bool:
    return change.type in _ANSWERING or change.type.startswith("Custom::")
