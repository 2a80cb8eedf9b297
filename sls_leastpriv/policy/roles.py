"""The roles that hold the policies: the deployer's where `--trust` says who assumes it, and CloudFormation's where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sls_leastpriv.model import Need, Policy, Principal
from sls_leastpriv.policy.split import policy_name
from sls_leastpriv.policy.trust import Trust

CLOUDFORMATION: Final = "cloudformation.amazonaws.com"

ROLE_NAME_LIMIT: Final = 64
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


@dataclass(frozen=True, slots=True)
class Role:
    """A role, who may assume it, and the managed policies that are attached to it."""

    name: str
    principal: Principal
    trust: Trust
    policies: tuple[Policy, ...]
    path: str = "/"


def roles_of(
    stack: str, policies: Sequence[Policy], needs: Iterable[Need], *, trust: Trust | None, cloudformation: str | None
) -> tuple[Role, ...]:
    """The roles of a service. `cloudformation` is the ARN of its CloudFormation role, None where it has none.

    That role trusts CloudFormation, and the services that it is passed to itself.
    """

    def own(principal: Principal) -> tuple[Policy, ...]:
        return tuple(policy for policy in policies if policy.principal == principal)

    found = []
    if trust is not None:
        found.append(Role(role_name(stack, "deployer"), "deployer", trust, own("deployer")))
    if cloudformation is not None and own("cloudformation"):
        path, _, name = cloudformation.partition(":role")[2].rpartition("/")
        trusted = Trust(services=_users(needs, cloudformation))
        found.append(Role(name, "cloudformation", trusted, own("cloudformation"), f"{path}/"))
    return tuple(found)


def _users(needs: Iterable[Need], role: str) -> tuple[str, ...]:
    """The services that a role is passed to, CloudFormation first."""
    passed = [need for need in needs if need.action == "iam:PassRole" and need.resource == role]
    named = {value for need in passed for one in need.conditions if one.key == "iam:PassedToService" for value in one.values}
    return (CLOUDFORMATION, *sorted(named - {CLOUDFORMATION}))


def role_name(stack: str, suffix: str) -> str:
    """`STACK-SUFFIX` within IAM's limit."""
    return policy_name(stack, suffix, ROLE_NAME_LIMIT)
