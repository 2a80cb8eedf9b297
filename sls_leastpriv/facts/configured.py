"""Looks into the resolved configuration, whatever shape it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sls_leastpriv.resolve.values import NO_VALUE, Unresolved, Value


def mapping(value: Value) -> Mapping[str, Any]:
    """The value as an object: an empty one for whatever is none."""
    return value if isinstance(value, Mapping) else {}


def at(value: Value, *path: str) -> Value:
    """The value at a path of keys: None where nothing is set, an unresolved value where no more is known."""
    for key in path:
        if isinstance(value, Unresolved):
            return value
        value = mapping(value).get(key)
    return None if value is NO_VALUE else value
