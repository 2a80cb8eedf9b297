"""What an attacker stands in front of: the principals of a service, what runs as them, the policies that are known. Nouns only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Document = Mapping[str, Any]
"""A policy document, as parsed from JSON."""

PrincipalKind = Literal["role", "user", "group"]


@dataclass(frozen=True, slots=True)
class Target:
    """A role, user or group that the service declares, or hands to CloudFormation.

    `arn` is a pattern where the name is generated. `documents` are its inline policies; `managed` the ARNs of those that are
    attached; `boundary` is the ARN of its permissions boundary; `trusts` are the services that may act as it, and `AWS` for
    principals of an account, or None where that is not known.
    """

    kind: PrincipalKind
    name: str
    arn: str
    documents: tuple[Document, ...] = ()
    managed: tuple[str, ...] = ()
    boundary: str | None = None
    trusts: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs with a role: a function, a stack. `role` is the role's ARN; None where it acts as whoever calls it."""

    kind: str
    arn: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Landscape:
    """All of it. `policies` are documents of managed policies by ARN; `own` are ARN patterns of the attacker itself, if known."""

    targets: tuple[Target, ...] = ()
    workloads: tuple[Workload, ...] = ()
    policies: Mapping[str, Document] = field(default_factory=dict)
    own: tuple[str, ...] = ()
