"""What is to be, and what is, in an account: the managed policies of one set, and the principal that holds them.

The policies of a set are under a path of their own, which says whose they are without any list elsewhere. Two tags say what the
last run changed: `leastpriv:run`, its number, a digest of what it was to reach, and the principal; and `leastpriv:before`, how the
policy was before it. With them a run that was interrupted goes on, and `--undo` goes back, from any machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal

Kind = Literal["user", "role", "group"]
Document = Mapping[str, Any]

TAG_RUN: Final = "leastpriv:run"
TAG_BEFORE: Final = "leastpriv:before"
TAG_BOUNDARY: Final = "leastpriv:boundary"
ABSENT: Final = "absent"


@dataclass(frozen=True, slots=True)
class Holder:
    """The user, role or group that holds the policies."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a holder is to have: documents by policy name. `trust` creates a role that is not there; `boundary` is set if given."""

    set_name: str
    holder: Holder
    documents: Mapping[str, Document]
    trust: Document | None = None
    boundary: str | None = None

    @property
    def digest(self) -> str:
        """Tells two targets apart."""
        text = json.dumps([self.documents, self.boundary], sort_keys=True)
        return sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """The number of a run for a holder, and the digest of what it was to reach. Of two side by side the greater wins."""

    number: int
    digest: str
    holder: str

    def __str__(self) -> str:
        return f"{self.number} {self.digest} {self.holder}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A managed policy under the set's path. `attached`: to the holder; `attachments`: to how many in all."""

    name: str
    arn: str
    default: str
    versions: tuple[str, ...]
    document: Document
    attached: bool
    attachments: int
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def run(self) -> Run | None:
        """The run that changed it last."""
        number, _, rest = self.tags.get(TAG_RUN, "").partition(" ")
        digest, _, holder = rest.partition(" ")
        return Run(int(number), digest, holder) if number.isdecimal() and holder else None

    def of(self, run: Run) -> bool:
        """Whether that run changed it last, or one beside it with the same number."""
        return self.run is not None and (self.run.number, self.run.holder) == (run.number, run.holder)

    @property
    def now(self) -> str:
        """How it is, as `leastpriv:before` of the next run."""
        return f"{self.default} {'attached' if self.attached else 'detached'}"


@dataclass(frozen=True, slots=True)
class Account:
    """What is there. `exists`: the holder; `others`: how many policies are attached to it that are not of the set."""

    exists: bool
    stored: Mapping[str, Stored]
    others: int
    quota: int
    boundary: str | None = None

    @property
    def attached(self) -> dict[str, Document]:
        """The documents of the set that the holder has."""
        return {name: one.document for name, one in self.stored.items() if one.attached}

    def last_run(self, holder: Holder) -> Run | None:
        """The newest run for a holder; None where none has left a trace."""
        runs = [one.run for one in self.stored.values() if one.run is not None and one.run.holder == str(holder)]
        return max(runs, default=None)
