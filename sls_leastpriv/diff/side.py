"""One side of a comparison: what is needed or granted, and the circumstances that explain a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sls_leastpriv.generated_ids import need_with_lasting_name
from sls_leastpriv.model import PRINCIPALS, Gap, Need, Principal
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.merge import merge


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Which service it is and how it is deployed. None, or empty, where that is not known."""

    stack: str | None = None
    region: str | None = None
    account: str | None = None
    framework: str | None = None
    commands: tuple[str, ...] | None = None
    plugins: tuple[str, ...] | None = None
    written_by: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What one side grants to each principal. `needs` are empty where there is only a policy document."""

    label: str
    documents: Mapping[Principal, Sequence[Mapping[str, Any]]]
    needs: tuple[Need, ...] = ()
    gaps: tuple[Gap, ...] = ()
    circumstances: Circumstances = field(default_factory=Circumstances)
    has_needs: bool = False


def side_of_needs(label: str, needs: Sequence[Need], gaps: Sequence[Gap], circumstances: Circumstances) -> Side:
    """The side of a report.

    What only the previous deployment holds is left out: it is granted for the one deploy that drops it, and every comparison with
    what came before would call it new.
    """
    lasting = tuple(need_with_lasting_name(need) for need in needs if not need.cause.subject.previous)
    documents: dict[Principal, list[Mapping[str, Any]]] = {
        principal: [policy_document(merge(own))]
        for principal in PRINCIPALS
        if (own := [need for need in lasting if need.principal == principal])
    }
    return Side(label, documents, lasting, tuple(gaps), circumstances, has_needs=True)


def side_of_policies(label: str, documents: Sequence[Mapping[str, Any]]) -> Side:
    """The side of bare policy documents: they are the deployer's."""
    return Side(label, {"deployer": documents})


def changes_around(before: Circumstances, after: Circumstances) -> tuple[str, ...]:
    """Each circumstance that is known on both sides and differs."""
    pairs = {
        "stack": (before.stack, after.stack),
        "region": (before.region, after.region),
        "account": (before.account, after.account),
        "Framework": (before.framework, after.framework),
        "commands": (_listed(before.commands), _listed(after.commands)),
        "plugins": (_listed(before.plugins), _listed(after.plugins)),
        "written by": (before.written_by, after.written_by),
    }
    return tuple(f"{what} {old} → {new}" for what, (old, new) in pairs.items() if None not in (old, new) and old != new)


def _listed(names: tuple[str, ...] | None) -> str | None:
    return None if names is None else ", ".join(names) or "none"
