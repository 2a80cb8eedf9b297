"""The loop itself: does it see, allow and deny what a command line asks?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.loop.framework import FRAMEWORKS, missing
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import without
from tests.e2e.loop.service import copy_of
from tests.e2e.plots import IS_ALL


@pytest.mark.parametrize("name", FRAMEWORKS if IS_ALL else ["osls@4"])
def test_a_deploy_is_denied_without_one_of_the_actions_of_its_policy(name: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(name):
        pytest.skip(problem)
    framework, service = loop.framework(name), copy_of("rest-api", tmp_path)
    policy = framework.policy(service, "deploy")
    run = framework.run(service, ["deploy"], without(policy, "s3:PutObject"))
    assert run.exit_code == 1
    assert {action for call in run.denied for action, _ in call.denied} == {"s3:PutObject"}, run
    assert "is not authorized to perform: s3:PutObject" in run.output, run
