"""Reads `sdk/<service>.toml`: where an SDK's names are not those of IAM. The file's name is botocore's name of the service.

    source = "https://docs.aws.amazon.com/…"          # public
    prefix = "cloudsearch"                            # the IAM prefix, where neither endpoint nor signature tell
    names  = ["CognitoIdentityServiceProvider"]       # what else an SDK calls the service

    [operations]                                      # operations that IAM authorises under other names
    HeadBucket = ["s3:ListBucket"]

Operations may be those of the SDK's own helpers too (`Upload`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of

_KEYS: Final = {"source": str, "prefix": str, "names": list, "operations": dict}


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different about one service."""

    prefix: str | None = None
    names: tuple[str, ...] = ()
    operations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def differences() -> dict[str, Difference]:
    """All of them by service; KnowledgeError naming the file for anything wrong in it."""
    return {path.stem: _difference(path.name, _parsed(path.name)) for path in sorted((DATA / "sdk").glob("*.toml"))}


def _parsed(name: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads((DATA / "sdk" / name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"`sdk/{name}` is no TOML: {error}", help="mend the file") from error


def _difference(name: str, document: Mapping[str, Any]) -> Difference:
    for key, value in document.items():
        if not isinstance(value, _KEYS.get(key, ())):
            raise KnowledgeError(f"`sdk/{name}`: `{key}` is not in the grammar", help=f"one of {', '.join(_KEYS)}")
    if not str(document.get("source", "")).startswith("https://"):
        raise KnowledgeError(f"`sdk/{name}` has no public source", help='add `source = "https://…"`')
    operations = {operation: tuple(actions) for operation, actions in document.get("operations", {}).items()}
    for action in (action for actions in operations.values() for action in actions):
        if action_of(action) is None:
            raise KnowledgeError(f"`sdk/{name}`: `{action}` is no published action", help="mend its spelling")
    return Difference(document.get("prefix"), tuple(document.get("names", ())), operations)
