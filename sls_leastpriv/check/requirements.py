"""What the check itself needs of AWS, always on the principal itself and nothing else.

`sts:GetCallerIdentity` needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from typing import Final

from sls_leastpriv.check.identity import Identity
from sls_leastpriv.model import Cause, Gap, Need, Phase, Stack, Statement, Subject

SIMULATE: Final = "iam:SimulatePrincipalPolicy"

_SOURCE: Final = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html"
_PATH_SOURCE: Final = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html"

READS_OF_A_ROLE: Final = ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies")
READS_OF_A_USER: Final = (
    "iam:GetUser",
    "iam:GetUserPolicy",
    "iam:ListAttachedUserPolicies",
    "iam:ListGroupsForUser",
    "iam:ListUserPolicies",
)
READS_OF_GROUPS: Final = ("iam:GetGroupPolicy", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies")
READS_OF_POLICIES: Final = ("iam:GetPolicy", "iam:GetPolicyVersion")

CHECK_ACTIONS: Final = frozenset({SIMULATE, *READS_OF_A_ROLE, *READS_OF_A_USER, *READS_OF_GROUPS, *READS_OF_POLICIES})

_SUBJECT: Final = Subject("command", "check")
_PHASES: Final[frozenset[Phase]] = frozenset({"read"})


def needs_of_check(principal: Identity | None, stack: Stack) -> tuple[tuple[Need, ...], tuple[Gap, ...]]:
    """What the deployer needs so that its permissions can be checked: to simulate its own policies, and a role to read its path.

    Where the principal is not named it is taken for a user, because only a user can be named by a policy variable
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html); a gap says so.
    """
    if principal is None:
        iam = f"arn:{stack.partition}:iam::{stack.account or '*'}"
        resources: tuple[str, ...] = (f"{iam}:user/${{aws:username}}", f"{iam}:user/*/${{aws:username}}")
        gaps = (Gap(_SUBJECT, "the deployer is taken for a user; if it is a role, name it: `--principal ARN`"),)
        return tuple(_need(SIMULATE, resource) for resource in resources), gaps
    resources = _own(principal)
    needs = [_need(SIMULATE, resource) for resource in resources]
    if principal.kind == "role":
        needs += [_need("iam:GetRole", resource) for resource in resources]
    return tuple(needs), ()


def simulate_statement(principal: Identity) -> Statement:
    """The statement with which the principal may simulate its own policies."""
    actions = (SIMULATE,) if principal.kind == "user" else ("iam:GetRole", SIMULATE)
    return Statement(actions, _own(principal), (), ())


def read_statements(principal: Identity) -> tuple[Statement, ...]:
    """The statements with which the principal may read its own policies."""
    iam = f"arn:{principal.partition}:iam:"
    policies = (f"{iam}:{principal.account}:policy/*", f"{iam}:aws:policy/*")
    found = [
        Statement(READS_OF_A_ROLE if principal.kind == "role" else READS_OF_A_USER, _own(principal), (), ()),
        Statement(READS_OF_POLICIES, policies, (), ()),
    ]
    if principal.kind == "user":
        found.append(Statement(READS_OF_GROUPS, (f"{iam}:{principal.account}:group/*",), (), ()))
    return tuple(found)


def _own(principal: Identity) -> tuple[str, ...]:
    """The principal's own ARN; for a role of unknown path, its name below any path: names are unique in an account."""
    if principal.kind == "role" and principal.path is None:
        iam = f"arn:{principal.partition}:iam::{principal.account}:role"
        return (f"{iam}/*/{principal.name}", f"{iam}/{principal.name}")
    return (principal.arn,)


def _need(action: str, resource: str) -> Need:
    if action == SIMULATE:
        why, source = "the check asks IAM what the deployer's own policies allow", _SOURCE
    else:
        why, source = "the check reads the path of the deployer's own role, which its session does not say", _PATH_SOURCE
    return Need(action, resource, "deployer", _PHASES, Cause(_SUBJECT, why, source))
