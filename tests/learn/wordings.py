"""The table of wordings: denials as people met them, each with its public source."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads((Path(__file__).parent / "wordings.toml").read_text("utf-8"))

DENIALS = _TABLE["denial"]
UNREAD = _TABLE["unread"]


def title(row: dict[str, Any]) -> str:
    """A name for a row in test reports."""
    return str(row["source"]).removeprefix("https://github.com/").removeprefix("https://")
