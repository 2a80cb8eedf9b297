"""Actions with which a principal can give itself more than it has.

Sources:
- https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
- https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html (removing or replacing a boundary)
"""

from __future__ import annotations

from typing import Final

ESCALATING: Final[dict[str, str]] = {
    "iam:AddUserToGroup": "joins a group with more permissions",
    "iam:AttachGroupPolicy": "attaches any policy to its own group",
    "iam:AttachRolePolicy": "attaches any policy to a role it can assume",
    "iam:AttachUserPolicy": "attaches any policy to itself",
    "iam:CreateAccessKey": "makes an access key of another user",
    "iam:CreateLoginProfile": "sets a password for another user",
    "iam:CreatePolicyVersion": "rewrites a policy that is attached to it",
    "iam:DeleteRolePermissionsBoundary": "takes a boundary off a role",
    "iam:DeleteUserPermissionsBoundary": "takes a boundary off a user",
    "iam:PassRole": "gives a service a role with more permissions",
    "iam:PutGroupPolicy": "writes a policy into its own group",
    "iam:PutRolePermissionsBoundary": "replaces the boundary of a role",
    "iam:PutRolePolicy": "writes a policy into a role it can assume",
    "iam:PutUserPermissionsBoundary": "replaces the boundary of a user",
    "iam:PutUserPolicy": "writes a policy into itself",
    "iam:SetDefaultPolicyVersion": "brings back an older, wider version of a policy",
    "iam:UpdateAssumeRolePolicy": "lets itself assume a role",
    "iam:UpdateLoginProfile": "changes the password of another user",
    "lambda:UpdateFunctionCode": "runs code with the role of a function",
    "sts:AssumeRole": "assumes a role with more permissions",
}
