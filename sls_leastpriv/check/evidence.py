"""What is known of a principal's permissions, and how it came to be known. Nouns only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sls_leastpriv.check.identity import Identity
from sls_leastpriv.check.trials import Trial

EvidenceKind = Literal["policies", "simulation", "files", "root", "none"]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document and what it is called in messages; `arn` and `version` name the version of a managed policy."""

    name: str
    document: Mapping[str, Any]
    arn: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Simulated:
    """What `iam:SimulatePrincipalPolicy` answers to one trial.

    `organizations` and `boundary` are False where the organization or the permissions boundary does not allow it, None where
    nothing was said. `missing_keys` are context keys that some policy of the principal tests and that were not given.
    """

    decision: str
    organizations: bool | None = None
    boundary: bool | None = None
    missing_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The best that could be had.

    - `policies`: read from AWS; `boundary` is None where there is none. `unread` names the read actions that were denied:
      `identity_complete` and `boundary_known` say what is missing for it.
    - `simulation`: the answers of the simulator, by trial; a trial that it refused is not among them.
    - `files`: the policies of `--policy`, and of `--boundary`.
    - `root`: the root user, whom no identity policy limits.
    - `none`: nothing; `reason` says why, `help` what to do.

    `made` is when it was asked, in seconds since 1970; `cached` says that it was asked by an earlier run.
    """

    kind: EvidenceKind
    principal: Identity | None = None
    identity: tuple[Document, ...] = ()
    boundary: tuple[Document, ...] | None = None
    identity_complete: bool = True
    boundary_known: bool = True
    simulated: Mapping[Trial, Simulated] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    reason: str | None = None
    help: str | None = None
    made: float = 0.0
    cached: bool = False

    @property
    def has_policies(self) -> bool:
        """Whether policies are known, and not only what they say to some requests."""
        return self.kind in ("policies", "files")

    @property
    def complete(self) -> bool:
        """Whether nothing that counts was left unread."""
        return self.kind != "none" and self.identity_complete and self.boundary_known
