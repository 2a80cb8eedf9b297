"""Every fixture with every Framework, command by command: a table in Markdown of what was asked for, and what was denied."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

from tests.e2e.engine.plots import FAILURES, PLOTS, UNDONE_WITH
from tests.e2e.engine.running_engine import loop_with_engine, start_anew
from tests.e2e.loop.framework import FRAMEWORKS, Run, missing
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.record import Recorded
from tests.e2e.story import Plot, begin, go_on

STEPS = ("deploy", "changed deploy", "rollback", "remove")
FAILING = {1: "undone update", 3: "undone first deploy"}
"""The commands of the ill-fated plot that must fail, by their place in it."""

LEGEND = """
How many different actions on resources the command line asked for + CloudFormation for its resources; how many calls were denied.
An undone deploy was stopped by a denial that was wanted: what CloudFormation asked for to go back, without a denial. ✗: ended
otherwise than it should."""


class Told(NamedTuple):
    """What was run, whether all went as it should, and the types of resources for which CloudFormation called nothing."""

    runs: list[Run]
    well: bool
    silent: set[str]


def matrix(services: Sequence[str]) -> int:
    """Prints it for these services, or for all. → 1 where something was denied, or ended otherwise than it should."""
    head = ["service", "Framework", *STEPS, "denied", *FAILING.values()]
    print(_line(head), _line(["---", "---", *["---:"] * (len(head) - 2)]), sep="\n")
    well, silent = True, set[str]()
    with tempfile.TemporaryDirectory() as folder, loop_with_engine(Path(folder)) as loop:
        for service in services or PLOTS:
            for framework in FRAMEWORKS:
                if problem := missing(framework):
                    print(problem, file=sys.stderr)
                    continue
                lived = _told(loop, framework, PLOTS[service])
                row = [*_steps(lived), *_failing(loop, framework, service)]
                print(_line([service, framework, *row]), flush=True)
                well, silent = well and "✗" not in row, silent | lived.silent
    print(LEGEND)
    print(f"\nNo call was made for: {', '.join(f'`{one}`' for one in sorted(silent)) or 'nothing'}.")
    return 0 if well else 1


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _steps(lived: Told) -> list[str]:
    steps = [f"{_asked(run.calls, own=True)} + {_asked(run.calls, own=False)}" for run in lived.runs]
    if not lived.well:
        steps[-1:] = ["✗"] * (len(STEPS) - len(steps) + 1)
    return [*steps, str(sum(len(run.denied) for run in lived.runs))]


def _failing(loop: Loop, framework: str, service: str) -> list[str]:
    if framework != UNDONE_WITH:
        return [""] * len(FAILING)
    survived = _told(loop, framework, FAILURES[service])
    if not survived.well:
        return ["✗"] * len(FAILING)
    return [_undoing(survived.runs[at]) if at < len(survived.runs) else "" for at in FAILING]


def _told(loop: Loop, framework: str, plot: Plot) -> Told:
    """What did not go as it should is told on stderr."""
    start_anew(loop)
    with tempfile.TemporaryDirectory() as folder:
        story = begin(loop, framework, plot, Path(folder))
        template = json.loads(story.handoff.read_text("utf-8"))["template"]
        try:
            go_on(story, plot)
        except AssertionError as problem:
            print(f"{plot.service} with {framework}: {problem}", file=sys.stderr)
            well = False
        else:
            well = True
    called = {call.by.split()[0] for run in story.runs for call in run.calls if call.by}
    return Told(story.runs, well, {one["Type"] for one in template["Resources"].values()} - called)


def _asked(calls: Sequence[Recorded], *, own: bool) -> int:
    """Calls themselves cannot be compared between two runs: how often a stack is looked at depends on the time it takes."""
    return len({(one.action, one.resource) for call in calls if (call.by is None) == own for one in call.asked})


def _undoing(run: Run) -> str:
    after = list(dropwhile(lambda call: call.decision == "allowed", run.calls))[1:]
    return str(_asked(after, own=False))
