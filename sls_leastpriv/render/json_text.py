"""JSON as we print it: two spaces, keys in the order they were given, a newline at the end."""

from __future__ import annotations

import json
from typing import Any


def json_text(document: Any) -> str:
    """A JSON document as text."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
