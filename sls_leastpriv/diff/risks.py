"""Why a new permission deserves a look, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sls_leastpriv.escalation.methods import escalating_actions, methods
from sls_leastpriv.knowledge.published import action_of
from sls_leastpriv.knowledge.risks import data_use, stateful
from sls_leastpriv.model import Need, Statement
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.evaluate import Request, compile_policy, evaluate
from sls_leastpriv.policy.grants import Grant

RiskKind = Literal["escalation", "any resource", "new service", "data", "delete"]
ORDER: Final[tuple[RiskKind, ...]] = ("escalation", "any resource", "new service", "data", "delete")


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason for a look, with a sentence."""

    kind: RiskKind
    text: str


def risks_of(grant: Grant, needs: Sequence[Need], services_before: frozenset[str]) -> tuple[Risk, ...]:
    """The risks of a grant that is new. `services_before` are the IAM prefixes that the principal used already."""
    action = grant.action
    prefix = action.partition(":")[0].lower()
    found: list[Risk] = []
    escalates = _escalates(grant)
    if escalates is not None:
        found.append(Risk("escalation", f"`{action}` {escalates}"))
    elif action == "iam:PassRole":
        found.append(Risk("escalation", "`iam:PassRole` lets a service act as the role"))
    published = action_of(action)
    if "*" in action or "?" in action:
        found.append(Risk("any resource", f"`{action}` grants every action that it matches"))
    elif grant.resource == "*" and published is not None and published["resources"]:
        found.append(Risk("any resource", f"`{action}` on every resource, although IAM could narrow it"))
    if prefix not in services_before:
        found.append(Risk("new service", f"nothing of `{prefix}` was granted before"))
    use = data_use(action)
    if use is not None:
        found.append(Risk("data", f"`{action}` {use}"))
    if _deletes(action) and any("delete" in need.phases and stateful(need.cause.subject.type) for need in needs):
        found.append(Risk("delete", f"`{action}` destroys what is stored"))
    return tuple(found)


def _escalates(grant: Grant) -> str | None:
    """What the first published method of escalation does that the grant allows under its conditions; None where there is none."""
    if grant.action not in escalating_actions():
        return None
    policy = compile_policy(policy_document([Statement((grant.action,), (grant.resource,), grant.conditions, ())]))
    for method in methods():
        placed = [step for step in method.steps if step.on is not None]
        for step in placed if len(placed) == 1 else ():
            request = Request(grant.action, grant.resource, step.given)
            if grant.action in step.actions and evaluate(request, identity=[policy]).outcome in ("allowed", "unknown"):
                return method.why
    return None


def rank(risks: Iterable[Risk]) -> int:
    """The place of the gravest risk; behind all of them for none."""
    return min((ORDER.index(risk.kind) for risk in risks), default=len(ORDER))


def _deletes(action: str) -> bool:
    return action.partition(":")[2].startswith(("Delete", "Terminate", "Purge", "ScheduleKeyDeletion"))
