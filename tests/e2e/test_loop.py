"""The loop itself: does it see, allow and deny what a command line asks?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.loop.framework import FRAMEWORKS, missing
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import without
from tests.e2e.loop.service import copy_of


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_deploy_is_allowed_by_its_policy_and_denied_without_one_of_its_actions(name: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(name):
        pytest.skip(problem)
    framework, service = loop.framework(name), copy_of("rest-api", tmp_path)
    policy = framework.policy(service, "deploy")

    lacking = framework.run(service, ["deploy"], without(policy, "s3:PutObject"))
    assert lacking.exit_code == 1
    assert {action for call in lacking.denied for action, _ in call.denied} == {"s3:PutObject"}, lacking
    assert "is not authorized to perform: s3:PutObject" in lacking.output, lacking

    first = framework.run(service, ["deploy"], policy)
    assert first.exit_code == 0, first
    assert not first.denied, first
    assert not first.connections, first
    assert {"CreateChangeSet", "PutObject"} <= {call.operation for call in first.calls}
