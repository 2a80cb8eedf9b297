"""IAM's size limits, and how IAM counts.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

MANAGED_POLICY: Final = 6144
INLINE_USER: Final = 2048
INLINE_GROUP: Final = 5120
INLINE_ROLE: Final = 10240
POLICIES_PER_PRINCIPAL: Final = 10


def characters(document: Mapping[str, Any]) -> int:
    """The size of a policy document, in characters, as IAM counts it."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return len(text) - sum(text.count(sign) for sign in " \t\r\n")
