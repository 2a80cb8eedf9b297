"""What was predicted against what was seen: each confirms or corrects the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sls_leastpriv.facts.service import deployment_role
from sls_leastpriv.knowledge.trail import trail
from sls_leastpriv.model import Need, Project
from sls_leastpriv.observe.seen import Seen
from sls_leastpriv.observe.uses import Use
from sls_leastpriv.policy.patterns import arn_covers, arn_intersects

Unseen = Literal["delete", "invisible", "never"]
"""Why a need was not seen: only a delete asks for it and there was none; CloudTrail does not record it; or it never was asked."""

_DEPLOYS: Final = frozenset({"CreateStack", "UpdateStack", "ExecuteChangeSet", "DeleteStack"})
_CLOUDFORMATION: Final = "cloudformation.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The classes. `observed_only` are uses of this service that nothing predicts, `elsewhere` counts those of something else."""

    confirmed: tuple[Need, ...]
    unseen: tuple[tuple[Need, Unseen], ...]
    observed_only: tuple[Use, ...]
    elsewhere: int
    deploys: int
    deletes: int


def reconcile(project: Project, needs: Sequence[Need], uses: Iterable[Use], seen: Iterable[Seen]) -> Reconciled:
    """The needs and the uses of a service in their classes. Only calls that succeeded confirm or correct anything."""
    worked = [use for use in uses if use.result == "ok"]
    by_action: dict[str, list[Use]] = {}
    for use in worked:
        by_action.setdefault(use.action, []).append(use)
    deploys = _count(seen := tuple(seen), project.stack.name, _DEPLOYS - {"DeleteStack"})
    deletes = _count(seen, project.stack.name, frozenset({"DeleteStack"}))
    confirmed, unseen = [], []
    for need in needs:
        if any(_meets(need, use) for use in by_action.get(need.action, ())):
            confirmed.append(need)
        else:
            unseen.append((need, _why(need, deletes)))
    predicted: dict[str, list[Need]] = {}
    for need in needs:
        predicted.setdefault(need.action, []).append(need)
    new = [use for use in worked if not any(_meets(need, use) for need in predicted.get(use.action, ()))]
    ours = [use for use in new if _is_ours(use, project, needs)]
    return Reconciled(tuple(confirmed), tuple(unseen), _together(ours), len(new) - len(ours), deploys, deletes)


def principals_of(project: Project, seen: Sequence[Seen]) -> tuple[str, ...]:
    """Whoever deployed this stack, and its CloudFormation role."""
    role = deployment_role(project)
    found = {one.key.principal for one in seen if _deploys(one, project.stack.name, _DEPLOYS)}
    if isinstance(role, str):
        found.add(role)
    return tuple(sorted(found))


def _count(seen: Iterable[Seen], stack: str, names: frozenset[str]) -> int:
    return sum(one.events for one in seen if _deploys(one, stack, names))


def _deploys(one: Seen, stack: str, names: frozenset[str]) -> bool:
    key = one.key
    if key.source != _CLOUDFORMATION or key.name not in names or key.result != "ok":
        return False
    return any(name is not None and (name == stack or f":stack/{stack}/" in name) for name in key.names)


def _why(need: Need, deletes: int) -> Unseen:
    if need.action in trail().unseen:
        return "invisible"
    return "delete" if need.phases == {"delete"} and not deletes else "never"


def _meets(need: Need, use: Use) -> bool:
    return any(
        need.resource == "*" or one == "*" or arn_covers(need.resource, one) or ("*" in one and arn_intersects(need.resource, one))
        for one in use.resources
    )


def _is_ours(use: Use, project: Project, needs: Sequence[Need]) -> bool:
    """Whether a use concerns this service: its names are in the resource, or the resource is one that something else predicts."""
    names = (project.stack.name, f"{project.service}-{project.stage}")
    for one in use.resources:
        if any(name in one for name in names):
            return True
        if one != "*" and "*" not in one and any(need.resource != "*" and arn_covers(need.resource, one) for need in needs):
            return True
    return False


def _together(uses: Sequence[Use]) -> tuple[Use, ...]:
    """Uses of one action on one resource as one."""
    kept: dict[tuple[object, ...], Use] = {}
    for use in uses:
        key = (use.action, use.resources, use.principal, use.invoked_by)
        known = kept.get(key)
        kept[key] = use if known is None else _sum(known, use)
    return tuple(sorted(kept.values(), key=lambda use: (use.action, use.resources)))


def _sum(one: Use, other: Use) -> Use:
    return Use(
        one.principal,
        one.action,
        one.resources,
        one.invoked_by,
        one.result,
        one.events + other.events,
        min(one.first, other.first),
        max(one.last, other.last),
        one.conditions,
        one.inferred,
    )
