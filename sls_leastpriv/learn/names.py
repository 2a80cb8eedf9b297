"""From what a message calls an action, a service or a resource to what IAM calls it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

from sls_leastpriv.knowledge.denials import wordings
from sls_leastpriv.knowledge.published import PUBLISHED, published, unpublished
from sls_leastpriv.knowledge.sdk import grants_of, knows_service, plain_name
from sls_leastpriv.resolve.arns import parse_arn

_IAM_KINDS: Final = {"instance profile": "instance-profile"}


def actions_named(text: str) -> tuple[str, ...]:
    """`SNS:CreateTopic`, `s3:SetBucketEncryption`, `Lambda:Invoke` → the published actions; empty for one that nobody knows."""
    prefix, _, name = re.sub(r"\s", "", text).partition(":")
    known = f"{prefix}:{name}".lower()
    for action in _published(prefix.lower()):
        if action.lower() == known:
            return (action,)
    return actions_of_operation(prefix, name)


def actions_of_operation(service: str, operation: str) -> tuple[str, ...]:
    """The actions behind an operation of a service, which may be called as in an SDK, a log or a message."""
    return tuple(grant.action for grant in grants_of(service_named(service), operation))


def service_named(text: str) -> str:
    """`AmazonCloudWatchEvents`, `AWSLambdaInternal`, `Kms` → the name that SDKs know it by; what nobody knows as it is."""
    plain = plain_name(text)
    names = wordings().services
    for name in (plain, plain.removeprefix("amazon"), plain.removeprefix("aws"), plain.removesuffix("internal")):
        if name in names:
            return names[name]
        if knows_service(name):
            return name
    stripped = plain.removeprefix("amazon").removeprefix("aws").removesuffix("internal")
    return names.get(stripped, stripped)


@cache
def anywhere(operation: str) -> tuple[str, ...]:
    """The actions of this name in any service: what a message means that names no service."""
    wanted = operation.lower()
    prefixes = sorted(path.stem for path in PUBLISHED.glob("*.json"))
    found = [f"{prefix}:{name}" for prefix in prefixes for name in _names(prefix) if name.lower() == wanted]
    # the operations of S3 that are called otherwise have names that no other service uses
    return tuple(found) or actions_of_operation("s3", operation)


def beginning_with(text: str) -> tuple[str, ...]:
    """The published actions that a cut-off action may have been."""
    prefix = text.partition(":")[0].lower()
    return tuple(action for action in _published(prefix) if action.lower().startswith(text.lower()))


def resource_named(kind: str | None, name: str, *, account: str | None) -> str:
    """`role orders-role` and the like → its ARN; an ARN without what a CI system masked; anything else as it is."""
    if kind is not None:
        kind = re.sub(r"\s+", " ", kind.lower())
        return name if name.startswith("arn:") else f"arn:aws:iam::{account or '*'}:{_IAM_KINDS.get(kind, kind)}/{name}"
    arn = parse_arn(re.sub(r"\s", "", name))
    if arn is None:
        return name
    known = re.fullmatch(r"(?:\d{12}|aws|)", arn.account)
    region = arn.region if re.fullmatch(r"(?:[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}|)", arn.region) else "*"
    return str(replace(arn, account=arn.account if known else account or "*", region=region))


def account_of(principal: str | None) -> str | None:
    """The account of a principal's ARN; None where it is masked or there is none."""
    found = re.search(r"::(\d{12}):", principal or "")
    return found[1] if found else None


def _published(prefix: str) -> list[str]:
    return [f"{prefix}:{name}" for name in _names(prefix)] + [name for name in unpublished() if name.startswith(f"{prefix}:")]


def _names(prefix: str) -> list[str]:
    return list(published(prefix)["actions"])
