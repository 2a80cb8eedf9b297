"""Mends the permissions that registry schemas name: to published actions, or to the verdict that there is no such action.

The schemas of the CloudFormation registry are written by hand: about four in a hundred permissions are in a wrong case, carry an
SDK's prefix instead of the IAM one, name an API operation whose IAM action has another name, or name nothing at all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.maintain.sources import Service

Kind = Literal["published", "allowed", "case", "prefix", "renamed", "expanded", "unpublished"]

KINDS: Final[tuple[Kind, ...]] = ("published", "allowed", "case", "prefix", "renamed", "expanded", "unpublished")


@dataclass(frozen=True, slots=True)
class Mended:
    """What a permission of a schema stands for: the actions, and how they were found. No actions when it is no action."""

    kind: Kind
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The reviewed tables: `allowed` from `unpublished.toml`, the others from `mended.toml`.

    `prefixes` maps a prefix to the IAM one, `renamed` a permission to its actions; `none` holds permissions that are no actions,
    some as `prefix:*`.
    """

    allowed: frozenset[str] = frozenset()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    none: frozenset[str] = frozenset()

    def dismisses(self, permission: str) -> bool:
        """Whether someone looked at this permission and found that it is no action."""
        return permission in self.none or permission.partition(":")[0] + ":*" in self.none


def published_actions(services: Mapping[str, Service]) -> frozenset[str]:
    """Every published action, with its prefix."""
    return frozenset(f"{prefix}:{name}" for prefix, service in services.items() for name in service.actions)


def read_reviewed(data: Path) -> Reviewed:
    """The reviewed tables below the data folder; KnowledgeError for a record without a reason or a source."""
    unpublished, mended = data / "unpublished.toml", data / "mended.toml"
    allowed = _read(unpublished)
    for action, record in allowed.items():
        _justified(record, unpublished.name, action)
    table = _read(mended)
    for section in ("prefix", "renamed", "none"):
        for record in table.get(section, ()):
            _justified(record, mended.name, section)
    return Reviewed(
        allowed=frozenset(allowed),
        prefixes={record["was"]: record["is"] for record in table.get("prefix", ())},
        renamed={was: tuple(now) for record in table.get("renamed", ()) for was, now in record["actions"].items()},
        none=frozenset(permission for record in table.get("none", ()) for permission in record["permissions"]),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"`{path.name}` is no TOML: {error}", help="mend the file") from error


def _justified(record: Mapping[str, Any], file: str, name: str) -> None:
    if not record.get("reason") or not record.get("source"):
        raise KnowledgeError(f"`{file}`: `{name}` has no reason or no source", help="say why, and cite where that is public")


class Spelling:
    """Looks permissions up among the published actions and the reviewed tables."""

    def __init__(self, published: Collection[str], reviewed: Reviewed) -> None:
        self._published = frozenset(published)
        self._reviewed = reviewed
        self._by_case = {action.lower(): action for action in sorted(self._published | reviewed.allowed)}
        self._mended: dict[str, Mended] = {}
        self._check(reviewed.renamed)

    def _check(self, renamed: Mapping[str, tuple[str, ...]]) -> None:
        for was, actions in renamed.items():
            for action in actions:
                if not self.is_action(action):
                    raise KnowledgeError(
                        f"`mended.toml` mends `{was}` to `{action}`, which is no published action",
                        help="name a published action, or list it in unpublished.toml with its source",
                    )

    def is_action(self, action: str) -> bool:
        """Whether this is a published action, or one that is listed as real though unpublished."""
        return action in self._published or action in self._reviewed.allowed

    def mend(self, permission: str) -> Mended:
        """One permission of a schema → what it stands for."""
        # Schemas share most of their permissions, and a wildcard is compared with every action.
        if permission not in self._mended:
            self._mended[permission] = self._look_up(permission)
        return self._mended[permission]

    def _look_up(self, permission: str) -> Mended:
        if permission in self._published:
            return Mended("published", (permission,))
        if permission in self._reviewed.allowed:
            return Mended("allowed", (permission,))
        if found := self._by_case.get(permission.lower()):
            return Mended("case", (found,))
        if renamed := self._reviewed.renamed.get(permission):
            return Mended("renamed", renamed)
        prefix, _, name = permission.partition(":")
        known = self._reviewed.prefixes.get(prefix, prefix)
        if "*" in name or "?" in name:
            return self._expanded(f"{known}:{name}")
        if known != prefix and (found := self._by_case.get(f"{known}:{name}".lower())):
            return Mended("prefix", (found,))
        return Mended("unpublished", ())

    def _expanded(self, pattern: str) -> Mended:
        """A pattern → every action that it matches, as IAM would: without regard to case."""
        found = tuple(
            action for lower, action in self._by_case.items() if fnmatchcase(lower, pattern.lower()) and "*" not in action
        )
        return Mended("expanded" if found else "unpublished", found)


def stale_reviews(reviewed: Reviewed, published: Collection[str], permissions: Iterable[str]) -> list[str]:
    """Records of the reviewed tables that no longer say anything: the action got published, or no schema names it."""
    named = set(permissions)
    notes = [f"unpublished.toml: `{action}` is published now" for action in reviewed.allowed & set(published)]
    notes += [f"mended.toml: no schema names `{was}`" for was in reviewed.renamed if was not in named]
    prefixes = {permission.partition(":")[0] for permission in named}
    notes += [f"mended.toml: no schema has the prefix `{was}`" for was in reviewed.prefixes if was not in prefixes]
    for gone in reviewed.none - named:
        if not (gone.endswith(":*") and gone[:-2] in prefixes):
            notes.append(f"mended.toml: no schema names `{gone}`")
    return sorted(notes)
