"""The steps of a plan: one call of IAM each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sls_leastpriv.apply.state import Document


@dataclass(frozen=True, slots=True)
class CreateRole:
    """The holder, with who may assume it."""

    trust: Document
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeleteRole:
    """The holder goes."""


@dataclass(frozen=True, slots=True)
class SetBoundary:
    """The permissions boundary of the holder."""

    arn: str | None
    """None removes it."""


@dataclass(frozen=True, slots=True)
class Create:
    """A managed policy that is not there."""

    name: str
    document: Document
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tag:
    """What is noted on a policy before it is changed."""

    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Untag:
    """The notes go."""

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """A new version, in force at once."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class SetDefault:
    """Another version is put into force."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class DropVersion:
    """A version that is not in force is deleted."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Attach:
    """A policy is attached to the holder."""

    name: str


@dataclass(frozen=True, slots=True)
class Detach:
    """A policy is detached from the holder."""

    name: str


@dataclass(frozen=True, slots=True)
class Delete:
    """A policy without other versions is deleted."""

    name: str


Step = CreateRole | DeleteRole | SetBoundary | Create | Tag | Untag | Update | SetDefault | DropVersion | Attach | Detach | Delete


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in their order, and what has to be said about them."""

    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
