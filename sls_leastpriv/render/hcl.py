"""HCL in the form that `terraform fmt` leaves alone.

Two spaces per level, and the equals signs of neighbouring one-line arguments in one column
(https://developer.hashicorp.com/terraform/language/style).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Raw:
    """An expression that is written as it is: a reference, a call, a template."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function call with one argument."""

    function: str
    argument: Any


def block(kind: str, *labels: str, body: Mapping[str, Any]) -> str:
    """A block with its arguments; a value of None is left out."""
    head = " ".join([kind, *(f'"{label}"' for label in labels)])
    lines = _arguments({key: value for key, value in body.items() if value is not None}, 1)
    if not lines:
        return f"{head} {{}}\n"
    return "\n".join([f"{head} {{", *lines, "}"]) + "\n"


def _arguments(body: Mapping[str, Any], level: int) -> list[str]:
    entries = [(_key(key), _expression(value, level)) for key, value in body.items()]
    lines: list[str] = []
    for single, group in groupby(entries, key=lambda entry: "\n" not in entry[1]):
        members = list(group)
        width = max(len(key) for key, _ in members) if single else 0
        lines += [f"{'  ' * level}{key.ljust(width)} = {text}" for key, text in members]
    return lines


def _expression(value: Any, level: int) -> str:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Call):
        return f"{value.function}({_expression(value.argument, level)})"
    if isinstance(value, Mapping):
        return "\n".join(["{", *_arguments(value, level + 1), "  " * level + "}"]) if value else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            return "[]"
        items = [f"{'  ' * (level + 1)}{_expression(one, level + 1)}," for one in value]
        return "\n".join(["[", *items, "  " * level + "]"])
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A string literal: what would start a template is doubled."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _key(key: str) -> str:
    return key if _NAME.fullmatch(key) else _quoted(key)
