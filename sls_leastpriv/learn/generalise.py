"""An ARN of one deploy → the text of a clause that fits the next: account, region, stack and names become places."""

from __future__ import annotations

import re
from typing import Final

from sls_leastpriv.bind import BoundResource
from sls_leastpriv.learn.judge import variants
from sls_leastpriv.model import Stack
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.resolve.arns import parse_arn
from sls_leastpriv.resolve.values import NO_VALUE, alternatives, pattern

_RANDOM: Final = re.compile(r"(?<=-)(?=[A-Z0-9]*\d)[A-Z0-9]{12,13}(?=$|[:/])|(?<=-)(?=[a-z0-9]*\d)[a-z0-9]{12,13}(?=$|[:/])")
"""What CloudFormation puts at the end of a name that it generates."""

_MINTED: Final = re.compile(
    r"(?<=[/:])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{10})(?=$|[/:])"
)
"""Ids that services give: UUIDs, and those of API Gateway."""


def clause_resource(resource: str, stack: Stack, about: BoundResource | None) -> str:
    """The `on` of a clause for a denied resource: an ARN of the entry of the resource it is about, else the ARN with places."""
    own = _own_arn(resource, about) if about is not None else None
    return own or with_places(resource, stack, logical_id=about.logical_id if about is not None else None)


def _own_arn(resource: str, about: BoundResource) -> str | None:
    """The ARN of the type's entry that names the denied resource, written out: an overlay cannot use the names of our ARNs."""
    if about.entry is None:
        return None
    for name, text in about.entry.arns.items():
        found = [pattern(one) for one in alternatives(about.lookup(name)) if one is not NO_VALUE]
        if any(arn_covers(one, variant) for one in found for variant in variants(resource)):
            return _written_out(text, about)
    return None


def first_arn(about: BoundResource) -> str | None:
    """The ARN of the resource itself: what a message most likely means that is about it and names no resource."""
    own = about.entry.arns.get("self") if about.entry is not None else None
    return None if own is None else _written_out(own, about)


def _written_out(text: str, about: BoundResource) -> str:
    arns = about.entry.arns if about.entry is not None else {}
    return re.sub(r"\$\{(\w+)\}", lambda place: _written_out(arns[place[1]], about) if place[1] in arns else place[0], text)


def with_places(resource: str, stack: Stack, *, logical_id: str | None = None) -> str:
    """`arn:aws:sqs:us-east-1:111111111111:orders-dev-jobs` → `arn:${Partition}:sqs:${Region}:${Account}:${StackName}-jobs`."""
    arn = parse_arn(variants(resource)[-1])
    if arn is None:
        return "*"
    name = _MINTED.sub("*", _RANDOM.sub("*", arn.resource))
    name = _replaced(name, stack.name, "${StackName}")
    if logical_id is not None:
        name = _replaced(name, logical_id, "${LogicalId}")
    region = "${Region}" if arn.region and arn.region in (stack.region, "*") else arn.region
    account = "${Account}" if arn.account and (arn.account in (stack.account, "*") or stack.account is None) else arn.account
    return f"arn:${{Partition}}:{arn.service}:{region}:{account}:{name}"


def _replaced(text: str, name: str, place: str) -> str:
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", lambda _: place, text)
