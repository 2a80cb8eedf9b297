"""Policies → the paths by which whoever holds them gets more. Pure; the methods are data.

A service's own roles, users and functions are known, and so is what acting as them is worth. Everything else that the policies
reach (any role of a pattern, any function) is taken for stronger than the attacker, because nothing here says that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sls_leastpriv.declared.identity import Document, Identity
from sls_leastpriv.escalation.attack import Attack, Steps
from sls_leastpriv.escalation.holders import BOUNDARY_KEY, Holder
from sls_leastpriv.escalation.landscape import Landscape
from sls_leastpriv.escalation.methods import Does, Method, methods
from sls_leastpriv.escalation.paths import Path, Reach
from sls_leastpriv.policy.patterns import arn_covers, arn_intersects

_EMPTY: Final = Landscape()


def analyse(
    documents: Iterable[Document], landscape: Landscape = _EMPTY, boundary: Iterable[Document] | None = None
) -> tuple[Path, ...]:
    """The paths of whoever holds the policy documents, the widest first; no path for what no method of the catalogue reaches.

    `boundary` is its own permissions boundary, where it has one. ServiceError for a document that IAM would refuse.
    """
    attack = Attack(documents, landscape, boundary)
    found = [path for target in landscape.targets for path in _of_target(attack, target)]
    found += [path for method in methods() for path in _of_others(attack, method)]
    return tuple(sorted(dict.fromkeys(found), key=lambda path: _WORST_FIRST.index(path.reach)))


_WORST_FIRST: Final[tuple[Reach, ...]] = ("anything", "unknown", "boundary", "declared")


def _of_target(attack: Attack, target: Identity) -> Iterator[Path]:
    """The paths through a target that is known: each way to write it with one to act as it, and the other way round."""
    name = f"{target.kind} {target.name}"
    uses = list(attack.uses(target))
    itself = any(arn_intersects(own, target.arn) for own in attack.landscape.own)
    if not uses and not itself:
        return
    writes = list(attack.writes(target))
    free = [steps for limit, steps in writes if limit is None]
    bound = [(limit, steps) for limit, steps in writes if limit is not None]
    if free:
        yield from (Path("anything", name, (*steps, *(uses[0] if uses else ()))) for steps in free)
        yield from (Path("anything", name, (*free[0], *steps)) for steps in uses[1:])
    elif bound:
        limit, first = bound[0]
        yield from (Path("boundary", name, (*steps, *(uses[0] if uses else ())), one) for one, steps in bound)
        yield from (Path("boundary", name, (*first, *steps), limit) for steps in uses[1:])
    else:
        yield from (Path("declared", name, steps) for steps in uses)


def _of_others(attack: Attack, method: Method) -> Iterator[Path]:
    """The paths of a method through what the service does not declare: patterns that only the policies name."""
    place = "target" if method.kind is None else "workload"
    actions = next(step.actions for step in method.steps if step.on == place)
    seen: set[str] = set()
    for holder in attack.holders:
        for pattern in sorted({resource for action in actions for resource in holder.named(action)} - seen):
            if _is_known(attack.landscape, method, pattern):
                continue
            reach, steps = _reached(attack, method, pattern, holder)
            if steps is not None:
                seen.add(pattern)
                what = f"the role of {method.kind} {pattern}" if method.kind else f"{method.target} {pattern}"
                yield Path(reach, what, steps, _bounds(attack) if reach == "boundary" else None)
    for one in attack.landscape.workloads if method.kind else ():
        if one.kind == method.kind and one.role is not None and not _is_declared(attack.landscape, one.role):
            outside = attack.steps(method, one.role, one.arn)
            if outside is not None:
                yield Path("unknown", f"role {one.role}", outside)


_REACH: Final[dict[Does, Reach]] = {
    "write": "anything",
    "rewrite": "anything",
    "use": "unknown",
    "join": "unknown",
    "lift": "unknown",
}


def _reached(attack: Attack, method: Method, pattern: str, by: Holder) -> tuple[Reach, Steps | None]:
    """What a method reaches on a pattern, without a boundary if that works, else within one."""
    reach = _REACH[method.does]
    target, workload = ("", pattern) if method.kind else (pattern, "")
    steps = attack.steps(method, target, workload, absent=(BOUNDARY_KEY,), by=by)
    if steps is None and method.does in ("write", "lift"):
        steps = attack.steps(method, target, workload, by=by)
        reach = "boundary" if method.does == "write" else reach
    return reach, steps


def _bounds(attack: Attack) -> str | None:
    return ", ".join(sorted({bound for holder in attack.holders for bound in holder.boundaries})) or None


def _is_known(landscape: Landscape, method: Method, pattern: str) -> bool:
    """Whether a pattern holds nothing but what the landscape tells about."""
    if method.kind is not None:
        known = [one.arn for one in landscape.workloads if one.kind == method.kind]
        return any(arn_covers(arn, pattern) or arn_covers(f"{arn}:*", pattern) for arn in known)
    if method.target == "policy":
        return any(arn_covers(arn, pattern) for arn in landscape.policies)
    return any(one.kind == method.target and arn_covers(one.arn, pattern) for one in landscape.targets)


def _is_declared(landscape: Landscape, role: str) -> bool:
    return any(one.kind == "role" and arn_intersects(one.arn, role) for one in landscape.targets)
