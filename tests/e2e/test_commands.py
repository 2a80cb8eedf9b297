"""Each command of each Framework, really run, under the policy that was generated for it alone: nothing it asks is denied.

What is run here by default is a choice that shows every command; `LEASTPRIV_TEST_LOOP=all` runs every service with every Framework.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.loop.framework import FRAMEWORKS, missing
from tests.e2e.loop.loop import Loop
from tests.e2e.plots import IS_ALL, PLOTS
from tests.e2e.story import tell

CHOICE = [("osls@4", "default"), ("serverless@3", "custom-bucket-direct"), ("osls@3", "images")]
ALL = [(framework, plot) for plot in PLOTS for framework in FRAMEWORKS]


@pytest.mark.parametrize(("framework", "plot"), ALL if IS_ALL else CHOICE)
def test_all_that_a_command_asks_is_allowed_by_its_policy(framework: str, plot: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(framework):
        pytest.skip(problem)
    story = tell(loop, framework, PLOTS[plot], tmp_path)
    commands = [line for line in PLOTS[plot].commands if not line.startswith("*")]
    assert len(story.runs) == len(commands)
    # a command that asks nothing would prove nothing
    assert all(run.calls for run in story.runs)


@pytest.mark.parametrize("framework", FRAMEWORKS if IS_ALL else ["osls@4"])
def test_a_service_that_did_not_change_is_not_deployed_again(framework: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(framework):
        pytest.skip(problem)
    first, second, forced = tell(loop, framework, PLOTS["unchanged"], tmp_path).runs
    uploads = [sum(call.operation == "PutObject" for call in run.calls) for run in (first, second, forced)]
    assert uploads[0] == uploads[2] > 0
    assert uploads[1] == 0
