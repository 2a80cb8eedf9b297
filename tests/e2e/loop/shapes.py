"""Reads what was sent back into the members of an operation's input, as botocore's shapes describe it.

The result has the names of the model (`StackName`, `Tags`), whatever they are called on the wire; scalars stay as they came.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape

Values = dict[str, Any]
Reader = Callable[[Shape, Any], Any]


def from_json(shape: Shape, value: Any) -> Any:
    """A JSON or CBOR value."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        wired = ((name, member, _wire(name, member)) for name, member in shape.members.items())
        return {name: from_json(member, value[wire]) for name, member, wire in wired if value.get(wire) is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [from_json(shape.member, one) for one in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {key: from_json(shape.value, one) for key, one in value.items()}
    return value


def from_form(shape: Shape, form: Mapping[str, str], *, ec2: bool = False) -> Values:
    """A form of the query protocol, `Tags.member.1.Key=…`, or of EC2's dialect of it, `Filter.1.Name=…`."""
    return {
        name: _field(member, form, _form_name(name, member, ec2), ec2)
        for name, member in shape.members.items()
        if _sent(form, _form_name(name, member, ec2))
    }


def _field(shape: Shape, form: Mapping[str, str], prefix: str, ec2: bool) -> Any:
    if shape.type_name == "structure":
        inner = {key.removeprefix(f"{prefix}."): value for key, value in form.items() if key.startswith(f"{prefix}.")}
        return from_form(shape, inner, ec2=ec2)
    if shape.type_name == "list":
        flat = ec2 or shape.serialization.get("flattened")
        stem = prefix if flat else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
        return [_field(shape.member, form, one, ec2) for one in _numbered(form, stem)]
    if shape.type_name == "map":
        stem = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        key, value = _wire("key", shape.key), _wire("value", shape.value)
        return {form[f"{one}.{key}"]: _field(shape.value, form, f"{one}.{value}", ec2) for one in _numbered(form, stem)}
    return form.get(prefix)


def _numbered(form: Mapping[str, str], stem: str) -> list[str]:
    found = []
    while _sent(form, one := f"{stem}.{len(found) + 1}"):
        found.append(one)
    return found


def _sent(form: Mapping[str, str], name: str) -> bool:
    return name in form or any(key.startswith(f"{name}.") for key in form)


def _form_name(name: str, member: Shape, ec2: bool) -> str:
    if not ec2:
        # the name of a flattened list's member is the name of the list
        flattened = member.type_name == "list" and member.serialization.get("flattened")
        return str(member.member.serialization.get("name") or _wire(name, member)) if flattened else _wire(name, member)
    written = member.serialization.get("queryName") or _wire(name, member)
    return str(written[:1].upper() + written[1:])


def from_xml(shape: Shape, element: ElementTree.Element) -> Any:
    """An XML element; namespaces do not matter."""
    if shape.type_name == "structure":
        return {name: value for name, member in shape.members.items() if (value := _child(name, member, element)) is not None}
    if shape.type_name == "list":
        return [from_xml(shape.member, one) for one in element]
    return element.text or ""


def _child(name: str, member: Shape, parent: ElementTree.Element) -> Any:
    wire = _wire(name, member)
    if member.type_name == "list" and member.serialization.get("flattened"):
        wire = member.member.serialization.get("name", wire)
        return [from_xml(member.member, one) for one in parent if _local(one.tag) == wire] or None
    return next((from_xml(member, one) for one in parent if _local(one.tag) == wire), None)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _wire(name: str, member: Shape) -> str:
    return str(member.serialization.get("name", name))
