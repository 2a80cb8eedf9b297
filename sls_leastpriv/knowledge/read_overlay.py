"""Reads a project's own knowledge: `leastpriv/*.toml` beside serverless.yml. Only a project that has some pays for it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import jsonschema

from sls_leastpriv.errors import KnowledgeError, ServiceError
from sls_leastpriv.knowledge.document import EntryDocument, read_document
from sls_leastpriv.knowledge.entry import Clause, Entry
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.overlay import Overlay
from sls_leastpriv.knowledge.published import action_of, published, unpublished
from sls_leastpriv.knowledge.rules import rules

_GRAMMAR: Final = "the grammar of entries is in docs/knowledge.md of serverless-leastpriv"


def read_overlay(files: Sequence[Path]) -> Overlay:
    """The files of a folder → the overlay. ServiceError naming file and key for a file that is not in the grammar."""
    return _overlay([_read(path) for path in files])


def overlay_of(texts: Mapping[str, str]) -> Overlay:
    """File name → text, as they would stand in the folder → the overlay. ServiceError as above."""
    return _overlay([_document(text, name) for name, text in texts.items()])


def _overlay(documents: list[EntryDocument]) -> Overlay:
    return Overlay(
        types=_by_key(documents, "type"),
        commands=tuple(one.entry for one in documents if one.kind == "command"),
        plugins=_by_key(documents, "plugin"),
        variables=_by_key(documents, "variable"),
        features=tuple(one.entry for one in documents if one.kind == "feature"),
    )


def _by_key(documents: list[EntryDocument], kind: str) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for one in documents:
        if one.kind == kind:
            found[one.entry.key] = (*found.get(one.entry.key, ()), one.entry)
    return found


def _read(path: Path) -> EntryDocument:
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _not_toml(name, error) from None
    return _document(text, name)


def _not_toml(name: str, error: Exception) -> ServiceError:
    return ServiceError(f"`{name}` cannot be read as TOML: {_complaint(error)}", help=_GRAMMAR)


def _document(text: str, name: str) -> EntryDocument:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(name, error) from None
    _check_schema(parsed, name)
    parsed.setdefault("source", name)
    try:
        document = read_document(parsed, file=name, rules=rules(), own=False)
    except KnowledgeError as error:
        raise ServiceError(error.message, help=_GRAMMAR) from None
    clauses = tuple(_checked(clause, name) for clause in document.entry.clauses)
    return replace(document, entry=replace(document.entry, clauses=clauses))


def _complaint(error: Exception) -> str:
    """What is wrong and where, without a value of the file."""
    return str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8 text"


def _check_schema(parsed: Mapping[str, Any], name: str) -> None:
    schema = json.loads((DATA / "entry.schema.json").read_text("utf-8"))
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(parsed))
    if error is not None:
        key = ".".join(str(part) for part in error.absolute_path) or "the file"
        raise ServiceError(f"`{name}`, `{key}`: {_short(error)}", help=_GRAMMAR)


def _short(error: Any) -> str:
    if error.validator == "additionalProperties":
        return "has a key that is not part of the grammar"
    if error.validator == "required":
        return f"lacks {' or '.join(f'`{one}`' for one in error.validator_value)}"
    if error.validator == "pattern":
        return "is not in the form that belongs here"
    return f"must match `{error.validator}` of the grammar"


def _checked(clause: Clause, name: str) -> Clause:
    """The clause with those actions marked that IAM authorises on `*` only; ServiceError for an action that does not exist."""
    unscoped = set()
    for action in {action for actions in clause.actions.values() for action in actions}:
        record = action_of(action)
        if record is None and action not in unpublished() and published(action.partition(":")[0])["actions"]:
            raise ServiceError(f"`{name}`: `{action}` is no published IAM action", help="mend its spelling")
        if record is not None and not record["resources"]:
            unscoped.add(action)
    return replace(clause, unscoped=frozenset(unscoped))
