"""The bottom-up loop, closed: deploy under a policy that lacks something, learn from the failure, add it, deploy again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.loop.framework import Framework, missing
from tests.e2e.loop.judge import ALLOW_NOTHING
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import without
from tests.e2e.loop.resources import ACCOUNT
from tests.e2e.loop.service import copy_of

NAME = "osls@4"


@pytest.fixture
def framework(loop: Loop) -> Framework:
    if problem := missing(NAME):
        pytest.skip(problem)
    return loop.framework(NAME)


def learned(framework: Framework, service: Path) -> list[Any]:
    """The statements that `sls leastpriv learn` adds for the failure of the last run."""
    run = framework.run(service, ["leastpriv", "learn", "--format", "policy", "--account", ACCOUNT], ALLOW_NOTHING)
    assert run.exit_code == 1, run
    assert not run.calls and not run.connections, run
    statements: list[Any] = json.loads(run.stdout)["Statement"]
    return statements


def rounds(framework: Framework, service: Path, statements: list[Any], most: int) -> int:
    """How often a deploy fails until the policy has learned enough."""
    for failures in range(most):
        run = framework.run(service, ["deploy"], {"Version": "2012-10-17", "Statement": statements})
        if run.exit_code == 0:
            return failures
        assert "`sls leastpriv learn`" in run.output, run
        added = [one for one in learned(framework, service) if one not in statements]
        assert added, f"nothing was learned from: {run}"
        statements = [*statements, *added]
    raise AssertionError(f"still denied after {most} rounds")


def test_a_deploy_that_lacks_two_actions_learns_both(framework: Framework, tmp_path: Path) -> None:
    service = copy_of("rest-api", tmp_path)
    policy = framework.policy(service, "deploy")
    lacking = without(policy, "s3:PutObject", "cloudformation:CreateChangeSet")
    assert rounds(framework, service, list(lacking["Statement"]), 4) == 2


def test_with_a_generated_policy_nothing_is_denied(framework: Framework, tmp_path: Path) -> None:
    service = copy_of("rest-api", tmp_path)
    policy = framework.policy(service, "deploy")
    assert rounds(framework, service, list(policy["Statement"]), 1) == 0
