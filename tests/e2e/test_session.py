"""A deploy under nothing but the needs of its change: real Frameworks, every call of theirs judged by the session policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.loop.framework import FRAMEWORKS, Framework, missing
from tests.e2e.loop.judge import Policy
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.resources import ACCOUNT
from tests.e2e.loop.service import copy_of, edit
from tests.e2e.plots import IS_ALL


def session(framework: Framework, loop: Loop, service: Path) -> tuple[Policy, str]:
    """What `sls leastpriv session` prints; it asks CloudFormation what is deployed."""
    words = ["leastpriv", "session", "--account", ACCOUNT]
    run = framework.run(service, words, variables={"AWS_ENDPOINT_URL": loop.moto.address.url})
    assert run.exit_code == 0, run
    document: Policy = json.loads(run.stdout)
    return document, run.stderr


def add_queue(service: Path) -> None:
    file = service / "serverless.yml"
    file.write_text(file.read_text("utf-8") + "    Added:\n      Type: AWS::SQS::Queue\n", "utf-8")


CHANGES: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "code": (edit, {"lambda:UpdateFunctionCode"}),
    "a queue": (add_queue, {"sqs:CreateQueue"}),
    "nothing": (lambda _: None, set()),
}


@pytest.mark.parametrize("change", CHANGES if IS_ALL else ["code"])
@pytest.mark.parametrize("name", FRAMEWORKS if IS_ALL else ["osls@4"])
def test_a_deploy_passes_under_the_needs_of_its_change(name: str, change: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(name):
        pytest.skip(problem)
    framework, service = loop.framework(name), copy_of("queue-stream-schedule", tmp_path)
    assert framework.run(service, ["deploy"]).exit_code == 0
    make, needed = CHANGES[change]
    make(service)
    policy, _ = session(framework, loop, service)
    named = {
        action for one in policy["Statement"] for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert needed <= named and not {"iam:CreateRole", "iam:PutRolePolicy", "dynamodb:CreateTable", "lambda:CreateFunction"} & named
    run = framework.run(service, ["deploy"], policy)
    assert run.exit_code == 0 and not run.denied, run
