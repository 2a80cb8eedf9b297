"""The proof of a role split: together the principals hold all needs, and none holds what only the other needs.

Holding is asked of the evaluator, on the written documents. Not holding is stronger than that: no statement of a principal names an
action on any resource that the other's need could mean, under whatever conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sls_leastpriv.model import Condition, Need, Policy, Principal
from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.evaluate import Request, evaluate_pattern
from sls_leastpriv.policy.patterns import arn_intersects
from sls_leastpriv.policy.widen import single_values

_ACCOUNT: Final = "000000000000"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved.

    `needs` counts by principal; `missing` are needs that are not held, `foreign` needs that another principal holds without needing
    them itself; `shared` are the actions and resources that several principals need.
    """

    needs: Mapping[Principal, int]
    missing: tuple[Need, ...]
    foreign: tuple[tuple[Principal, Need], ...]
    shared: tuple[tuple[str, str], ...]

    @property
    def holds(self) -> bool:
        """Whether the split is what it must be."""
        return not self.missing and not self.foreign


def prove(policies: Sequence[Policy], needs: Iterable[Need]) -> Proof:
    """Proves the split of needs over the principals of the policies."""
    by_principal: dict[Principal, list[Need]] = {}
    for need in needs:
        by_principal.setdefault(need.principal, []).append(need)
    missing = [need for principal, own in by_principal.items() for need in _not_held(policies, principal, own)]
    foreign: list[tuple[Principal, Need]] = []
    shared: set[tuple[str, str]] = set()
    for principal, own in by_principal.items():
        held = _by_action((action, resource) for action, resource in _written(policies, principal))
        asked = _by_action((need.action, need.resource) for need in own)
        for other, theirs in by_principal.items():
            for need in theirs if other != principal else ():
                if not _meets(held, need):
                    continue
                if _meets(asked, need):
                    shared.add((need.action, need.resource))
                else:
                    foreign.append((principal, need))
    counts = {principal: len(own) for principal, own in by_principal.items()}
    return Proof(counts, tuple(missing), tuple(foreign), tuple(sorted(shared)))


def _not_held(policies: Sequence[Policy], principal: Principal, needs: Iterable[Need]) -> Iterator[Need]:
    compiled = [
        compile_policy(policy_document(policy.statements), policy.name) for policy in policies if policy.principal == principal
    ]
    for need in needs:
        for conditions in single_values(need.conditions):
            request = Request(need.action, need.resource, _context(conditions), complete=True)
            if evaluate_pattern(request, identity=compiled).outcome != "allowed":
                yield need
                break


def _context(conditions: Iterable[Condition]) -> dict[str, list[str]]:
    """What the request of a need carries: the values that its own conditions ask for."""
    context = {"aws:PrincipalAccount": [_ACCOUNT]}
    for condition in conditions:
        if "Not" not in condition.operator:
            context[condition.key] = [value.replace("${aws:PrincipalAccount}", _ACCOUNT) for value in condition.values]
    return context


def _written(policies: Sequence[Policy], principal: Principal) -> Iterator[tuple[str, str]]:
    for policy in policies:
        if policy.principal == principal:
            for statement in policy.statements:
                yield from ((action, resource) for action in statement.actions for resource in statement.resources)


def _by_action(pairs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for action, resource in pairs:
        found.setdefault(action, set()).add(resource)
    return found


def _meets(resources: Mapping[str, set[str]], need: Need) -> bool:
    return any(arn_intersects(one, need.resource) for one in resources.get(need.action, ()))
