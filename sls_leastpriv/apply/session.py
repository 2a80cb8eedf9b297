"""The account that is changed: the credentials at hand, a profile's, or those of a role that is assumed with them."""

from __future__ import annotations

from sls_leastpriv.check.aws import Aws


def aws_of(region: str | None, timeout: float, *, profile: str | None, role: str | None) -> Aws:
    """AWS by the credentials that are asked for. AwsError where there are none."""
    aws = Aws(region, timeout, session={"profile_name": profile} if profile is not None else None)
    if role is None:
        return aws
    given = aws.call("sts", "assume_role", RoleArn=role, RoleSessionName="sls-leastpriv-apply")["Credentials"]
    session = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    return Aws(region, timeout, session=session)
