"""A YAML template to plain JSON-shaped values; CloudFormation's short forms (`!Ref`, `!Sub`, …) become the long ones.

The short forms are cfn-flip's. CloudFormation's YAML is version 1.1 without the tags binary, omap, pairs, set and
timestamp, and without aliases and merges
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html). Aliases and merges are
accepted here, because packaging tools expand them before CloudFormation sees them, and bounded before anything is
built.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml
from cfn_tools.yaml_loader import multi_constructor as _cfn_flip_short_form  # type: ignore[import-untyped]
from yaml.constructor import SafeConstructor

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.bounds import MAX_DEPTH, MAX_VALUES, too_deep, too_many
from sls_leastpriv.read.json_text import duplicate_key
from sls_leastpriv.read.yaml_text import LOADER, at, events, yaml_error

_CORE: Final = "tag:yaml.org,2002:"


def parse_yaml_template(text: str, name: str) -> Any:
    """Return the value of the YAML `text`, which is called `name` in messages: dicts with text keys, lists, scalars.

    Raises ServiceError when it is not YAML, nested too deep, too large once its aliases are followed, refers to
    itself, has a key twice or a key that is not text, or a tag that CloudFormation does not know (which is never
    executed).
    """
    _check_before_building(text, name)
    try:
        node = yaml.compose(text, Loader=LOADER)
        return None if node is None else _TemplateConstructor(name).construct_document(node)
    except yaml.YAMLError as error:
        raise yaml_error(error, text, name) from None


@dataclass(slots=True)
class _Extent:
    """How many values and levels a part of the document has, its aliases followed."""

    anchor: str | None
    values: int
    levels: int


def _check_before_building(text: str, name: str) -> None:
    """Measure the document from the parser's events; an alias weighs as much as what it stands for."""
    open_parts = [_Extent(None, 0, 0)]
    anchored: dict[str, _Extent] = {}
    total = 0
    for event in events(text, name):
        if isinstance(event, yaml.CollectionStartEvent):
            open_parts.append(_Extent(event.anchor, 1, 0))
            total += 1
            part = open_parts[-1]
        elif isinstance(event, yaml.CollectionEndEvent):
            part = open_parts.pop()
            part.levels += 1
            _add(part, open_parts, anchored)
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            part = _leaf(event, anchored, open_parts, name)
            total += part.values
            _add(part, open_parts, anchored)
        else:
            continue
        if total > MAX_VALUES:
            raise too_many(name)
        if len(open_parts) - 1 + part.levels > MAX_DEPTH:
            raise too_deep(name, f" ({at(event.start_mark)})")


def _add(part: _Extent, open_parts: list[_Extent], anchored: dict[str, _Extent]) -> None:
    parent = open_parts[-1]
    parent.values += part.values
    parent.levels = max(parent.levels, part.levels)
    if part.anchor is not None:
        anchored[part.anchor] = part


def _leaf(event: yaml.ScalarEvent | yaml.AliasEvent, anchored: dict[str, _Extent], open_parts: list[_Extent], name: str) -> _Extent:
    if isinstance(event, yaml.ScalarEvent):
        return _Extent(event.anchor, 1, 0)
    if any(part.anchor == event.anchor for part in open_parts[1:]):
        raise ServiceError(
            f"{name} has an alias that refers to what it stands in ({at(event.start_mark)})",
            help="write that part out; a template cannot hold itself",
        )
    # An alias without an anchor is an error that composing the nodes reports.
    target = anchored.get(cast(str, event.anchor), _Extent(None, 1, 0))
    return _Extent(None, target.values, target.levels)


class _TemplateConstructor(SafeConstructor):
    """Builds the values of one template from the parser's nodes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        self._refuse_twice(node)
        self.flatten_mapping(node)
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            # After flattening, merged pairs come first: the mapping's own win.
            built[self._key(key_node)] = self.construct_object(value_node, deep=True)
        return built

    def sequence(self, node: yaml.SequenceNode) -> list[Any]:
        return [self.construct_object(item, deep=True) for item in node.value]

    def text(self, node: yaml.ScalarNode) -> str:
        return str(self.construct_scalar(node))

    def number(self, node: yaml.ScalarNode) -> int | float | str:
        make = self.construct_yaml_int if node.tag == f"{_CORE}int" else self.construct_yaml_float
        try:
            number = make(node)
        except ValueError:
            # Python's message would repeat the text.
            raise ServiceError(
                f"{self.name} holds a number that cannot be read ({at(node.start_mark)})", help="put it in quotes"
            ) from None
        # JSON has no infinity; the text is what CloudFormation would see.
        return number if isinstance(number, int) or math.isfinite(number) else str(node.value)

    def short_form(self, suffix: str, node: yaml.Node) -> dict[str, Any]:
        if suffix == "GetAtt" and isinstance(node, yaml.SequenceNode):
            # cfn-flip would flatten an attribute name that is itself a `!Ref`.
            return {"Fn::GetAtt": self.sequence(node)}
        if isinstance(node, yaml.MappingNode):
            return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": self.mapping(node)}
        return dict(_cfn_flip_short_form(self, suffix, node))

    def unknown(self, node: yaml.Node) -> Any:
        raise ServiceError(
            f"{self.name} has a tag that CloudFormation does not know ({at(node.start_mark)})",
            help="CloudFormation's own begin with one `!`, as `!Ref`; write the value without this tag",
        )

    def _key(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith(_CORE):
            # The text as written: CloudFormation's keys are strings, so `200:` is "200" and `on:` is "on".
            return str(node.value)
        raise ServiceError(f"{self.name} has a key that is not text ({at(node.start_mark)})", help="put the key in quotes")

    def _refuse_twice(self, node: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key_node, _value in node.value:
            if key_node.tag == f"{_CORE}merge":
                continue
            key = self._key(key_node)
            if key in seen:
                raise duplicate_key(self.name, key, f" ({at(key_node.start_mark)})")
            seen.add(key)


_TemplateConstructor.yaml_constructors = {
    f"{_CORE}null": SafeConstructor.construct_yaml_null,
    f"{_CORE}bool": SafeConstructor.construct_yaml_bool,
    f"{_CORE}int": _TemplateConstructor.number,
    f"{_CORE}float": _TemplateConstructor.number,
    f"{_CORE}str": _TemplateConstructor.text,
    # `2012-10-17` and `=` without quotes: text for CloudFormation.
    f"{_CORE}timestamp": _TemplateConstructor.text,
    f"{_CORE}value": _TemplateConstructor.text,
    f"{_CORE}seq": _TemplateConstructor.sequence,
    f"{_CORE}map": _TemplateConstructor.mapping,
    None: _TemplateConstructor.unknown,
}
_TemplateConstructor.yaml_multi_constructors = {"!": _TemplateConstructor.short_form}
