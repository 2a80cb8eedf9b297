"""A service as its user has it: a folder of its own, with the plugin of this checkout installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "fixtures"
SERVICES = Path(__file__).parents[1] / "services"
"""Services that are here for a command's calls alone; their templates say nothing new."""


def copy_of(name: str, folder: Path, provider: Sequence[str] = ()) -> Path:
    """The service in `folder`, a fixture or one of ours, with these lines added to its `provider`."""
    service = folder / name
    source = FIXTURES / name if (FIXTURES / name).is_dir() else SERVICES / name
    shutil.copytree(source, service, ignore=shutil.ignore_patterns("expected", "handoff.json"))
    _install_plugin(service)
    if provider:
        _add_to_provider(service / "serverless.yml", provider)
    return service


def edit(service: Path) -> None:
    """Changes the code, so that it has to be deployed anew."""
    handler = service / "handler.js"
    handler.write_text(handler.read_text("utf-8") + "// changed\n", "utf-8")


def configure(service: Path) -> None:
    """Gives all functions more memory."""
    _add_to_provider(service / "serverless.yml", ["memorySize: 512"])


def unset(service: Path, provider: Sequence[str]) -> None:
    """Takes these lines out of the `provider` again."""
    file = service / "serverless.yml"
    file.write_text(file.read_text("utf-8").replace(_indented(provider), ""), "utf-8")


def _install_plugin(service: Path) -> None:
    plugin = service / "node_modules" / "serverless-leastpriv" / "index.js"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f"module.exports = require({json.dumps(str(ROOT))});\n", "utf-8")


def _add_to_provider(file: Path, lines: Sequence[str]) -> None:
    before, provider, after = file.read_text("utf-8").partition("\nprovider:\n")
    assert provider, f"{file.name} has no provider"
    file.write_text(before + provider + _indented(lines) + after, "utf-8")


def _indented(lines: Sequence[str]) -> str:
    return "".join(f"  {line}\n" for line in lines)
