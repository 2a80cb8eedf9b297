"""A deployer whom moto knows: a user with an access key of its own, and the policies that the proxy judges by attached to it."""

from __future__ import annotations

import json

from tests.e2e.loop.judge import Policy
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.resources import ACCOUNT

NAME = "deployer"
ARN = f"arn:aws:iam::{ACCOUNT}:user/{NAME}"
REGION = "us-east-1"

READS: Policy = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "iam:GetUser",
                "iam:GetUserPolicy",
                "iam:ListAttachedUserPolicies",
                "iam:ListGroupsForUser",
                "iam:ListUserPolicies",
            ],
            "Resource": ARN,
        },
        {
            "Effect": "Allow",
            "Action": ["iam:GetPolicy", "iam:GetPolicyVersion"],
            "Resource": [f"arn:aws:iam::{ACCOUNT}:policy/*", "arn:aws:iam::aws:policy/*"],
        },
    ],
}
"""With which a user without groups may read its own policies: what the check itself offers."""


class Deployer:
    """The user, and the environment of a process that acts as it."""

    def __init__(self, loop: Loop) -> None:
        self._iam = loop.moto.client("iam", REGION)
        self._iam.create_user(UserName=NAME)
        key = self._iam.create_access_key(UserName=NAME)["AccessKey"]
        self.variables = {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            # the engine's own requests; the Framework's are redirected anyway
            "AWS_ENDPOINT_URL_IAM": loop.proxy.address.url,
            "AWS_ENDPOINT_URL_STS": loop.proxy.address.url,
        }

    def hold(self, *policies: Policy) -> Policy:
        """Attaches these policies and no others. → all of them as one, for the proxy."""
        iam = self._iam
        for attached in iam.list_attached_user_policies(UserName=NAME)["AttachedPolicies"]:
            iam.detach_user_policy(UserName=NAME, PolicyArn=attached["PolicyArn"])
            iam.delete_policy(PolicyArn=attached["PolicyArn"])
        for number, policy in enumerate(policies):
            made = iam.create_policy(PolicyName=f"held-{number}", PolicyDocument=json.dumps(policy))
            iam.attach_user_policy(UserName=NAME, PolicyArn=made["Policy"]["Arn"])
        return {"Version": "2012-10-17", "Statement": [one for policy in policies for one in policy["Statement"]]}
