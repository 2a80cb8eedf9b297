"""The one ARN type. Its segments may hold IAM wildcards.

Format: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Arn:
    """`arn:partition:service:region:account:resource`; the resource part keeps its own colons."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    def with_account(self, account: str) -> Arn:
        """The same ARN in another account."""
        return replace(self, account=account)


def parse_arn(text: str) -> Arn | None:
    """An ARN or ARN pattern → its segments; None for anything else (`*`, a name, a URL)."""
    segments = text.split(":", 5)
    if len(segments) != 6 or segments[0] != "arn":
        return None
    return Arn(*segments[1:])


def partition_of(region: str | None) -> str:
    """The partition that a region belongs to; `aws` when the region is not known.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    for prefix, partition in _PARTITIONS:
        if region is not None and region.startswith(prefix):
            return partition
    return "aws"


_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)
