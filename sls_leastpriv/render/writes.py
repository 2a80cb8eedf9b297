"""What the deployer changes itself, beside its stack, its bucket and the role that it passes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sls_leastpriv.knowledge.published import action_of
from sls_leastpriv.model import Need

_READS: Final = ("Read", "List")
_USES: Final = frozenset({"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"})
"""Published as writes, though they use a key and change nothing."""

_OWN: Final = ("cloudformation", "s3")


def writes_beside_stack(needs: Iterable[Need]) -> tuple[Need, ...]:
    """The deployer's needs that change something which is neither the stack nor in a bucket. An action without a record counts."""
    return tuple(need for need in needs if need.principal == "deployer" and _writes(need.action))


def _writes(action: str) -> bool:
    if action.partition(":")[0] in _OWN or action == "iam:PassRole" or action in _USES:
        return False
    record = action_of(action)
    return record is None or record["level"] not in _READS
