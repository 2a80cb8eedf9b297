"""IAM's size limits, and how IAM counts.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count; the limit of inline policies
is for all of them together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

MANAGED_POLICY: Final = 6144
INLINE: Final[Mapping[str, int]] = {"user": 2048, "group": 5120, "role": 10240}
POLICIES_PER_PRINCIPAL: Final = 10
VERSIONS_PER_POLICY: Final = 5


def characters(document: Mapping[str, Any]) -> int:
    """The size of a policy document, in characters, as IAM counts it."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return len(text) - sum(text.count(sign) for sign in " \t\r\n")


def inline_places(size: int) -> tuple[str, ...]:
    """Into which of user, group and role a policy of this size fits inline, where nothing else is."""
    return tuple(kind for kind, limit in INLINE.items() if size <= limit)
