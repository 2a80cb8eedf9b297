"""Every fixture with every Framework, command by command: a table in Markdown of what was asked for, and what was denied."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from itertools import dropwhile
from pathlib import Path

from tests.e2e.engine.plots import FAILURES, PLOTS
from tests.e2e.engine.running_engine import loop_with_engine, start_anew
from tests.e2e.loop.framework import FRAMEWORKS, Run, missing
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.record import Recorded
from tests.e2e.story import Plot, begin, go_on

STEPS = ("deploy", "changed deploy", "rollback", "remove")
FAILING = {1: "undone update", 3: "undone first deploy"}
"""The commands of the ill-fated plot that must fail, by their place in it."""

UNDONE_WITH = "osls@4"
"""How CloudFormation goes back is the same whoever has deployed."""

LEGEND = """
How many different actions on resources the command line asked for + CloudFormation for its resources; how many calls were denied.
An undone deploy was stopped by a denial that was wanted: what CloudFormation asked for to go back, without a denial. ✗: ended
otherwise than it should."""


def matrix(services: Sequence[str]) -> int:
    """Prints it for these services, or for all. → 1 where something was denied, or ended otherwise than it should."""
    head = ["service", "Framework", *STEPS, "denied", *FAILING.values()]
    print(_line(head), _line(["---", "---", *["---:"] * (len(head) - 2)]), sep="\n")
    well = True
    with tempfile.TemporaryDirectory() as folder, loop_with_engine(Path(folder)) as loop:
        for service in services or PLOTS:
            for framework in FRAMEWORKS:
                if problem := missing(framework):
                    print(problem, file=sys.stderr)
                    continue
                row = _row(loop, framework, service)
                print(_line([service, framework, *row]), flush=True)
                well = well and "✗" not in row
    print(LEGEND)
    return 0 if well else 1


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(loop: Loop, framework: str, service: str) -> list[str]:
    lived, well = _told(loop, framework, PLOTS[service])
    steps = [f"{_asked(run.calls, own=True)} + {_asked(run.calls, own=False)}" for run in lived]
    if not well:
        steps[-1:] = ["✗"] * (len(STEPS) - len(steps) + 1)
    denied = sum(len(run.denied) for run in lived)
    failing = _failing(loop, framework, service) if framework == UNDONE_WITH else [""] * len(FAILING)
    return [*steps, str(denied), *failing]


def _failing(loop: Loop, framework: str, service: str) -> list[str]:
    survived, well = _told(loop, framework, FAILURES[service])
    return [_undoing(survived[at]) if well else "✗" for at in FAILING]


def _told(loop: Loop, framework: str, plot: Plot) -> tuple[list[Run], bool]:
    """What was run, and whether all went as it should; what did not is told on stderr."""
    start_anew(loop)
    with tempfile.TemporaryDirectory() as folder:
        story = begin(loop, framework, plot, Path(folder))
        try:
            go_on(story, plot)
        except AssertionError as problem:
            print(f"{plot.service} with {framework}: {problem}", file=sys.stderr)
            return story.runs, False
    return story.runs, True


def _asked(calls: Sequence[Recorded], *, own: bool) -> int:
    """Calls themselves cannot be compared between two runs: how often a stack is looked at depends on the time it takes."""
    return len({(one.action, one.resource) for call in calls if (call.by is None) == own for one in call.asked})


def _undoing(run: Run) -> str:
    after = list(dropwhile(lambda call: call.decision == "allowed", run.calls))[1:]
    return str(_asked(after, own=False))
