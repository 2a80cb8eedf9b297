"""The format: a folder with `record.toml`, and the service or template that it is about. README.md describes it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEYS = {"source", "did", "framework", "commands", "principal", "stack", "region", "tags", "denied", "forbid"}
REQUEST_KEYS = {"action", "resource", "context", "why", "unmet"}


class MalformedRecord(Exception):
    """A record that is not as README.md says."""


@dataclass(frozen=True, slots=True)
class Request:
    """What AWS was, or would be, asked.

    `context` holds the condition keys that are in this request only; `why` says why it is forbidden, `unmet` why it is known
    not to be granted.
    """

    action: str
    resource: str
    context: Mapping[str, str]
    why: str = ""
    unmet: str = ""

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One denial, or several of one thread."""

    folder: Path
    source: str
    did: str
    framework: str
    commands: tuple[str, ...]
    denied: tuple[Request, ...]
    forbid: tuple[Request, ...] = ()
    principal: str = "deployer"
    stack: str = ""
    region: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.name


def records(cases: Path) -> list[Record]:
    """Every record below a folder, in order. Raises `MalformedRecord`."""
    found = [read(path.parent) for path in sorted(cases.glob("*/record.toml"))]
    if not found:
        raise MalformedRecord(f"{cases}: no `*/record.toml`")
    return found


def read(folder: Path) -> Record:
    """One record. Raises `MalformedRecord`."""
    with (folder / "record.toml").open("rb") as file:
        try:
            document = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise MalformedRecord(f"{folder.name}: {error}") from error
    if strange := sorted(document.keys() - KEYS):
        raise MalformedRecord(f"{folder.name}: no such key: {', '.join(strange)}")
    try:
        lists = {key: tuple(_request(folder, item) for item in document.pop(key, ())) for key in ("denied", "forbid")}
        return Record(folder=folder, commands=tuple(document.pop("commands")), **lists, **document)
    except (KeyError, TypeError) as error:
        raise MalformedRecord(f"{folder.name}: {error}") from error


def _request(folder: Path, item: Mapping[str, Any]) -> Request:
    if strange := sorted(item.keys() - REQUEST_KEYS):
        raise MalformedRecord(f"{folder.name}: no such key of a request: {', '.join(strange)}")
    return Request(item["action"], item["resource"], item.get("context", {}), item.get("why", ""), item.get("unmet", ""))
