"""What to make of a denial: not ours, no grant can help, already predicted, or something that the knowledge lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sls_leastpriv.learn.denial import Denial, Layer
from sls_leastpriv.learn.whose import Roles, Whose, whose
from sls_leastpriv.model import Need
from sls_leastpriv.policy.patterns import arn_covers, arn_intersects

Outcome = Literal["not-ours", "limit", "predicted", "learned", "unclear"]

_LIMITS: Final[dict[Layer, str]] = {
    "scp": "a service control policy does not allow it; only the organization's administrators can change that",
    "rcp": "a resource control policy does not allow it; only the organization's administrators can change that",
    "boundary": "the principal's permissions boundary does not allow it; whoever set the boundary has to allow it there",
    "session": "the session's own policy does not allow it; whoever starts the session has to pass a wider one",
    "endpoint": "the policy of the VPC endpoint does not allow it; it has to be allowed there, or called from elsewhere",
    "trust": "the trust policy of the role does not allow it; it has to be changed on that role",
    "account": "no policy of this account can allow it",
}
_DENY: Final = "a statement denies it explicitly, which no other statement can allow: the denying statement has to change"
_RESOURCE_DENY: Final = "the policy of the resource itself denies it explicitly: that statement has to change"
_RESOURCE: Final = "the policy of the resource itself does not allow it either: in another account, and for KMS keys, it has to"
_OWNERS: Final[dict[Whose, str]] = {
    "function": "the role of what is deployed asked for it at run time: it goes into that role, not into the deployer's policy",
    "caller": "somebody asked for it who uses what is deployed: no policy of the deployer has to do with it",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a denial means. `needs` are the predicted needs that cover it; `action` is the one that counts where several may."""

    denial: Denial
    whose: Whose
    outcome: Outcome
    reason: str
    needs: tuple[Need, ...] = ()
    actions: tuple[str, ...] = ()


def judge(denial: Denial, needs: Sequence[Need], roles: Roles) -> Verdict:
    """The verdict on one denial. `needs` are all that are predicted; empty where no service is given."""
    owner = whose(denial, roles)
    if denial.explicit:
        reason = _RESOURCE_DENY if denial.layer == "resource" else _LIMITS.get(denial.layer, _DENY)
        return Verdict(denial, owner, "limit", reason, actions=denial.actions)
    if denial.layer in _LIMITS:
        return Verdict(denial, owner, "limit", denial.note or _LIMITS[denial.layer], actions=denial.actions)
    if owner in _OWNERS:
        return Verdict(denial, owner, "not-ours", denial.note or _OWNERS[owner], actions=denial.actions)
    covering = tuple(need for need in needs if need.principal == owner and _is_about(need, denial))
    actions = _chosen(denial, needs, covering)
    if covering and all(any(need.action == action for need in covering) for action in actions):
        kept = tuple(need for need in covering if need.action in actions)
        return Verdict(denial, owner, "predicted", _predicted(denial, kept), kept, actions)
    if denial.doubt is not None and len(actions) > 1:
        return Verdict(denial, owner, "unclear", denial.doubt, actions=actions)
    return Verdict(
        denial,
        owner,
        "learned",
        _RESOURCE if denial.layer == "resource" else "no need that is predicted covers it",
        actions=actions,
    )


def _chosen(denial: Denial, needs: Sequence[Need], covering: Sequence[Need]) -> tuple[str, ...]:
    """Of the actions that a message may mean those that the service needs at all; without doubt all of them."""
    if denial.doubt is None or len(denial.actions) == 1:
        return denial.actions
    for some in (covering, needs):
        possible = {need.action for need in some} & set(denial.actions)
        if possible:
            return tuple(action for action in denial.actions if action in possible)
    return denial.actions


def _predicted(denial: Denial, needs: Sequence[Need]) -> str:
    stale = "the prediction has it: the policy that is attached is older, or another one; attach what `generate` writes"
    if denial.resource is None:
        return f"{stale} (on which resource, the message does not say)"
    conditions = {f"{one.operator} {one.key}" for need in needs for one in need.conditions}
    return f"{stale}; it holds under {', '.join(sorted(conditions))}" if conditions else stale


def _is_about(need: Need, denial: Denial) -> bool:
    if need.action not in denial.actions:
        return False
    if denial.resource is None:
        place = denial.place
        return place is None or need.cause.subject.name == place.logical_id or need.cause.subject.kind != "resource"
    if need.resource == "*":
        return True
    return any(
        arn_covers(need.resource, one) or ("*" in one and arn_intersects(need.resource, one)) for one in variants(denial.resource)
    )


def variants(resource: str) -> tuple[str, ...]:
    """The resource as the message has it, and as a policy would name it.

    CloudWatch Logs names a group with a `:log-stream:` tail, or with `:*`, where a policy names the group.
    """
    tail = resource.find(":log-stream:")
    if ":log-group:" not in resource:
        return (resource,)
    group = resource[:tail] if tail >= 0 else resource.removesuffix(":*")
    return (resource, group, f"{group}:*")
