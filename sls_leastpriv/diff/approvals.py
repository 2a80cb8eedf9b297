"""What may be granted without failing the comparison: `--allow` patterns, and the approvals that are committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sls_leastpriv.errors import ServiceError, UsageError
from sls_leastpriv.policy.grants import Grant
from sls_leastpriv.policy.patterns import action_covers, arn_covers


@dataclass(frozen=True, slots=True)
class Approval:
    """An action pattern on a resource pattern, and who says so, or why."""

    action: str
    resource: str
    reason: str

    def covers(self, grant: Grant) -> bool:
        """Whether all of a grant is approved."""
        return action_covers(self.action, grant.action) and arn_covers(self.resource, grant.resource)


def parse_allowed(texts: Iterable[str]) -> list[Approval]:
    """`--allow` options, `ACTION` or `ACTION RESOURCE`, each. UsageError for anything else."""
    found = []
    for text in texts:
        words = text.split()
        if len(words) not in (1, 2) or (":" not in words[0] and words[0] != "*"):
            raise UsageError(
                f"`{text}` is no pattern for `--allow`", help="write an action, or an action and an ARN: `--allow 'sqs:*'`"
            )
        found.append(Approval(words[0], words[1] if len(words) == 2 else "*", "allowed by `--allow`"))
    return found


def read_approvals(document: Any, name: str) -> list[Approval]:
    """The list in `approved.json`. ServiceError for one that is not in its form; `name` is the file."""
    entries: Any = document.get("approved") if isinstance(document, Mapping) and set(document) == {"approved"} else None
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not all(_well_formed(entry) for entry in entries):
        raise ServiceError(
            f"{name} is no list of approvals",
            help='write `{"approved": [{"action": "sqs:*", "resource": "*", "reason": "why it is wanted"}]}`',
        )
    return [Approval(entry["action"], entry.get("resource", "*"), entry["reason"]) for entry in entries]


def _well_formed(entry: Any) -> bool:
    """An entry has an action and a reason, and perhaps a resource; each is a text with something in it."""
    return (
        isinstance(entry, Mapping)
        and {"action", "reason"} <= set(entry) <= {"action", "resource", "reason"}
        and all(isinstance(text, str) and text.strip() for text in entry.values())
    )
