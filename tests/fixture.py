"""The fixture services: each has the plugin's hand-off, and the outputs that were reviewed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent / "fixtures"
ACCOUNT = "123456789012"


def fixture_names() -> list[str]:
    return sorted(path.parent.name for path in FIXTURES.glob("*/serverless.yml"))


def handoff(name: str, folder: Path) -> Path:
    """The fixture's hand-off as the plugin would send it from this checkout, written into `folder`."""
    document: dict[str, Any] = json.loads((FIXTURES / name / "handoff.json").read_text("utf-8"))
    document["serviceDir"] = str(FIXTURES / name)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), "utf-8")
    return path
