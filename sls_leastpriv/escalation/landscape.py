"""What an attacker stands in front of: the identities of a service, what runs as them, the policies that are known. Nouns only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sls_leastpriv.declared.identity import Document, Identity


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs with a role: a function, a stack. `role` is the role's ARN; None where it acts as whoever calls it."""

    kind: str
    arn: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Landscape:
    """All of it.

    `targets` are the identities that the service declares, and the role that it hands to CloudFormation. `policies` are documents
    of managed policies by ARN, `own` ARN patterns of the attacker itself, where they are known.
    """

    targets: tuple[Identity, ...] = ()
    workloads: tuple[Workload, ...] = ()
    policies: Mapping[str, Document] = field(default_factory=dict)
    own: tuple[str, ...] = ()
