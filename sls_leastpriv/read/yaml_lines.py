"""A YAML or JSON file as a tree that knows its lines, and nothing about types or tags.

Built from the parser's events in one loop: no recursion, no tag is ever looked up, and an alias costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml

from sls_leastpriv.read.bounds import MAX_VALUES, too_deep, too_many
from sls_leastpriv.read.yaml_text import events

# Deeper flow collections (`[[[[`) cost the parser time with the square of their depth.
_MAX_DEPTH: Final = 1_000


@dataclass(slots=True)
class Scalar:
    """A value without parts, as written."""

    text: str


@dataclass(slots=True)
class Items:
    """A list: each item with its line."""

    items: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Keys:
    """A mapping: each key's value with the key's line. `merged` are the values of `<<`, nearest first."""

    entries: dict[str, Entry] = field(default_factory=dict)
    merged: list[Node] = field(default_factory=list)


Node: TypeAlias = Scalar | Items | Keys


@dataclass(slots=True)
class Entry:
    """A value, and the line (from 1) at which its key or its item begins."""

    line: int
    node: Node


@dataclass(slots=True)
class _Open:
    """A collection that is being read; of a mapping also the key whose value comes next, and its line."""

    node: Items | Keys
    line: int
    key: str | None = None
    key_line: int = 0

    def take(self, entry: Entry) -> None:
        if isinstance(self.node, Items):
            self.node.items.append(entry)
        elif self.key is None:
            # A key that is not plain text can be in no path.
            self.key = entry.node.text if isinstance(entry.node, Scalar) else ""
            self.key_line = entry.line
        else:
            self._take_value(self.node, self.key, Entry(self.key_line, entry.node))
            self.key = None

    @staticmethod
    def _take_value(keys: Keys, key: str, entry: Entry) -> None:
        if key == "<<":
            listed = entry.node.items if isinstance(entry.node, Items) else [entry]
            keys.merged.extend(one.node for one in listed)
        else:
            keys.entries.setdefault(key, entry)


def read_lines(text: str, name: str) -> Entry | None:
    """Return the root of the YAML or JSON `text`, None when it holds nothing; ServiceError when it is not YAML."""
    root = _Open(Items(), 1)
    stack = [root]
    anchored: dict[str, Node] = {}
    count = 0
    for event in events(text, name):
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.CollectionEndEvent):
            closed = stack.pop()
            stack[-1].take(Entry(closed.line, closed.node))
            continue
        node = _node(event, anchored)
        if node is None:
            continue
        if isinstance(event, yaml.CollectionStartEvent) and not isinstance(node, Scalar):
            stack.append(_Open(node, line))
        else:
            stack[-1].take(Entry(line, node))
        count += 1
        _check(len(stack), count, name)
    return next(_items(root.node), None)


def _node(event: yaml.Event, anchored: dict[str, Node]) -> Node | None:
    node: Node
    if isinstance(event, yaml.AliasEvent):
        return anchored.get(str(event.anchor), Scalar(""))
    if isinstance(event, yaml.ScalarEvent):
        node = Scalar(str(event.value))
    elif isinstance(event, yaml.MappingStartEvent):
        node = Keys()
    elif isinstance(event, yaml.SequenceStartEvent):
        node = Items()
    else:
        return None
    if event.anchor is not None:
        anchored[event.anchor] = node
    return node


def _items(node: Node) -> Iterator[Entry]:
    return iter(node.items if isinstance(node, Items) else ())


def _check(depth: int, count: int, name: str) -> None:
    if depth > _MAX_DEPTH:
        raise too_deep(name)
    if count > MAX_VALUES:
        raise too_many(name)
