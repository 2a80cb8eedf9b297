"""A service lives through deploy, redeploy, rollback and remove; every action of its policy that no call asked is listed.

The proxy judges each call by itself, so an action that was asked is one whose lack is a denial: to drop each in turn would show no
more. Only the command line's own calls are compared, as moto's CloudFormation makes none. Exit code 1 where some are left over.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.e2e.loop.framework import FRAMEWORKS, missing
from tests.e2e.loop.loop import running_loop
from tests.e2e.loop.policies import policies_of
from tests.e2e.story import Plot, tell

LIFE = ("deploy", "*edit", "deploy", "info", "rollback -t {version}", "remove")


def main() -> int:
    """Prints what was granted, asked and left over."""
    parser = argparse.ArgumentParser(prog="python -m tests.minimality", allow_abbrev=False)
    parser.add_argument("service", help="a fixture, such as rest-api")
    parser.add_argument("--framework", default="osls@4", choices=list(FRAMEWORKS))
    options = parser.parse_args()
    if problem := missing(options.framework):
        print(problem, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_loop(folder) as loop:
            story = tell(loop, options.framework, Plot(options.service, LIFE), folder)
        granted = _actions(story.handoff)
    asked = {action for run in story.runs for call in run.calls for action, _ in call.asked}
    left = sorted(granted - asked)
    share = 100 * len(left) / len(granted)
    print("\n".join(left))
    print(f"{len(granted)} actions for the command line's own calls · {len(granted) - len(left)} asked · {share:.0f} % left over")
    return 1 if left else 0


def _actions(handoff: Path) -> set[str]:
    own = policies_of(handoff, "deploy,info,rollback,remove").own
    return {str(statement["Action"]) for statement in own["Statement"]}


if __name__ == "__main__":
    sys.exit(main())
