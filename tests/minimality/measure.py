"""How far the policy of a service is from the smallest one with which it still deploys."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.e2e.story import Plot
from tests.minimality.ddmin import ddmin
from tests.minimality.drops import Drop, Kept, key_of, outcome, without
from tests.minimality.grants import Grant, Oracle, ReportedNeed, Side, grants_of, size_of, used_by
from tests.minimality.reasons import Reason, reason_for
from tests.minimality.recording import Recording, Stage


class Size(NamedTuple):
    """Of a policy: its actions, its grants (an action on a resource pattern, under conditions), its characters once merged."""

    actions: int
    grants: int
    characters: int


@dataclass(frozen=True)
class Left:
    """An action that is granted for a command or a type of resource and that nothing asked, on these resource patterns."""

    action: str
    of: str
    resources: tuple[str, ...]
    reason: Reason | None


@dataclass(frozen=True)
class Result:
    """One side of one service. `asked` counts the actions that something asked; `surplus` holds the actions that nothing did.

    `confirmed` is None where the story was really lived under the smallest policy, else what it lacked.
    """

    service: str
    framework: str
    side: Side
    ours: Size
    smallest: Size
    asked: int
    left: tuple[Left, ...]
    surplus: frozenset[str]
    confirmed: str | None
    drops: tuple[Drop, ...] = ()
    undecided: tuple[str, ...] = ()
    """Actions without which a command failed of something else."""

    @property
    def unneeded(self) -> list[Left]:
        """What nothing asked and nobody explains."""
        return [one for one in self.left if one.reason is None]

    @property
    def surprises(self) -> list[Drop]:
        """Dropped for real with another outcome than what was asked says: it is denied if and only if it was asked."""
        return [one for one in self.drops if (one.action in one.denied) == (one.action in self.surplus)]


def measure(stage: Stage, framework: str, plots: Sequence[Plot]) -> tuple[Result, Recording]:
    """Lives the stories of a service under our policy, finds the smallest, and lives them under that. Raises recording.Failed."""
    recording = stage.records(plots)
    needs = recording.needs_of(stage.side)
    grants = grants_of(needs)
    # a wide pattern is tried to be left out before a narrow one
    grants.sort(key=lambda grant: (grant.resource.count("*"), -len(grant.resource)), reverse=True)
    # what only the other side's grants allow is not asked of these
    questions = [one for one in recording.questions if any(grant.allows(one.asked) for grant in grants)]
    kept = [grants[at] for at in ddmin(range(len(grants)), Oracle(grants, questions).suffices)]
    actions = frozenset(need["action"] for need in needs)
    asked = {need["action"] for need in needs if used_by(need, recording.questions)}
    result = Result(
        service=plots[0].service,
        framework=framework,
        side=stage.side,
        ours=_size(grants),
        smallest=_size(kept),
        asked=len(asked),
        left=tuple(_left(needs, recording)),
        surplus=actions - asked,
        confirmed=_lacking(stage, plots, recording, kept),
    )
    return result, recording


def dropped(stage: Stage, result: Result, recording: Recording, plots: Sequence[Plot], times: int, kept: Kept) -> Result:
    """The result with the actions that are dropped for real: those whose outcome is known, and so many more, picked by a digest."""
    needs = recording.needs_of(result.side)
    keys = {key_of(result.framework, result.side, plots, needs, need["action"]): need["action"] for need in needs}
    undecided = []
    for key, action in [(key, action) for key, action in sorted(keys.items()) if kept.get(key) is None][:times]:
        run = stage.lacking(plots, recording.handoff, without(recording, result.side, action))
        drop = outcome(action, run)
        if drop.undecided and run is not None:
            undecided.append(action)
            told = f"undecided, since `{run.command}` ended with {run.exit_code}: {run.output[-600:]}"
        else:
            kept.add(key, drop)
            told = f"{', '.join(drop.denied) or 'nothing'} denied"
        print(f"{result.service} without {action}, calls of {result.side}: {told}", file=sys.stderr, flush=True)
    known = (kept.get(key) for key in keys)
    return replace(result, drops=tuple(drop for drop in known if drop is not None), undecided=tuple(undecided))


def _size(grants: Sequence[Grant]) -> Size:
    needs = [need for grant in grants for need in grant.needs]
    return Size(len({grant.action for grant in grants}), len(grants), size_of(needs))


def _left(needs: Sequence[ReportedNeed], recording: Recording) -> Iterator[Left]:
    """By action, subject and reason."""
    found: dict[tuple[str, str, Reason | None], list[str]] = {}
    played = {type for _, type in recording.questions}
    for need in needs:
        if not used_by(need, recording.questions):
            subject = need["subject"]
            of = subject.get("type") or (subject["name"] if subject["kind"] == "command" else subject["kind"])
            found.setdefault((need["action"], of, reason_for(need, subject.get("type") in played)), []).append(need["resource"])
    for (action, of, reason), resources in sorted(found.items(), key=lambda one: one[0][:2]):
        yield Left(action, of, tuple(dict.fromkeys(resources)), reason)


def _lacking(stage: Stage, plots: Sequence[Plot], recording: Recording, kept: Sequence[Grant]) -> str | None:
    """What the stories lack under these grants alone; the other side keeps all of its own."""
    policies = recording.policies(stage.side, [need for grant in kept for need in grant.needs])
    ended = stage.lacking(plots, recording.handoff, policies)
    return None if ended is None else "; ".join(map(str, ended.denied)) or f"`{ended.command}` ended with {ended.exit_code}"
