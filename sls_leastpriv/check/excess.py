"""What is granted and never needed: by service, by wildcard, and what lets the principal give itself more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sls_leastpriv.check.evidence import Evidence
from sls_leastpriv.check.granted import Grant, grants_of
from sls_leastpriv.check.requirements import CHECK_ACTIONS
from sls_leastpriv.escalation.methods import escalating_actions
from sls_leastpriv.model import Need
from sls_leastpriv.policy.patterns import arn_covers


@dataclass(frozen=True, slots=True)
class WildcardGrant:
    """An action pattern in a policy: how many published actions it is, and how many of them are needed."""

    pattern: str
    policy: str
    position: int
    granted: int
    needed: int


@dataclass(frozen=True, slots=True)
class Escalation:
    """A privilege-escalating action that is granted on more than is needed: `resources` are those that no need covers."""

    action: str
    how: str
    resources: tuple[str, ...]
    needed: tuple[str, ...]
    conditional: bool


@dataclass(frozen=True, slots=True)
class Excess:
    """Granted, never needed by this service.

    `unneeded` are the actions by service; `wide` are needed actions that are granted on every resource though each need is
    narrower; `granted` counts all actions that are granted.
    """

    granted: int
    unneeded: Mapping[str, tuple[str, ...]]
    wide: tuple[str, ...]
    wildcards: tuple[WildcardGrant, ...]
    escalating: tuple[Escalation, ...]

    @property
    def count(self) -> int:
        """How many actions are granted and never needed."""
        return sum(map(len, self.unneeded.values()))


def excess_of(evidence: Evidence, needs: Iterable[Need]) -> Excess | None:
    """What the identity policies grant too much; None where the evidence holds no policies."""
    if not evidence.has_policies:
        return None
    grants = grants_of(evidence.identity, evidence.boundary)
    resources: dict[str, set[str]] = {}
    for need in needs:
        resources.setdefault(need.action, set()).add(need.resource)
    granted = {action for grant in grants for action in grant.actions}
    needed = set(resources) | CHECK_ACTIONS
    return Excess(
        granted=len(granted),
        unneeded=_by_service(granted - needed),
        wide=tuple(sorted(_wide(grants, resources), key=str.lower)),
        wildcards=tuple(_wildcards(grants, needed)),
        escalating=tuple(_escalating(grants, resources)),
    )


def _by_service(actions: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for action in sorted(actions, key=str.lower):
        found.setdefault(action.partition(":")[0], []).append(action)
    return {service: tuple(names) for service, names in found.items()}


def _wide(grants: Sequence[Grant], resources: Mapping[str, set[str]]) -> Iterable[str]:
    everywhere = {action for grant in grants if "*" in grant.resources and not grant.all_but for action in grant.actions}
    return (action for action in everywhere if action in resources and "*" not in resources[action])


def _wildcards(grants: Sequence[Grant], needed: set[str]) -> Iterable[WildcardGrant]:
    for grant in grants:
        patterns = [pattern for pattern in grant.patterns if "*" in pattern or "?" in pattern]
        if patterns or not grant.patterns:
            name = ", ".join(patterns) if patterns else "NotAction"
            yield WildcardGrant(name, grant.policy, grant.position, len(grant.actions), len(grant.actions & needed))


def _escalating(grants: Sequence[Grant], resources: Mapping[str, set[str]]) -> Iterable[Escalation]:
    for action, how in escalating_actions().items():
        wanted = resources.get(action, set())
        wide = {
            (f"all but {resource}" if grant.all_but else resource, grant.conditional)
            for grant in grants
            if action in grant.actions
            for resource in grant.resources
            if grant.all_but or not any(arn_covers(one, resource) for one in wanted)
        }
        if wide:
            names = tuple(sorted({resource for resource, _ in wide}))
            yield Escalation(action, how, names, tuple(sorted(wanted)), all(conditional for _, conditional in wide))
