"""CloudFormation's intrinsic functions, resolved as far as a template alone allows.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sls_leastpriv.resolve.unknown import SOME_TEXT
from sls_leastpriv.resolve.values import (
    NO_VALUE,
    Either,
    Text,
    Unresolved,
    Value,
    alternatives,
    concatenate,
    either,
)

AttributeOf = Callable[[str, str | None], Value]
"""Logical id and attribute (None for `Ref`) → what CloudFormation would return."""

DecideCondition = Callable[[str], bool | None]
"""Name of a condition of the template → its truth, None where only the deploy knows."""

ReadText = Callable[[str], Value]
"""A string of the template → the same, with placeholders and dynamic references in it as unresolved parts."""

_SUB_PLACE: Final = re.compile(r"\$\{(!?)([^}]*)\}")


class Intrinsics:
    """Resolves values of one template. Unknown functions become `Unresolved` and are collected in `unknown_functions`."""

    def __init__(
        self,
        *,
        parameters: Mapping[str, Value],
        mappings: Mapping[str, Any],
        logical_ids: frozenset[str],
        attribute_of: AttributeOf,
        decide: DecideCondition,
        read_text: ReadText,
    ) -> None:
        self._parameters = parameters
        self._mappings = mappings
        self._logical_ids = logical_ids
        self._attribute_of = attribute_of
        self._decide = decide
        self._read_text = read_text
        self.unknown_functions: set[str] = set()

    def resolve(self, node: Any) -> Value:
        """A JSON value of the template → the value that CloudFormation would hand to the resource."""
        if isinstance(node, str):
            return self._read_text(node)
        if isinstance(node, Mapping):
            if len(node) == 1:
                ((name, argument),) = node.items()
                if name == "Ref" or name.startswith("Fn::"):
                    return self._call(name, argument)
            resolved = {key: self.resolve(child) for key, child in node.items()}
            return {key: child for key, child in resolved.items() if child is not NO_VALUE}
        if isinstance(node, Sequence):
            return [item for item in (self.resolve(child) for child in node) if item is not NO_VALUE]
        return node

    def _call(self, name: str, argument: Any) -> Value:
        function = _FUNCTIONS.get(name)
        if function is None:
            self.unknown_functions.add(name)
            return Unresolved(f"`{name}` is resolved by CloudFormation at deploy time")
        try:
            return function(self, argument)
        except (TypeError, ValueError, IndexError, KeyError):
            return Unresolved(f"`{name}` has arguments that CloudFormation would refuse")

    def reference(self, name: str) -> Value:
        """What `Ref` returns: a pseudo-parameter, a parameter's default, or a resource's own reference."""
        if name in self._parameters:
            return self._parameters[name]
        if name in self._logical_ids:
            return self._attribute_of(name, None)
        return Unresolved(f"`{name}` is neither a parameter nor a resource of the template")

    def _ref(self, argument: Any) -> Value:
        return self.reference(_string(argument))

    def _get_att(self, argument: Any) -> Value:
        if isinstance(argument, str):
            logical_id, _, attribute = argument.partition(".")
        else:
            logical_id, attribute = _string(argument[0]), argument[1]
        resolved = self.resolve(attribute)
        if not isinstance(resolved, str):
            return Unresolved("the attribute's name is only known at deploy time")
        return self.attribute(logical_id, resolved)

    def attribute(self, logical_id: str, attribute: str) -> Value:
        """What `Fn::GetAtt` returns for a resource of the template."""
        if logical_id not in self._logical_ids:
            return Unresolved(f"`{logical_id}` is not a resource of the template")
        return self._attribute_of(logical_id, attribute)

    def _sub(self, argument: Any) -> Value:
        template, values = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
        return self.substitute(_string(template), {key: self.resolve(child) for key, child in _mapping(values).items()})

    def substitute(self, template: str, values: Mapping[str, Value]) -> Value:
        """`Fn::Sub`: `${Name}`, `${Id.Attribute}` and `${!Literal}` in `template`."""
        parts: list[Value] = []
        position = 0
        for place in _SUB_PLACE.finditer(template):
            parts.append(self._read_text(template[position : place.start()]))
            position = place.end()
            name = place.group(2).strip()
            if place.group(1):
                parts.append("${" + name + "}")
            elif name in values:
                parts.append(values[name])
            elif "." in name and name.partition(".")[0] in self._logical_ids:
                parts.append(self.attribute(*name.split(".", 1)))
            else:
                parts.append(self.reference(name))
        parts.append(self._read_text(template[position:]))
        return concatenate(parts)

    def _join(self, argument: Any) -> Value:
        delimiter, items = _string(argument[0]), self.resolve(argument[1])
        return either(self._joined(delimiter, option) for option in alternatives(items))

    def _joined(self, delimiter: str, items: Value) -> Value:
        if not isinstance(items, Sequence) or isinstance(items, str):
            return Unresolved("the joined list is only known at deploy time")
        parts: list[Value] = []
        for index, item in enumerate(items):
            parts.extend((delimiter, item) if index else (item,))
        return concatenate(parts)

    def _select(self, argument: Any) -> Value:
        index, items = self.resolve(argument[0]), self.resolve(argument[1])
        if isinstance(index, Unresolved | Text | Either):
            return Unresolved("the selected index is only known at deploy time")
        return either(self._selected(int(index), option) for option in alternatives(items))

    def _selected(self, index: int, items: Value) -> Value:
        if isinstance(items, Unresolved):
            return items
        if not isinstance(items, Sequence) or isinstance(items, str) or not 0 <= index < len(items):
            return Unresolved("`Fn::Select` selects outside of its list")
        return items[index]

    def _split(self, argument: Any) -> Value:
        delimiter, source = _string(argument[0]), self.resolve(argument[1])
        return either(_split_text(delimiter, option) for option in alternatives(source))

    def _if(self, argument: Any) -> Value:
        truth = self._decide(_string(argument[0]))
        if truth is None:
            return either((self.resolve(argument[1]), self.resolve(argument[2])))
        return self.resolve(argument[1 if truth else 2])

    def _find_in_map(self, argument: Any) -> Value:
        default = self.resolve(argument[3]["DefaultValue"]) if len(argument) > 3 else None
        name, first, second = (self.resolve(key) for key in argument[:3])
        if not isinstance(name, str):
            return Unresolved("the mapping is only known at deploy time")
        mapping = _mapping(self._mappings[name])
        rows = [_mapping(row) for row in ([mapping.get(first, {})] if isinstance(first, str) else mapping.values())]
        found: list[Value] = []
        for row in rows:
            cells = [row[second]] if isinstance(second, str) and second in row else []
            cells = cells or (list(row.values()) if not isinstance(second, str) else [])
            found.extend(cells or ([default] if default is not None else []))
        if not found:
            return Unresolved(f"mapping `{name}` has no value for these keys")
        return either(self.resolve(cell) for cell in found)

    def _import_value(self, argument: Any) -> Value:
        del argument
        return Unresolved("imported from another stack", stands_for=SOME_TEXT)

    def _at_deploy_time(self, argument: Any) -> Value:
        del argument
        return Unresolved("computed by CloudFormation at deploy time")


def _split_text(delimiter: str, source: Value) -> Value:
    """`Fn::Split` of a string; of a string with unknown parts, as far as the known parts show the delimiter."""
    if isinstance(source, str):
        return source.split(delimiter)
    if not isinstance(source, Text):
        return Unresolved("the split string is only known at deploy time")
    pieces: list[list[Value]] = [[]]
    for part in source.parts:
        if not isinstance(part, str):
            pieces[-1].append(part)
            continue
        first, *rest = part.split(delimiter)
        pieces[-1].append(first)
        pieces.extend([piece] for piece in rest)
    return [concatenate(piece) for piece in pieces]


def _string(node: Any) -> str:
    if not isinstance(node, str):
        raise TypeError("a string is expected here")
    return node


def _mapping(node: Any) -> Mapping[str, Any]:
    if not isinstance(node, Mapping):
        raise TypeError("an object is expected here")
    return node


_FUNCTIONS: Final[dict[str, Callable[[Intrinsics, Any], Value]]] = {
    "Ref": Intrinsics._ref,
    "Fn::GetAtt": Intrinsics._get_att,
    "Fn::Sub": Intrinsics._sub,
    "Fn::Join": Intrinsics._join,
    "Fn::Select": Intrinsics._select,
    "Fn::Split": Intrinsics._split,
    "Fn::If": Intrinsics._if,
    "Fn::FindInMap": Intrinsics._find_in_map,
    "Fn::ImportValue": Intrinsics._import_value,
    "Fn::Base64": Intrinsics._at_deploy_time,
    "Fn::Cidr": Intrinsics._at_deploy_time,
    "Fn::GetAZs": Intrinsics._at_deploy_time,
    "Fn::Length": Intrinsics._at_deploy_time,
    "Fn::ToJsonString": Intrinsics._at_deploy_time,
    "Fn::Transform": Intrinsics._at_deploy_time,
}
