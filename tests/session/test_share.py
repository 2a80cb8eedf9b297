"""How much less a session grants than the deployer's policy, for the change that is made most: the code of one function."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.knowledge.published import action_of
from sls_leastpriv.policy.patterns import arn_covers
from tests.commands.run import run, write
from tests.fixture import ACCOUNT, FIXTURES, handoff


def mutating(document: dict[str, Any]) -> set[tuple[str, str]]:
    """The grants of a policy, action by action on each resource, that do more than read."""
    found = set()
    for statement in document["Statement"]:
        actions, resources = statement["Action"], statement["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            published = action_of(action)
            if published is None or published["level"] not in ("Read", "List"):
                found |= {(action, one) for one in ([resources] if isinstance(resources, str) else resources)}
    return found


def with_new_code(document: dict[str, Any]) -> dict[str, Any]:
    """The hand-off of the service with new code in one function: a new package, and a new version of the function."""
    changed = copy.deepcopy(document)
    resources = changed["template"]["Resources"]
    function = next(name for name, body in sorted(resources.items()) if body["Type"] == "AWS::Lambda::Function")
    resources[function]["Properties"]["Code"]["S3Key"] = "serverless/new/code.zip"
    stem = function.removesuffix("LambdaFunction")
    old = next((name for name in resources if name.startswith(f"{stem}LambdaVersion")), None)
    if old is None:
        return changed
    renamed: dict[str, Any] = json.loads(json.dumps(changed).replace(old, f"{stem}LambdaVersionNew"))
    return renamed


@pytest.mark.parametrize("name", ["rest-api", "queue-stream-schedule", "http-api", "state-machine"])
def test_new_code_of_one_function_takes_a_quarter_of_the_mutating_grants_at_most(name: str, tmp_path: Path) -> None:
    document = json.loads((FIXTURES / name / "handoff.json").read_text("utf-8"))
    previous = write(tmp_path / "previous.json", document["template"])
    new = write(tmp_path / "new.json", {**with_new_code(document), "serviceDir": str(FIXTURES / name)})
    session = run("session", "--handoff", new, "--previous", previous, "--account", ACCOUNT)
    assert session.code == 0, session.err
    whole = run("generate", "--handoff", handoff(name, tmp_path), "--previous", previous, "--account", ACCOUNT)
    granted, of_all = mutating(session.json()), mutating(whole.json())
    assert "lambda:UpdateFunctionCode" in {action for action, _ in granted}
    for action, resource in granted:
        assert any(action == one and arn_covers(wide, resource) for one, wide in of_all), (action, resource)
    assert len(granted) <= len(of_all) / 4, f"{len(granted)} of {len(of_all)}"
