"""A role, user or group that a template declares, with what it is declared to hold. Nouns only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Document = Mapping[str, Any]
"""A policy document, as IAM takes it."""

IdentityKind = Literal["role", "user", "group"]

SERVICE_LINKED: Final = "arn:*:iam::*:role/aws-service-role/*"
"""Nobody but its service changes a service-linked role, and none has a boundary.

https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity. `name` is its logical id; `arn` is a pattern where the name is generated.

    `documents` are its inline policies; `managed` the ARNs of the policies that are attached; `boundary` is the ARN of its
    permissions boundary; `trusts` are the services that may act as it, and `AWS` for principals of an account, or None where that
    is not known. `doubts` say what could not be read of its policies.
    """

    kind: IdentityKind
    name: str
    arn: str
    documents: tuple[Document, ...] = ()
    managed: tuple[str, ...] = ()
    boundary: str | None = None
    trusts: frozenset[str] | None = None
    doubts: tuple[str, ...] = ()
