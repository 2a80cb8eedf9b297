"""`python -m tests.minimality [SERVICE … | --all]`: the table on stdout, what it stands on on stderr.

Exit code 1 where something is granted that nothing asks and nobody explains, where the smallest policy does not suffice, or where a
dropped action had another outcome than was expected or none; 2 where something is missing to measure at all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.engine.install import engine_missing
from tests.e2e.loop.framework import FRAMEWORKS, missing
from tests.e2e.plots import PLOTS
from tests.minimality.drops import Kept
from tests.minimality.grants import Side
from tests.minimality.lives import lives
from tests.minimality.measure import Result, dropped, measure
from tests.minimality.reasons import Reason, known_reasons
from tests.minimality.recording import Failed, stage
from tests.minimality.table import details, table

SIDES: tuple[Side, ...] = ("command line", "CloudFormation")


def main() -> int:
    """Measures what was asked for, and prints it."""
    options = _options()
    if problem := missing(options.framework):
        print(problem, file=sys.stderr)
        return 2
    results: list[Result] = []
    wrong: list[str] = []
    for side in [side for side in SIDES if options.side in (None, side)]:
        if side == "CloudFormation" and (problem := engine_missing()):
            print(f"calls of CloudFormation are not measured: {problem}", file=sys.stderr)
            continue
        for one in _results(options, side, wrong):
            print("\n".join(details(one)), file=sys.stderr, flush=True)
            results.append(one)
    wrong += _untold(options.framework, {left.reason for one in results for left in one.left if left.reason})
    print(table(results))
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong or any(one.unneeded or one.surprises or one.undecided or one.confirmed for one in results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.minimality", allow_abbrev=False)
    parser.add_argument("service", nargs="*", help="fixtures, such as rest-api")
    parser.add_argument("--all", action="store_true", help="all fixtures")
    parser.add_argument("--framework", default="osls@4", choices=list(FRAMEWORKS))
    parser.add_argument("--side", choices=SIDES, help="whose calls (default: both, where LocalStack is installed)")
    parser.add_argument("--drop", type=int, default=0, metavar="N", help="drop so many more actions of each service for real")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="where the outcomes of dropped actions are kept")
    options = parser.parse_args()
    if bool(options.service) == options.all:
        parser.error("name services, or `--all`")
    known = sorted({name for side in SIDES for name in lives(side)})
    for name in options.service:
        if name not in known:
            parser.error(f"`{name}` is none of {', '.join(known)}")
    return options


def _results(options: argparse.Namespace, side: Side, wrong: list[str]) -> Iterator[Result]:
    kept = Kept(options.kept)
    with stage(options.framework, side) as here:
        for name, plots in lives(side).items():
            if options.service and name not in options.service:
                continue
            try:
                result, recording = measure(here, options.framework, plots)
            except Failed as failed:
                wrong.append(f"{name}, calls of {side}, not measured: {failed}")
                print(wrong[-1], file=sys.stderr, flush=True)
                continue
            yield dropped(here, result, recording, plots, options.drop, kept)


def _untold(framework: str, reasons: set[Reason]) -> list[str]:
    """The other stories that reasons name are told: those that do not ask for what they should."""
    lines = []
    for name in sorted({reason.plot for reason in reasons if reason.plot}):
        with stage(framework, "command line") as here:
            asked = here.actions_of(PLOTS[name])
        lines += [f"`{name}` does not ask for {action}" for action in sorted(_named(name) - asked)]
    return lines


def _named(plot: str) -> set[str]:
    return {action for row, reason in known_reasons() if reason.plot == plot for action in row["actions"]}


if __name__ == "__main__":
    sys.exit(main())
