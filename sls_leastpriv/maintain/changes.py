"""Compares generated files with the committed ones, item by item, and writes them: all or nothing by file, none left over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One item that differs: its file, its name (a type, an action, or nothing for the file itself), what came and what went."""

    file: str
    item: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The change as text: a line with the item, then one line per fact."""
        name = f"{self.file}: {self.item}" if self.item else self.file
        return [name, *(f"  + {fact}" for fact in self.added), *(f"  - {fact}" for fact in self.removed)]


def compare(files: Mapping[str, str], target: Path) -> list[Change]:
    """What differs between the texts by path and the files below `target`, sorted by file and item."""
    changes: list[Change] = []
    committed = {path.relative_to(target).as_posix(): path for path in target.rglob("*.json")}
    for name in sorted(files.keys() | committed.keys()):
        if name not in committed:
            changes.append(Change(name, "", added=("the file",)))
        elif name not in files:
            changes.append(Change(name, "", removed=("the file",)))
        else:
            # Bytes, so that a line end that was changed on the way shows.
            was = committed[name].read_bytes()
            if was != files[name].encode():
                changes += _differences(name, was, files[name])
    return changes


def _differences(name: str, was: bytes, now: str) -> Iterator[Change]:
    try:
        before = json.loads(was)
    except ValueError:
        yield Change(name, "", removed=("a text that is no JSON",))
        return
    old, new = dict(_items(before)), dict(_items(json.loads(now)))
    found = False
    for item in sorted(old.keys() | new.keys()):
        facts_before = set(_facts(old[item])) if item in old else set()
        facts_now = set(_facts(new[item])) if item in new else set()
        if facts_before != facts_now:
            found = True
            yield Change(name, item, tuple(sorted(facts_now - facts_before)), tuple(sorted(facts_before - facts_now)))
    if not found:
        yield Change(name, "", removed=("another order or layout of the same content",))


def _items(document: Any) -> Iterator[tuple[str, Any]]:
    """The items of a table by name: types, actions, resource types; two levels where a file has sections."""
    if not isinstance(document, Mapping):
        yield "", document
        return
    for key, value in document.items():
        if key in ("actions", "resourceTypes") and isinstance(value, Mapping):
            yield from ((f"{key} {name}", item) for name, item in value.items())
        else:
            yield key, value


def _facts(value: Any, path: str = "") -> Iterator[str]:
    """A value as a set of short texts, so that a list item that came or went is one line."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _facts(child, f"{path} {key}".strip())
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield from (f"{path} {item}".strip() for item in value) if value else (f"{path} (empty)".strip(),)
    else:
        yield f"{path} {json.dumps(value)}".strip()


def write(files: Mapping[str, str], target: Path) -> None:
    """Writes the texts below `target` and removes tables that are no longer made. A file is replaced whole or not at all."""
    for name, text in files.items():
        path = target / name
        if path.exists() and path.read_bytes() == text.encode():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    for path in sorted(target.rglob("*.json")):
        if path.relative_to(target).as_posix() not in files:
            path.unlink()


def _replace(path: Path, text: str) -> None:
    with NamedTemporaryFile("wb", dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        file.write(text.encode())
    written = Path(file.name)
    try:
        # A temporary file is private to its owner; a table is as readable as any other file of the repository.
        written.chmod(0o644)
        written.replace(path)
    except OSError:
        written.unlink(missing_ok=True)
        raise
