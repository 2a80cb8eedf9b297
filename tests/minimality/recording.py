"""A life under a policy, really lived: what was asked in it, and what became of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.engine.running_engine import running_engine
from tests.e2e.loop.framework import Run
from tests.e2e.loop.loop import Loop, running_loop
from tests.e2e.loop.policies import Policies, report_of
from tests.e2e.story import Plot, Story, begin, tell
from tests.minimality.grants import Question, ReportedNeed, Side, policies_under, side_of
from tests.minimality.lives import COMMANDS


@dataclass(frozen=True)
class Recording:
    """All needs of a service, and what was asked by the side that is looked at."""

    handoff: Path
    needs: tuple[ReportedNeed, ...]
    questions: tuple[Question, ...]

    def needs_of(self, side: Side) -> list[ReportedNeed]:
        """Those for the calls of this side."""
        return [need for need in self.needs if side_of(need) == side]


class Failed(Exception):
    """A life ended before its time; says how."""


class Stage:
    """Where lives are lived: the closed loop, with LocalStack's CloudFormation where its calls are looked at."""

    def __init__(self, loop: Loop, framework: str, side: Side, folder: Path) -> None:
        self.side = side
        self._loop = loop
        self._framework = framework
        self._folder = folder

    def records(self, plot: Plot) -> Recording:
        """Lives under everything that is granted; raises Failed where that does not suffice."""
        story = self._begins(plot)
        report: Any = report_of(story.handoff, COMMANDS)
        needs = [need for need in report["needs"] if need["principal"] != "function"]
        parts: dict[Side, list[ReportedNeed]] = {"command line": [], "CloudFormation": []}
        for need in needs:
            parts[side_of(need)].append(need)
        story.under = policies_under(parts["command line"], parts["CloudFormation"])
        runs = list(_until_it_ends(story))
        _assert_well(plot, runs)
        return Recording(story.handoff, tuple(needs), tuple(_questions(runs, self.side)))

    def suffices(self, plot: Plot, recording: Recording, policies: Policies) -> Run | None:
        """Lives under these policies. → the first run that was denied something or failed; None where all went well."""
        story = self._begins(plot, recording.handoff)
        story.under = policies
        runs = list(_until_it_ends(story))
        return runs[-1] if _is_ill(runs[-1]) else None

    def actions_of(self, plot: Plot) -> set[str]:
        """Tells another story, under the policies of each command. → what the command line asked in it."""
        self._loop.moto.reset()
        story = tell(self._loop, self._framework, plot, Path(tempfile.mkdtemp(dir=self._folder)))
        return {asked.action for run in story.runs for call in run.calls if call.by is None for asked in call.asked}

    def _begins(self, plot: Plot, handoff: Path | None = None) -> Story:
        self._loop.moto.reset()
        return begin(self._loop, self._framework, plot, Path(tempfile.mkdtemp(dir=self._folder)), handoff)


def _until_it_ends(story: Story) -> Iterator[Run]:
    """The runs up to the first that is denied something or fails."""
    for line in story.plot.commands:
        run = story.acts(line)
        if run is not None:
            yield run
            if _is_ill(run):
                return


def _is_ill(run: Run) -> bool:
    return bool(run.denied or run.exit_code or run.connections)


def _assert_well(plot: Plot, runs: list[Run]) -> None:
    last = runs[-1]
    if _is_ill(last):
        why = "; ".join(map(str, last.denied)) or last.output[-600:]
        raise Failed(f"`{last.command}` of {plot.service} ended with {last.exit_code}: {why}")


def _questions(runs: list[Run], side: Side) -> Iterator[Question]:
    seen = set()
    for call in (call for run in runs for call in run.calls):
        if (call.by is not None) != (side == "CloudFormation"):
            continue
        for asked in call.asked:
            question = Question(asked, call.by and call.by.split()[0])
            if repr(question) not in seen:
                seen.add(repr(question))
                yield question


@contextmanager
def stage(framework: str, side: Side) -> Iterator[Stage]:
    """Starts what is needed, and ends it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        loop = stack.enter_context(running_loop(folder))
        if side == "CloudFormation":
            loop.backends.play("cloudformation", stack.enter_context(running_engine(folder, loop.proxy.address)))
        yield Stage(loop, framework, side, folder)
