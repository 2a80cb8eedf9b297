"""A path to more permissions, step by step. Nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reach = Literal["anything", "unknown", "boundary", "declared"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a path: by whom, on what, for which method of the catalogue, and the public source of the method.

    `depends` are context keys on which it depends whether the call is allowed.
    """

    by: str
    action: str
    resource: str
    method: str
    why: str
    source: str
    depends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """What the attacker reaches, and how.

    - `anything`: any permission in the account
    - `unknown`: what `target` holds, which nothing here says
    - `boundary`: what the permissions boundary `within` allows, and no more
    - `declared`: what the service itself declares for `target`
    """

    reach: Reach
    target: str
    steps: tuple[Step, ...]
    within: str | None = None

    @property
    def exceeds(self) -> bool:
        """Whether the path leads beyond what the service declares and what a boundary allows."""
        return self.reach in ("anything", "unknown")

    @property
    def methods(self) -> tuple[str, ...]:
        """The names of its methods, in order."""
        return tuple(dict.fromkeys(step.method for step in self.steps))
