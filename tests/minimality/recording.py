"""Lives under a policy, really lived: what was asked in them, and what became of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.engine.running_engine import loop_with_engine, start_anew
from tests.e2e.loop.framework import Run
from tests.e2e.loop.loop import Loop, running_loop
from tests.e2e.loop.policies import Policies, report_of
from tests.e2e.story import Plot, Story, begin, go_on
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

    def policies(self, side: Side, kept: Iterable[ReportedNeed] | None = None) -> Policies:
        """All that is granted, but on one side only what is kept of it, where that is not all."""
        return policies_under(self.needs, self.needs_of(side) if kept is None else kept, side)


class Failed(Exception):
    """A life ended before its time; says how."""


class Stage:
    """Where lives are lived: the closed loop, with LocalStack's CloudFormation where its calls are looked at."""

    def __init__(self, loop: Loop, framework: str, side: Side, folder: Path) -> None:
        self.side = side
        self._loop = loop
        self._framework = framework
        self._folder = folder

    def records(self, plots: Sequence[Plot]) -> Recording:
        """Lives under everything that is granted; raises Failed where that does not suffice."""
        first = self._begins(plots[0])
        handoff = first.handoff
        report: Any = report_of(handoff, COMMANDS)
        needs = tuple(need for need in report["needs"] if need["principal"] != "function")
        policies = Recording(handoff, needs, ()).policies(self.side)
        runs: list[Run] = []
        for plot in plots:
            lived, well = _lives(first if plot is plots[0] else self._begins(plot, handoff), plot, policies)
            if not well:
                last = lived[-1]
                why = "; ".join(map(str, last.denied)) or last.output[-600:]
                raise Failed(f"`{last.command}` of {plot.service} ended with {last.exit_code}: {why}")
            runs += lived
        return Recording(handoff, needs, _questions(runs, self.side))

    def lacking(self, plots: Sequence[Plot], handoff: Path, policies: Policies) -> Run | None:
        """Lives under these policies. → the first run that was denied something or failed; None where all went well."""
        for plot in plots:
            runs, well = _lives(self._begins(plot, handoff), plot, policies)
            if not well:
                return runs[-1]
        return None

    def actions_of(self, plot: Plot) -> set[str]:
        """Tells another story, under the policies of each command. → what the command line asked in it."""
        story = self._begins(plot)
        go_on(story, plot)
        return {asked.action for asked, _ in _questions(story.runs, "command line")}

    def _begins(self, plot: Plot, handoff: Path | None = None) -> Story:
        if self.side == "CloudFormation":
            start_anew(self._loop)
        else:
            self._loop.moto.reset()
        return begin(self._loop, self._framework, plot, Path(tempfile.mkdtemp(dir=self._folder)), handoff)


def _lives(story: Story, plot: Plot, policies: Policies) -> tuple[list[Run], bool]:
    """The runs up to the first that did not end as it should, and whether there was none."""
    story.under = policies
    try:
        go_on(story, plot)
    except AssertionError:
        return story.runs, False
    return story.runs, True


def _questions(runs: Sequence[Run], side: Side) -> tuple[Question, ...]:
    """Each once."""
    calls = [call for run in runs for call in run.calls if (call.by is not None) == (side == "CloudFormation")]
    asked = [Question(asked, call.by and call.by.split()[0]) for call in calls for asked in call.asked]
    return tuple({repr(one): one for one in asked}.values())


@contextmanager
def stage(framework: str, side: Side) -> Iterator[Stage]:
    """Starts what is needed, and ends it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with loop_with_engine(folder) if side == "CloudFormation" else running_loop(folder) as loop:
            yield Stage(loop, framework, side, folder)
