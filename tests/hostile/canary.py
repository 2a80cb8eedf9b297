"""A service whose every value is a marked text: what of it is ever printed?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.fixture import FIXTURES

# what gives the document its shape, and not the service its values
SHAPE = {
    *(
        "Type",
        "Ref",
        "Fn::GetAtt",
        "Fn::Sub",
        "Fn::Join",
        "Fn::If",
        "Fn::ImportValue",
        "Condition",
        "DependsOn",
        "Version",
        "Effect",
    ),
    *(
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "handoff",
        "framework",
        "stack",
        "serviceDir",
        "configurationFile",
        "variables",
        "plugins",
    ),
    *("service", "runtime", "Runtime", "region", "stage", "AWSTemplateFormatVersion", "Transform"),
}
MARK = re.compile(r"CANARY(\d{4})x")


class Canaries:
    """A fixture's hand-off with a mark in place of each text and number; `place` says where each of them stood."""

    def __init__(self, fixture: str) -> None:
        self.place: dict[str, str] = {}
        document: dict[str, Any] = json.loads((FIXTURES / fixture / "handoff.json").read_text("utf-8"))
        self.document = {
            key: self._marked(value, (key,)) if key in ("service", "template", "nestedTemplates") else value
            for key, value in document.items()
        }
        self.document["serviceDir"] = str(FIXTURES / fixture)

    def told(self, text: str) -> Iterator[str]:
        """The places of the values that the text tells."""
        yield from {self.place[number] for number in MARK.findall(text)}

    def _marked(self, value: Any, path: tuple[str, ...]) -> Any:
        if len(path) > 1 and path[-1] in SHAPE:
            return value
        if isinstance(value, dict):
            return {key: self._marked(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._marked(inner, (*path, "*")) for inner in value]
        if isinstance(value, bool) or value is None:
            return value
        number = f"{len(self.place):04d}"
        self.place[number] = self._name(path)
        return f"CANARY{number}x"

    @staticmethod
    def _name(path: tuple[str, ...]) -> str:
        """The path without the service's own keys: `functions.KEY.environment.KEY`."""
        parts = list(path)
        if parts[:2] == ["template", "Resources"] and len(parts) > 2:
            parts[2] = "ID"
        if parts[:2] == ["service", "functions"] and len(parts) > 2:
            parts[2] = "KEY"
        if len(parts) > 1 and parts[-2] in ("environment", "Variables", "tags", "stackTags"):
            parts[-1] = "KEY"
        return ".".join(parts)
