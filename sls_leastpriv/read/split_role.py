"""`--split-role`: the service as it is packaged once `provider.iam.deploymentRole` names a role of its own.

Then the Framework makes that role the one of the functions behind its custom resources too:
https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/custom-resources/index.js
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sls_leastpriv.model import Stack
from sls_leastpriv.policy.roles import role_name

CUSTOM_RESOURCES_ROLE: Final = "IamRoleCustomResourcesLambdaExecution"


def split_role_arn(stack: Stack) -> str:
    """The ARN of the role that CloudFormation gets."""
    return f"arn:{stack.partition}:iam::{stack.account or '*'}:role/{role_name(stack.name, 'cloudformation')}"


def has_deployment_role(provider: Mapping[str, Any]) -> bool:
    """Whether the configuration's `provider` names a role already."""
    iam = provider.get("iam")
    return bool((isinstance(iam, Mapping) and iam.get("deploymentRole")) or provider.get("cfnRole"))


def configuration_with_role(config: Mapping[str, Any] | None, arn: str) -> Mapping[str, Any]:
    """The configuration with `provider.iam.deploymentRole`."""
    config = config or {}
    provider = config.get("provider")
    provider = provider if isinstance(provider, Mapping) else {}
    iam = provider.get("iam")
    return {**config, "provider": {**provider, "iam": {**(iam if isinstance(iam, Mapping) else {}), "deploymentRole": arn}}}


def template_with_role(template: Mapping[str, Any] | None, arn: str) -> Mapping[str, Any] | None:
    """The compiled template without the role of the custom resources' functions, which have the deployment role instead."""
    if template is None or CUSTOM_RESOURCES_ROLE not in template.get("Resources", {}):
        return template
    resources = {logical_id: _handed_over(body, arn) for logical_id, body in template["Resources"].items()}
    del resources[CUSTOM_RESOURCES_ROLE]
    return {**template, "Resources": resources}


def _handed_over(body: Any, arn: str) -> Any:
    properties = body.get("Properties") if isinstance(body, Mapping) else None
    if not isinstance(properties, Mapping) or properties.get("Role") != {"Fn::GetAtt": [CUSTOM_RESOURCES_ROLE, "Arn"]}:
        return body
    return {**body, "Properties": {**properties, "Role": arn}, "DependsOn": []}
