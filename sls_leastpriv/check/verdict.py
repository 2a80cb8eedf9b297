"""What the evidence says to one ask: allowed, missing, or not to be known; and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from sls_leastpriv.check.trials import Ask

State = Literal["allowed", "missing", "unknown"]

Lack = Literal["identity", "boundary", "deny", "organization"]
"""What stands in the way: no identity policy allows it, the boundary or the organization does not, or a statement denies it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome for one trial. `keys` are the context keys that decide, where that is why it cannot be known."""

    state: State
    reason: str = ""
    lacks: frozenset[Lack] = frozenset()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one ask."""

    ask: Ask
    finding: Finding = field(default_factory=lambda: Finding("allowed"))


ALLOWED: Final = Finding("allowed")

_WORST_FIRST: Final[tuple[State, ...]] = ("missing", "unknown", "allowed")


def together(findings: Sequence[Finding], doubtful: frozenset[str]) -> Finding:
    """The finding for an ask with several trials: the worst, unless it is not known which of them is made."""
    states = {finding.state for finding in findings}
    if doubtful and len(states) > 1:
        return depends_on(doubtful)
    return min(findings, key=lambda finding: _WORST_FIRST.index(finding.state))


def depends_on(keys: frozenset[str], where: str = "") -> Finding:
    """Not to be known, because of context keys."""
    named = ", ".join(f"`{key}`" for key in sorted(keys))
    return Finding("unknown", f"depends on {named}{where}", keys=keys)


def lacking(lacks: frozenset[Lack]) -> Finding:
    """Missing, because the kinds of policies that are named do not allow it."""
    return Finding("missing", ", and ".join(text for lack, text in _LACKING.items() if lack in lacks), lacks)


_LACKING: Final[dict[Lack, str]] = {
    "identity": "no policy allows it",
    "boundary": "the permissions boundary does not allow it",
    "organization": "the organization's service control policies do not allow it",
    "deny": "a statement denies it",
}
