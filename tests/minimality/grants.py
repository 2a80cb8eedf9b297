"""What a policy grants, piece by piece, and whether some of its pieces would have allowed what was asked.

The pieces are judged by the closed loop's own judge, which shares nothing with the engine that wrote the policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.size import characters
from sls_leastpriv.read.report import needs_of_report
from tests.e2e.loop.authorise import Asked
from tests.e2e.loop.judge import ALLOW_NOTHING, judge
from tests.e2e.loop.policies import Policies, policy_of

ReportedNeed = Mapping[str, Any]
Side = Literal["command line", "CloudFormation"]


class Question(NamedTuple):
    """What was asked of the judge, and for which type of resource CloudFormation did; None: the command line did."""

    asked: Asked
    type: str | None


@dataclass(frozen=True)
class Grant:
    """An action on a resource pattern, under conditions, and the needs that it is granted for."""

    action: str
    resource: str
    needs: tuple[ReportedNeed, ...]

    def allows(self, asked: Asked) -> bool:
        """Whether this alone would allow it."""
        return judge(policy_of(self.needs[:1]), asked) == "allowed"


def side_of(need: ReportedNeed) -> Side:
    """Whose call a need is for."""
    return "CloudFormation" if need["subject"]["kind"] == "resource" else "command line"


def grants_of(needs: Iterable[ReportedNeed]) -> list[Grant]:
    """The grants of these needs: those that say the same are one."""
    found: dict[tuple[str, str, str], list[ReportedNeed]] = {}
    for need in needs:
        found.setdefault((need["action"], need["resource"], json.dumps(need["conditions"])), []).append(need)
    return [Grant(action, resource, tuple(same)) for (action, resource, _), same in found.items()]


class Oracle:
    """Decides by what was recorded, without a run, whether some of the grants suffice.

    Each question is judged by itself, so they do when each one is allowed by one of them.
    """

    def __init__(self, grants: Sequence[Grant], questions: Iterable[Question]) -> None:
        by_action: dict[str, list[int]] = {}
        for at, grant in enumerate(grants):
            by_action.setdefault(grant.action.lower(), []).append(at)
        self.answers: dict[str, frozenset[int]] = {}
        for asked, _ in questions:
            # what needs no permission is allowed by an empty policy
            if judge(ALLOW_NOTHING, asked) != "allowed":
                able = by_action.get(asked.action.lower(), [])
                self.answers.setdefault(repr(asked), frozenset(at for at in able if grants[at].allows(asked)))

    def suffices(self, some: Sequence[int]) -> bool:
        """Whether the grants at these places allow all that was asked."""
        kept = frozenset(some)
        return all(kept & able for able in self.answers.values())


def used_by(need: ReportedNeed, questions: Iterable[Question]) -> bool:
    """Whether anything was asked, for what the need is for, that the need allows."""
    grant = Grant(need["action"], need["resource"], (need,))
    wanted = need["subject"].get("type") if side_of(need) == "CloudFormation" else None
    return any(
        type == wanted and asked.action.lower() == need["action"].lower() and grant.allows(asked) for asked, type in questions
    )


def size_of(needs: Sequence[ReportedNeed]) -> int:
    """How many characters the policy of these needs has, merged as the engine merges it."""
    read = needs_of_report({"version": 1, "needs": list(needs)}, "these needs")
    return characters(policy_document(merge(read)))


def policies_under(granted: Iterable[ReportedNeed], kept: Iterable[ReportedNeed], side: Side) -> Policies:
    """The policies for a story with all that is granted, but on one side only what is kept of it.

    Without a role for CloudFormation both sides are one principal. So that a side is still measured by its own grants,
    CloudFormation's calls are allowed by those of the command line only where no need of its own, kept or not, names the action.
    """
    parts: dict[Side, list[ReportedNeed]] = {"command line": [], "CloudFormation": []}
    for need in granted:
        parts[side_of(need)].append(need)
    own = {need["action"] for need in parts["CloudFormation"]}
    has_role = any(need["principal"] == "cloudformation" for need in parts["CloudFormation"])
    shared = [] if has_role else [need for need in parts["command line"] if need["action"] not in own]
    parts[side] = list(kept)
    line, resources = parts["command line"], parts["CloudFormation"]
    return Policies(document=policy_of([*line, *resources]), own=policy_of(line), resources=policy_of([*resources, *shared]))
