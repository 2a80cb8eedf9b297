"""A CloudFormation template that creates the policies, and the roles that hold them. Deployable as it is.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sls_leastpriv.model import Policy
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.roles import Role
from sls_leastpriv.policy.trust import GITHUB_ISSUER, trust_document

_ACCOUNT = "${AWS::AccountId}"
_PARTITION = "${AWS::Partition}"


def cloudformation_template(stack: str, policies: Sequence[Policy], roles: Sequence[Role]) -> dict[str, Any]:
    """The template for the policies of the service that is deployed as `stack`."""
    resources: dict[str, Any] = {}
    federated = any(role.trust.subject is not None for role in roles)
    for role in roles:
        resources[f"{_word(role.principal)}Role"] = _role(role, federated=role.trust.subject is not None)
    holders = {policy.name: f"{_word(role.principal)}Role" for role in roles for policy in role.policies}
    for policy in policies:
        resources[_logical_id(policy, stack)] = _policy(policy, stack, holders.get(policy.name))
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"What the deployer of {stack} may do: least privilege, by serverless-leastpriv",
    }
    outputs = {f"{name}Arn": {"Value": _arn(name, resources)} for name in resources}
    if federated:
        template |= _PROVIDER_CHOICE
        resources["GitHubProvider"] = _provider()
    return {**template, "Resources": resources, "Outputs": outputs}


def _arn(logical_id: str, resources: dict[str, Any]) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]} if resources[logical_id]["Type"] == "AWS::IAM::Role" else {"Ref": logical_id}


def _policy(policy: Policy, stack: str, role: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "ManagedPolicyName": policy.name,
        "Description": description(policy, stack),
        "PolicyDocument": policy_document(policy.statements),
    }
    if role is not None:
        properties["Roles"] = [{"Ref": role}]
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def description(policy: Policy, stack: str) -> str:
    """What IAM shows beside a policy's name."""
    return f"What {'CloudFormation' if policy.principal == 'cloudformation' else 'the deployer'} may do for {stack}"


def _role(role: Role, *, federated: bool) -> dict[str, Any]:
    trust = _with_pseudo_parameters(trust_document(role.trust, account=_ACCOUNT, partition=_PARTITION))
    if federated:
        # by reference, so that the provider is there before the role that trusts it
        principal = trust["Statement"][0]["Principal"]
        principal["Federated"] = {"Fn::If": ["CreatesGitHubProvider", {"Ref": "GitHubProvider"}, principal["Federated"]]}
    return {"Type": "AWS::IAM::Role", "Properties": {"RoleName": role.name, "Path": role.path, "AssumeRolePolicyDocument": trust}}


def _provider() -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::OIDCProvider",
        "Condition": "CreatesGitHubProvider",
        "Properties": {"Url": f"https://{GITHUB_ISSUER}", "ClientIdList": ["sts.amazonaws.com"]},
    }


_PROVIDER_CHOICE = {
    "Parameters": {
        "CreateGitHubProvider": {
            "Type": "String",
            "Description": "An account has one identity provider for GitHub; true where there is none yet",
            "AllowedValues": ["true", "false"],
            "Default": "false",
        }
    },
    "Conditions": {"CreatesGitHubProvider": {"Fn::Equals": [{"Ref": "CreateGitHubProvider"}, "true"]}},
}


def _with_pseudo_parameters(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_pseudo_parameters(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_pseudo_parameters(one) for one in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${AWS::" in value else value


def _logical_id(policy: Policy, stack: str) -> str:
    """The principal and what follows the policy's own name: stays when other policies come and go."""
    suffix = policy.name.removeprefix(f"{stack}-{policy.principal}")
    return f"{_word(policy.principal)}Policy{''.join(_word(part) for part in re.split(r'[^A-Za-z0-9]+', suffix))}"


def _word(text: str) -> str:
    return {"cloudformation": "CloudFormation"}.get(text, text[:1].upper() + text[1:])
