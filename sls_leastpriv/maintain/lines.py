"""How generated tables are written: sorted, compact, one item per line, so that a change of AWS is a small diff."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def compact(value: Any) -> str:
    """A JSON value on one line with sorted keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def table(items: Mapping[str, Any]) -> str:
    """The text of one JSON object: one item per line, sorted by key, with a final newline."""
    return _block(items) + "\n"


def sections(head: Mapping[str, Any], blocks: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of a JSON object of `head`, then of `blocks`, whose items stand one per line. Keys keep the order given."""
    parts = [f"{compact(key)}:{compact(value)}" for key, value in head.items()]
    parts += [f"{compact(key)}:{_block(items)}" for key, items in blocks.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _block(items: Mapping[str, Any]) -> str:
    lines = [f"{compact(key)}:{compact(items[key])}" for key in sorted(items)]
    return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"
