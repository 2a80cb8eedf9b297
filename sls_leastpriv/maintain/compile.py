"""Compiles the entries that people write (TOML) into the sharded JSON that is read at run time."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.document import EntryDocument, read_document
from sls_leastpriv.knowledge.entry import Clause, Entry, entry_to_json
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of, unpublished
from sls_leastpriv.knowledge.rules import rules
from sls_leastpriv.maintain.escalations import escalation_shard
from sls_leastpriv.maintain.fallback import fallback_entries
from sls_leastpriv.maintain.sdk_shards import sdk_shards


def documents(folder: str) -> Iterator[tuple[Path, EntryDocument]]:
    """Every entry below a folder of the data, read strictly."""
    for path in sorted((DATA / folder).rglob("*.toml")):
        yield path, read_file(path)


def read_file(path: Path) -> EntryDocument:
    """One entry file → its document; KnowledgeError naming the file for anything wrong in it."""
    name = path.relative_to(DATA).as_posix()
    try:
        parsed = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"`{name}` is no TOML: {error}", help="mend the file") from error
    document = read_document(parsed, file=name, rules=rules())
    for clause in document.entry.clauses:
        _check_actions(clause, name)
    return replace(document, entry=with_unscoped(document.entry))


def _check_actions(clause: Clause, file: str) -> None:
    for action in {action for actions in clause.actions.values() for action in actions}:
        if action_of(action) is None and action not in unpublished():
            raise KnowledgeError(
                f"`{file}`: `{action}` is no published action",
                help="mend its spelling, or list it in unpublished.toml with its source",
            )


def with_unscoped(entry: Entry) -> Entry:
    """The entry with those actions marked that IAM authorises on `*` only: published without any resource type."""
    return replace(entry, clauses=tuple(_with_unscoped(clause) for clause in entry.clauses))


def _with_unscoped(clause: Clause) -> Clause:
    actions = {action for actions in clause.actions.values() for action in actions}
    if clause.on == ("*",):
        return clause
    unscoped = (action for action in actions if (found := action_of(action)) is not None and not found["resources"])
    return replace(clause, unscoped=frozenset(unscoped))


def compiled() -> dict[str, Any]:
    """Every shard of the compiled knowledge: file name without suffix → JSON."""
    shards: dict[str, dict[str, Any]] = {}
    for _, document in documents("resources"):
        shard = "resources/" + document.entry.key.split("::")[1].lower()
        shards.setdefault(shard, {})[document.entry.key] = entry_to_json(document.entry)
    for path, document in documents("framework"):
        for command in document.entry.commands:
            shards.setdefault(f"framework/{command}", {})[_stem(path, "framework")] = entry_to_json(document.entry)
    for folder in ("cloudformation", "variables"):
        for path, document in documents(folder):
            shards.setdefault(folder, {})[_stem(path, folder)] = entry_to_json(document.entry)
    for _, document in documents("plugins"):
        shards.setdefault("plugins", {})[document.entry.key] = entry_to_json(document.entry)
    for entry in fallback_entries():
        namespace = entry.key.split("::")[1].lower()
        if entry.key not in shards.get(f"resources/{namespace}", {}):
            shards.setdefault(f"fallback/{namespace}", {})[entry.key] = entry_to_json(entry)
    shards |= sdk_shards()
    shards["references"] = tomllib.loads((DATA / "references.toml").read_text("utf-8"))
    shards["declared"] = tomllib.loads((DATA / "declared.toml").read_text("utf-8"))
    shards["escalations"] = escalation_shard()
    return shards


def _stem(path: Path, folder: str) -> str:
    return path.relative_to(DATA / folder).with_suffix("").as_posix()


def shard_text(shard: Mapping[str, Any]) -> str:
    """One shard as it is written: one entry per line, so that a change is a small diff."""
    lines = [f"{json.dumps(key)}:{_line(shard[key])}" for key in sorted(shard)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(document: Any) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    """Writes beside the file and moves: a run at the same time never reads half a shard."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8", newline="\n")
    temporary.replace(path)


def write_compiled(target: Path = DATA / "compiled") -> list[str]:
    """Writes all shards and removes those that are no longer made; returns the names that changed."""
    files = {target / f"{name}.json": shard_text(shard) for name, shard in compiled().items()}
    changed: list[str] = []
    for path, text in files.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, text)
            changed.append(path.name)
    for path in set(target.rglob("*.json")) - set(files) if target.exists() else ():
        path.unlink()
        changed.append(path.name)
    return changed
