"""JSON for CDK: the properties of `CfnManagedPolicy` and `CfnRole`, ready to be spread into them.

`iam.PolicyDocument.fromJson` takes each `policyDocument` too
(https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.PolicyDocument.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sls_leastpriv.model import Policy
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.roles import Role
from sls_leastpriv.policy.trust import trust_document
from sls_leastpriv.render.cloudformation import description


def cdk_properties(
    stack: str, policies: Sequence[Policy], roles: Sequence[Role], *, account: str, partition: str
) -> dict[str, Any]:
    """`{"managedPolicies": [CfnManagedPolicyProps], "roles": [CfnRoleProps]}`; a policy names the role that holds it."""
    holders = {policy.name: role.name for role in roles for policy in role.policies}
    return {
        "managedPolicies": [
            {
                "managedPolicyName": policy.name,
                "description": description(policy, stack),
                "policyDocument": policy_document(policy.statements),
                **({"roles": [holders[policy.name]]} if policy.name in holders else {}),
            }
            for policy in policies
        ],
        "roles": [
            {
                "roleName": role.name,
                "path": role.path,
                "assumeRolePolicyDocument": trust_document(role.trust, account=account, partition=partition),
            }
            for role in roles
        ],
    }
