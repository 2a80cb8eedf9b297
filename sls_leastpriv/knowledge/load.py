"""Reads the compiled knowledge: only the shards that a template needs, each once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.entry import Entry, entry_from_json

DATA: Final = Path(__file__).parent / "data"
COMPILED: Final = DATA / "compiled"

_NAME: Final = re.compile(r"[A-Za-z0-9_/-]+")


@dataclass(frozen=True, slots=True)
class ReferenceForm:
    """One way in which a property refers to something: a pattern of the value, the ARN to grant, the conditions to add."""

    match: re.Pattern[str]
    resource: str | None
    given: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A kind of reference: its forms in order, and the ARN to grant when the value is not known."""

    kind: str
    forms: tuple[ReferenceForm, ...]
    unknown: str


def resource_entry(type_name: str) -> Entry | None:
    """The entry of a CloudFormation type: ours, else the registry fallback, else None.

    `Custom::Anything` and `AWS::CloudFormation::CustomResource` share one entry
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-customresource.html).
    """
    folder, name = _place(type_name)
    return _entry(folder, name) if folder is not None else None


def basis_of_type(type_name: str) -> Literal["entry", "registry", "nothing"]:
    """What `resource_entry` gives for a type: a reviewed entry, the registry's own lists, or nothing."""
    folder, _ = _place(type_name)
    return "nothing" if folder is None else "entry" if folder == "resources" else "registry"


def _place(type_name: str) -> tuple[str | None, str]:
    """The folder that holds the entry of a type, None where none does, and the type that the entry is of."""
    if type_name.startswith("Custom::"):
        type_name = "AWS::CloudFormation::CustomResource"
    parts = type_name.split("::")
    if len(parts) != 3:
        return None, type_name
    namespace = parts[1].lower()
    folders = (folder for folder in ("resources", "fallback") if type_name in shard(f"{folder}/{namespace}"))
    return next(folders, None), type_name


def why_unknown(type_name: str) -> str:
    """What is said of a type that has no entry."""
    if type_name.endswith("::MODULE"):
        return f"`{type_name}` is a module: CloudFormation replaces it by resources that are not in this template"
    if not type_name.startswith("AWS::"):
        return f"`{type_name}` is a type of a third party: what its handlers need is not known"
    return f"nothing is known about `{type_name}`: what it needs is not in the policy"


@cache
def _entry(folder: str, type_name: str) -> Entry:
    return entry_from_json(shard(f"{folder}/{type_name.split('::')[1].lower()}")[type_name])


@cache
def command_entries(command: str) -> tuple[Entry, ...]:
    """The entries of one Framework command, e.g. `deploy`."""
    return _entries(f"framework/{command}")


@cache
def template_entries() -> tuple[Entry, ...]:
    """The entries of what a template as a whole asks for: transforms, parameters of SSM types, dynamic references."""
    return _entries("cloudformation")


@cache
def variable_entries() -> tuple[Entry, ...]:
    """The entries of the AWS-backed variable sources."""
    return _entries("variables")


@cache
def plugin_entry(name: str) -> Entry | None:
    """The entry of a plugin by its npm name."""
    found = shard("plugins").get(name)
    return None if found is None else entry_from_json(found)


@cache
def references() -> Mapping[str, Reference]:
    """All kinds of references."""
    return {kind: _reference(kind, document) for kind, document in shard("references").items()}


def _entries(name: str) -> tuple[Entry, ...]:
    return tuple(entry_from_json(document) for _, document in sorted(shard(name).items()))


def _reference(kind: str, document: Mapping[str, Any]) -> Reference:
    forms = tuple(
        ReferenceForm(re.compile(form["match"]), form.get("resource"), form.get("given", {})) for form in document["forms"]
    )
    return Reference(kind, forms, document["unknown"])


@cache
def shard(name: str) -> Mapping[str, Any]:
    """One file of the compiled knowledge; empty where there is none of that name."""
    if not _NAME.fullmatch(name):
        # a part of it is the service's own word: a type, a command
        return {}
    path = COMPILED / f"{name}.json"
    try:
        content: Mapping[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise KnowledgeError(f"`{path.name}` of the compiled knowledge is damaged", help="install the package again") from error
    return content
