"""The automatic check in front of real deploys: under a proxy that enforces the policy which is attached to the deployer."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.deployer import READS, REGION, Deployer
from tests.e2e.loop.framework import FRAMEWORKS, Framework, Run, missing
from tests.e2e.loop.judge import Policy
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import without
from tests.e2e.loop.service import copy_of

EVERY = int(os.environ.get("TEST_SCALE", "1")) > 1
"""Whether every Framework is run, and every action left out once: some twenty deploys each."""

SOME_ACTIONS = ("cloudformation:CreateChangeSet", "s3:PutObject")
STACK_REGION = "eu-west-1"


class Stage:
    """A service, its deployer, and a Framework's command line with the check switched on."""

    def __init__(self, name: str, loop: Loop, folder: Path) -> None:
        if problem := missing(name):
            pytest.skip(problem)
        self.loop = loop
        self.framework: Framework = loop.framework(name)
        self.service = copy_of("rest-api", folder)
        self.deployer = Deployer(loop)

    def run(self, policy: Policy, *words: str, mode: str = "error") -> Run:
        """Runs a command with this policy attached, and one with which it may be read."""
        held = self.deployer.hold(policy, READS)
        return self.framework.run(self.service, words, held, variables={**self.deployer.variables, "SLS_LEASTPRIV_CHECK": mode})

    def assert_nothing_was_done(self, run: Run) -> None:
        """Neither asked for, whatever came of it, nor there."""
        assert {call.service for call in run.calls} <= {"iam", "sts"}, run
        assert all(call.operation.startswith(("Get", "List")) for call in run.calls), run
        assert self.loop.moto.client("cloudformation", STACK_REGION).list_stacks()["StackSummaries"] == []
        assert self.loop.moto.client("s3", REGION).list_buckets()["Buckets"] == []


@pytest.fixture(params=FRAMEWORKS if EVERY else ["osls@4"])
def stage(request: pytest.FixtureRequest, loop: Loop, tmp_path: Path) -> Iterator[Stage]:
    yield Stage(request.param, loop, tmp_path)


def said_missing(run: Run) -> list[str]:
    """The actions that are named; of many missing ones the rest is only counted."""
    named = (line.split()[1] for line in run.output.splitlines() if line.startswith("missing: "))
    return [action for action in named if ":" in action]


def actions_of_the_framework(stage: Stage) -> set[str]:
    """What the Framework itself does in a deploy, by the report."""
    words = ["leastpriv", "generate", "--commands", "deploy", "--format", "report"]
    report = json.loads(stage.framework.run(stage.service, words, READS).stdout)
    return {
        need["action"] for need in report["needs"] if need["subject"] == {**need["subject"], "kind": "command", "name": "deploy"}
    }


def test_without_an_action_of_the_framework_nothing_is_touched(stage: Stage) -> None:
    policy = stage.framework.policy(stage.service, "deploy,remove")
    actions = actions_of_the_framework(stage)
    assert set(SOME_ACTIONS) < actions
    for action in sorted(actions if EVERY else SOME_ACTIONS):
        run = stage.run(without(policy, action), "deploy")
        assert run.exit_code == 1, run
        assert set(said_missing(run)) == {action}, run
        assert "`deploy` was stopped: the deployer lacks actions that it needs" in run.output, run
        stage.assert_nothing_was_done(run)


def test_with_the_generated_policy_check_and_deploy_pass(stage: Stage) -> None:
    policy = stage.framework.policy(stage.service, "deploy,remove")
    first = stage.run(policy, "deploy")
    assert first.exit_code == 0, first
    assert not first.denied, first
    assert "0 missing · 0 cannot be known · 0 too many" in first.output, first
    order = [call.service for call in first.calls]
    assert order.index("cloudformation") > max(place for place, service in enumerate(order) if service == "iam"), first

    again = stage.run(policy, "deploy")
    assert again.exit_code == 0, again
    assert "as read less than a minute ago" in again.output, again
    assert "iam" not in {call.service for call in again.calls}, again

    removed = stage.run(policy, "remove")
    assert removed.exit_code == 0, removed
    assert not removed.denied, removed


def test_in_mode_warn_it_says_so_and_the_deploy_fails_where_it_said(stage: Stage) -> None:
    policy = stage.framework.policy(stage.service, "deploy,remove")
    run = stage.run(without(policy, "cloudformation:ValidateTemplate"), "deploy", mode="warn")
    assert said_missing(run) == ["cloudformation:ValidateTemplate"], run
    assert run.exit_code == 1, run
    assert {action for call in run.denied for action, _ in call.denied} == {"cloudformation:ValidateTemplate"}, run
