"""Assumes the deployer's role for one deploy: temporary credentials that hold the needs of this deploy and nothing else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.failures import Denied
from sls_leastpriv.errors import AwsError
from sls_leastpriv.session.policy import SessionPolicy

SESSION_NAME: Final = "sls-leastpriv"

CREDENTIALS: Final = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)  # fmt: skip
"""Where an SDK would find other credentials; none of them reaches the command."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """The environment that has the session's credentials, and how much of the packed size its policies take, in percent."""

    environment: Mapping[str, str]
    packed: int | None


@contextlib.contextmanager
def assumed(aws: Aws, role: str, policy: SessionPolicy, environment: Mapping[str, str], seconds: int) -> Iterator[Assumed]:
    """A session of `role` under `policy`, and `environment` with its credentials instead of any other.

    What is too long to be handed over as text becomes managed policies, which are deleted afterwards. AwsError when AWS refuses.
    """
    with contextlib.ExitStack() as stack:
        given: dict[str, Any] = {}
        if policy.managed:
            given["PolicyArns"] = [{"arn": stack.enter_context(_made(aws, name, document))} for name, document in policy.managed]
        else:
            given["Policy"] = _text(policy.document)
        answer = _assume(aws, RoleArn=role, RoleSessionName=SESSION_NAME, DurationSeconds=seconds, **given)
        found = answer["Credentials"]
        kept = {key: value for key, value in environment.items() if key not in CREDENTIALS}
        yield Assumed(
            {
                **kept,
                "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
                "AWS_SESSION_TOKEN": found["SessionToken"],
            },
            answer.get("PackedPolicySize"),
        )


def _assume(aws: Aws, **given: Any) -> Mapping[str, Any]:
    try:
        return aws.call("sts", "assume_role", **given)
    except Denied:
        raise AwsError(
            f"the role `{given['RoleArn']}` may not be assumed",
            help="allow `sts:AssumeRole` on it, and let its trust policy name the principal of the credentials",
        ) from None


@contextlib.contextmanager
def _made(aws: Aws, name: str, document: Mapping[str, Any]) -> Iterator[str]:
    """A managed policy for the time of the session; one of that name that an interrupted run left is replaced."""
    try:
        account = str(aws.call("sts", "get_caller_identity")["Arn"])
        partition, number = account.split(":")[1], account.split(":")[4]
        arn = f"arn:{partition}:iam::{number}:policy/{name}"
        with contextlib.suppress(AwsError):
            aws.call("iam", "delete_policy", PolicyArn=arn)
        aws.call("iam", "create_policy", PolicyName=name, PolicyDocument=_text(document))
    except Denied as error:
        raise AwsError(
            f"the session policy is too long to be handed over as text, and `{error.action}` is denied",
            help=f"allow `{error.action}` on `policy/{name}`, or deploy with the deployer's own policy",
        ) from None
    try:
        yield arn
    finally:
        aws.call("iam", "delete_policy", PolicyArn=arn)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
