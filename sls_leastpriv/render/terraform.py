"""Terraform configuration that creates the policies, and the roles that hold them.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sls_leastpriv.model import Policy
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.roles import Role
from sls_leastpriv.policy.trust import GITHUB_ISSUER, trust_document
from sls_leastpriv.render.cloudformation import description
from sls_leastpriv.render.hcl import Call, Raw, block

_ACCOUNT = "${data.aws_caller_identity.current.account_id}"
_PARTITION = "${data.aws_partition.current.partition}"
_PROVIDER = "github_provider"


def terraform_configuration(stack: str, policies: Sequence[Policy], roles: Sequence[Role]) -> str:
    """The configuration for the policies of the service that is deployed as `stack`."""
    blocks: list[str] = []
    if any(role.trust.subject is not None for role in roles):
        blocks += _provider()
    kinds = ("aws_caller_identity", "aws_partition")
    blocks += [block("data", kind, "current", body={}) for kind in kinds if _uses(kind, roles)]
    for role in roles:
        blocks += [_role(role), _output(f"{role.principal}_role_arn", f"aws_iam_role.{role.principal}.arn")]
    holders = {policy.name: role.principal for role in roles for policy in role.policies}
    for policy in policies:
        label = _label(policy, stack)
        arguments = {
            "name": policy.name,
            "description": description(policy, stack),
            "policy": Call("jsonencode", policy_document(policy.statements)),
        }
        blocks.append(block("resource", "aws_iam_policy", label, body=arguments))
        if policy.name in holders:
            attachment = {
                "role": Raw(f"aws_iam_role.{holders[policy.name]}.name"),
                "policy_arn": Raw(f"aws_iam_policy.{label}.arn"),
            }
            blocks.append(block("resource", "aws_iam_role_policy_attachment", label, body=attachment))
        else:
            blocks.append(_output(f"{label}_policy_arn", f"aws_iam_policy.{label}.arn"))
    return "\n".join(blocks)


def _uses(kind: str, roles: Sequence[Role]) -> bool:
    placeholder = _ACCOUNT if kind == "aws_caller_identity" else _PARTITION
    return any(placeholder in str(_trust(role)) for role in roles)


def _trust(role: Role) -> dict[str, Any]:
    return trust_document(role.trust, account=_ACCOUNT, partition=_PARTITION)


def _role(role: Role) -> str:
    arguments = {
        "name": role.name,
        "path": role.path,
        "assume_role_policy": Call("jsonencode", _with_templates(_trust(role))),
        "depends_on": Raw("[aws_iam_openid_connect_provider.github]") if role.trust.subject is not None else None,
    }
    return block("resource", "aws_iam_role", role.principal, body=arguments)


def _provider() -> list[str]:
    return [
        block(
            "variable",
            f"create_{_PROVIDER}",
            body={
                "type": Raw("bool"),
                "default": False,
                "description": "An account has one identity provider for GitHub; true where there is none yet",
            },
        ),
        block(
            "resource",
            "aws_iam_openid_connect_provider",
            "github",
            body={
                "count": Raw(f"var.create_{_PROVIDER} ? 1 : 0"),
                "url": f"https://{GITHUB_ISSUER}",
                "client_id_list": Raw('["sts.amazonaws.com"]'),
            },
        ),
    ]


def _output(name: str, value: str) -> str:
    return block("output", name, body={"value": Raw(value)})


def _with_templates(value: Any) -> Any:
    """Our own places in a trust policy are templates; nothing else in it is."""
    if isinstance(value, Mapping):
        return {key: _with_templates(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_templates(one) for one in value]
    return Raw(f'"{value}"') if isinstance(value, str) and "${data." in value else value


def _label(policy: Policy, stack: str) -> str:
    suffix = policy.name.removeprefix(f"{stack}-{policy.principal}")
    return re.sub(r"[^a-z0-9]+", "_", f"{policy.principal}{suffix}".lower())
