"""The fixture services through their whole life, under the policy of each command: no call is denied, neither one of the command
line nor one of CloudFormation for a resource.

By default one service with each Framework; `LEASTPRIV_TEST_LOOP=all` runs every service with every Framework, and failing deploys.
"""

from __future__ import annotations

from itertools import dropwhile
from pathlib import Path

import pytest

from tests.e2e.engine.plots import FAILURES, LIFE, PLOTS, UNDONE_WITH
from tests.e2e.loop.framework import FRAMEWORKS, Run, missing
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import policies_of, without
from tests.e2e.loop.record import Recorded
from tests.e2e.loop.service import copy_of
from tests.e2e.plots import IS_ALL
from tests.e2e.story import tell

CHOICE = [(framework, "http-api") for framework in FRAMEWORKS]
ALL = [(framework, plot) for plot in PLOTS for framework in FRAMEWORKS]


@pytest.mark.parametrize(("framework", "plot"), ALL if IS_ALL else CHOICE)
def test_a_service_lives_under_its_policies(framework: str, plot: str, engine_loop: Loop, tmp_path: Path) -> None:
    if problem := missing(framework):
        pytest.skip(problem)
    runs = tell(engine_loop, framework, PLOTS[plot], tmp_path).runs
    assert len(runs) == len(LIFE) - 1
    first, last = runs[0], runs[-1]
    assert any(call.by and call.by.endswith("Add") for call in first.calls), "CloudFormation made no call of its own"
    assert any(call.by and call.by.endswith("Remove") for call in last.calls)


@pytest.mark.skipif(not IS_ALL, reason="takes minutes: `LEASTPRIV_TEST_LOOP=all`")
@pytest.mark.parametrize("plot", FAILURES)
def test_a_deploy_that_fails_is_undone_under_its_own_policy(plot: str, engine_loop: Loop, tmp_path: Path) -> None:
    if problem := missing(UNDONE_WITH):
        pytest.skip(problem)
    runs = tell(engine_loop, UNDONE_WITH, FAILURES[plot], tmp_path).runs
    assert "UPDATE_ROLLBACK_COMPLETE" in runs[1].output, runs[1]
    assert any(call.by and call.operation == "UpdateFunctionCode" for call in _after_the_denial(runs[1])), runs[1]
    for late in runs[3:4]:
        assert "ROLLBACK_COMPLETE" in late.output, late
        assert any(call.by and call.operation == "DeleteFunction" for call in _after_the_denial(late)), late


def _after_the_denial(run: Run) -> list[Recorded]:
    return list(dropwhile(lambda call: call.decision == "allowed", run.calls))


def test_a_denied_call_of_cloudformation_fails_the_deploy(engine_loop: Loop, tmp_path: Path) -> None:
    name = "osls@4"
    if problem := missing(name):
        pytest.skip(problem)
    framework, service = engine_loop.framework(name), copy_of("queue-stream-schedule", tmp_path)
    policies = policies_of(framework.handoff(service), "deploy")
    lacking = framework.run(service, ["deploy"], policies.document, engine=(without(policies.resources, "sqs:CreateQueue"),))
    assert {action for call in lacking.denied for action, _ in call.denied} == {"sqs:CreateQueue"}, lacking
    assert all(call.by and call.by.startswith("AWS::SQS::Queue") for call in lacking.denied), lacking
    assert lacking.exit_code == 1
