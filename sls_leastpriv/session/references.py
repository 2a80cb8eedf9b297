"""What a property refers to: the logical ids and parameters in its intrinsic functions, not yet resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_PLACE: Final = re.compile(r"\$\{([^!}.]+)(\.[^}]*)?\}")


def referred(node: Any, *, attributes: bool = False) -> Iterator[str]:
    """The names in `Ref`, `Fn::GetAtt` and `Fn::Sub` anywhere in a value of a template; only those of `attributes`, if asked."""
    if isinstance(node, Mapping):
        for key, child in node.items():
            if key == "Ref" and isinstance(child, str):
                if not attributes:
                    yield child
            elif key == "Fn::GetAtt":
                yield from _attribute(child)
            elif key == "Fn::Sub":
                yield from _substituted(child, attributes)
            else:
                yield from referred(child, attributes=attributes)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for child in node:
            yield from referred(child, attributes=attributes)


def _attribute(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node.partition(".")[0]
    elif isinstance(node, Sequence) and node and isinstance(node[0], str):
        yield node[0]


def _substituted(node: Any, attributes: bool) -> Iterator[str]:
    text, places = node, {}
    if isinstance(node, Sequence) and not isinstance(node, str) and len(node) == 2:
        text, places = node
    if isinstance(text, str):
        yield from (name for name, rest in _PLACE.findall(text) if name not in places and (rest or not attributes))
    yield from referred(places, attributes=attributes)
