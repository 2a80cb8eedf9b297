"""`generate --commands X`: what that command needs, and nothing else."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from sls_leastpriv.commands.service import predicted
from sls_leastpriv.model import Need
from sls_leastpriv.read.project import COMMANDS
from sls_leastpriv.read.source import Inputs
from tests.commands.run import run
from tests.fixture import ACCOUNT, fixture_names, handoff

STACK_COMMANDS = {"deploy", "remove", "rollback"}

# of the fixture `rest-api`; what the commands that change the stack need is in the fixture's own policy
ACTIONS = {
    "deploy-function": {"lambda:GetFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"},
    "deploy-list": {"cloudformation:DescribeStackResource", "s3:ListBucket"},
    "deploy-list-functions": {"lambda:GetFunction", "lambda:ListVersionsByFunction"},
    "info": {
        "apigateway:GET",
        "cloudformation:DescribeStackResources",
        "cloudformation:DescribeStacks",
        "cloudformation:ListStackResources",
    },
    "invoke": {"lambda:InvokeFunction"},
    "logs": {"logs:DescribeLogStreams", "logs:FilterLogEvents"},
    "metrics": {"cloudwatch:GetMetricStatistics"},
    "package": set(),
    "rollback-function": {"lambda:GetFunction", "lambda:UpdateFunctionCode"},
}


def needs(path: Path, *commands: str) -> tuple[Need, ...]:
    inputs = Inputs(handoff=str(path), commands=",".join(commands), account=ACCOUNT)
    return predicted(inputs, places=False).prediction.needs


def keys(found: tuple[Need, ...]) -> set[tuple[object, ...]]:
    return {(need.action, need.resource, need.conditions, need.principal, need.cause.subject.name) for need in found}


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - STACK_COMMANDS))
def test_the_policy_of_a_command_holds_its_actions(command: str, tmp_path: Path) -> None:
    outcome = run("generate", "--handoff", handoff("rest-api", tmp_path), "--commands", command, "--account", ACCOUNT)
    assert outcome.code == 0
    statements = outcome.json()["Statement"]
    actions = [[one["Action"]] if isinstance(one["Action"], str) else one["Action"] for one in statements]
    assert set(itertools.chain(*actions)) == ACTIONS[command]
    assert "*" not in [one["Resource"] for one in statements] or command == "metrics"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", fixture_names())
def test_no_need_is_another_command_s(name: str, command: str, tmp_path: Path) -> None:
    found = needs(handoff(name, tmp_path), command)
    assert {need.cause.subject.name for need in found if need.cause.subject.kind == "command"} <= {command}
    resources = [need for need in found if need.cause.subject.kind in ("resource", "template")]
    assert bool(resources) == (command in STACK_COMMANDS)
    if command == "remove":
        assert set().union(*(need.phases for need in resources)) == {"read", "delete"}


@pytest.mark.parametrize("name", fixture_names())
def test_commands_together_need_what_each_needs(name: str, tmp_path: Path) -> None:
    path = handoff(name, tmp_path)
    alone = {command: keys(needs(path, command)) for command in COMMANDS}
    for pair in itertools.combinations(COMMANDS, 2):
        assert keys(needs(path, *pair)) == alone[pair[0]] | alone[pair[1]], pair
