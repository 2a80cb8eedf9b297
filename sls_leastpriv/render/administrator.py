"""The commands that an administrator runs once: they create the policies, and the roles that hold them.

The policies get the path that `apply` looks under, so that it goes on from there.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from sls_leastpriv.model import Policy, Stack
from sls_leastpriv.plain import one_line
from sls_leastpriv.policy.roles import Role
from sls_leastpriv.policy.trust import GITHUB_ISSUER


def administrator_commands(
    stack: Stack, policies: Sequence[Policy], roles: Sequence[Role], folder: str, holder: tuple[str, str] | None
) -> str:
    """A shell script. `folder` holds the documents; `holder` is the kind and the name of who gets the deployer's policies."""
    lines = [f"# what {one_line(stack.name)} needs before its first deploy; run it as an administrator of the account", "set -e"]
    if stack.account is None and (holder is not None or any(role.policies for role in roles)):
        lines.append("ACCOUNT=$(aws sts get-caller-identity --query Account --output text)")
    if any(role.trust.subject is not None for role in roles):
        provider = f"aws iam create-open-id-connect-provider --url https://{GITHUB_ISSUER} --client-id-list sts.amazonaws.com"
        lines += ["# once in an account:", f"# {provider}"]
    for role in roles:
        path = ("--path", role.path) if role.path != "/" else ()
        document = f"file://{folder}/{role.name}-trust.json"
        lines.append(_aws("create-role", "--role-name", role.name, *path, "--assume-role-policy-document", document))
    holders = {policy.name: ("role", role.name) for role in roles for policy in role.policies}
    for policy in policies:
        lines += _policy(stack, policy, folder, holders.get(policy.name) or (holder if policy.principal == "deployer" else None))
    return "\n".join(lines) + "\n"


def _policy(stack: Stack, policy: Policy, folder: str, holder: tuple[str, str] | None) -> Iterator[str]:
    path = f"/leastpriv/{stack.name}-{policy.principal}/"
    document = f"file://{folder}/{policy.name}.json"
    yield _aws("create-policy", "--policy-name", policy.name, "--path", path, "--policy-document", document)
    if holder is not None:
        kind, name = holder
        account = shlex.quote(stack.account) if stack.account is not None else '"$ACCOUNT"'
        arn = f"{shlex.quote(f'arn:{stack.partition}:iam::')}{account}{shlex.quote(f':policy{path}{policy.name}')}"
        yield f"{_aws(f'attach-{kind}-policy', f'--{kind}-name', name, '--policy-arn')} {arn}"


def _aws(*words: str) -> str:
    """A command line; names of the service are words of it and nothing more."""
    return shlex.join(("aws", "iam", *words))
