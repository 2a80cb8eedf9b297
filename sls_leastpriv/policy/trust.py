"""Who may assume a role: what `--trust` names, as the role's trust policy.

GitHub: https://docs.github.com/en/actions/reference/security/oidc (the subject of a token) and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html (a role for it).
CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.document import VERSION

GITHUB_ISSUER: Final = "token.actions.githubusercontent.com"

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
_REF: Final = re.compile(r"[A-Za-z0-9._/:*-]+")
_PRINCIPAL: Final = re.compile(r"arn:[a-z-]+:(iam|sts)::\d{12}:.+")


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may assume a role: `services`, an AWS principal (an ARN, or an account), or a `subject` of GitHub's tokens."""

    services: tuple[str, ...] = ()
    principal: str | None = None
    subject: str | None = None


def parse_trust(text: str) -> Trust:
    """`github:owner/repo@ref`, an account or the ARN of a principal → Trust. UsageError for anything else.

    A ref is a branch, a full ref (`refs/tags/v*`), `environment:NAME` or `pull_request`; a job that names an environment has that
    for its subject, whatever its branch is.
    """
    if text.startswith("github:"):
        return Trust(subject=_github_subject(text))
    if re.fullmatch(r"\d{12}", text) or _PRINCIPAL.fullmatch(text):
        return Trust(principal=text)
    raise UsageError(
        f"`{text}` is nobody that a role can trust",
        help="give `github:owner/repo@branch`, an account's twelve digits, or the ARN of a principal",
    )


def check_account(trusts: Iterable[Trust], account: str | None) -> None:
    """UsageError where somebody but a service is to assume a role, and the account that the role is in is not known."""
    if account is None and not all(trust.services for trust in trusts):
        raise UsageError("the account that a role is created in is not known", help="give `--account ID`")


def trust_document(trust: Trust, *, account: str, partition: str) -> dict[str, Any]:
    """The trust policy of a role in an account."""
    if trust.services:
        return _document({"Service": trust.services[0] if len(trust.services) == 1 else list(trust.services)}, "sts:AssumeRole")
    if trust.principal is not None:
        named = trust.principal if ":" in trust.principal else f"arn:{partition}:iam::{trust.principal}:root"
        return _document({"AWS": named}, "sts:AssumeRole")
    assert trust.subject is not None
    subject = {f"{GITHUB_ISSUER}:sub": trust.subject}
    audience = {f"{GITHUB_ISSUER}:aud": "sts.amazonaws.com"}
    if "*" in trust.subject:
        tests: dict[str, Any] = {"StringEquals": audience, "StringLike": subject}
    else:
        tests = {"StringEquals": {**audience, **subject}}
    provider = f"arn:{partition}:iam::{account}:oidc-provider/{GITHUB_ISSUER}"
    return _document({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", tests)


def _document(principal: dict[str, Any], action: str, tests: dict[str, Any] | None = None) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": action}
    if tests is not None:
        statement["Condition"] = tests
    return {"Version": VERSION, "Statement": [statement]}


def _github_subject(text: str) -> str:
    repository, separator, ref = text.removeprefix("github:").partition("@")
    if not _REPOSITORY.fullmatch(repository) or not separator or not _REF.fullmatch(ref):
        raise UsageError(
            f"`{text}` names no ref of a GitHub repository",
            help="write `github:owner/repo@main`; also `@refs/tags/v*`, `@environment:production`, `@pull_request`",
        )
    if ref.startswith("environment:") or ref == "pull_request":
        return f"repo:{repository}:{ref}"
    return f"repo:{repository}:ref:{ref if ref.startswith('refs/') else f'refs/heads/{ref}'}"
