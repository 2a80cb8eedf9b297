"""`generate --with-check`: the policy with which its holder can be checked, and which grants nothing on anybody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.check.running import USER, Desk, found
from tests.check.simulator import Simulator
from tests.check.stub import Stub
from tests.fixture import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/teams/ci"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run-1"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def added(plain: dict[str, Any], checked: dict[str, Any]) -> list[dict[str, Any]]:
    return [statement for statement in checked["Statement"] if statement not in plain["Statement"]]


CASES: list[tuple[str | None, str, str, list[str], list[str]]] = [
    # whom the policy names, who holds it, as whom it acts, the actions that are added, and on what
    (USER, USER, USER, ["iam:SimulatePrincipalPolicy"], [USER]),
    (ROLE, ROLE, SESSION, ["iam:GetRole", "iam:SimulatePrincipalPolicy"], [ROLE]),
    (
        SESSION,
        ROLE,
        SESSION,
        ["iam:GetRole", "iam:SimulatePrincipalPolicy"],
        [f"arn:aws:iam::{ACCOUNT}:role/*/ci", f"arn:aws:iam::{ACCOUNT}:role/ci"],
    ),
    (
        None,
        USER,
        USER,
        ["iam:SimulatePrincipalPolicy"],
        [f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}", f"arn:aws:iam::{ACCOUNT}:user/*/${{aws:username}}"],
    ),
]


@pytest.mark.parametrize(("named", "holder", "caller", "actions", "resources"), CASES)
def test_its_holder_can_be_checked(
    named: str | None, holder: str, caller: str, actions: list[str], resources: list[str], desk: Desk
) -> None:
    generated = desk.run("generate", "--with-check", *(["--principal", named] if named else []))
    assert generated.code == 0
    (statement,) = added(desk.run("generate").json(), generated.json())
    assert statement == {
        "Effect": "Allow",
        "Action": actions if len(actions) > 1 else actions[0],
        "Resource": resources if len(resources) > 1 else resources[0],
    }
    with Stub(Simulator([generated.json()], arn=holder, caller=caller, enforces=True)) as stub:
        outcome = desk.check("--format", "report", env=stub.env)
        plain = Simulator([desk.run("generate").json()], arn=holder, caller=caller, enforces=True)
        stub.answers = plain
        without = desk.check("--max-age", "0", env=stub.env)
    answer = found(outcome)
    assert (outcome.code, answer["missing"], answer["unknown"]) == (0, [], [])
    assert answer["evidence"]["kind"] == "simulation" and answer["principal"]["arn"] == holder
    assert without.code == 4


def test_a_deployer_that_is_not_named_is_a_gap(desk: Desk) -> None:
    outcome = desk.run("generate", "--with-check")
    assert "gap: command `check`: the deployer is taken for a user; if it is a role, name it: `--principal ARN`" in outcome.err


def test_what_the_check_needs_has_its_reason_in_the_report(desk: Desk) -> None:
    report = json.loads(desk.run("generate", "--with-check", "--principal", ROLE, "--format", "report").out)
    reasons = {need["action"]: need["why"] for need in report["needs"] if need["subject"]["name"] == "check"}
    assert reasons == {
        "iam:GetRole": "the check reads the path of the deployer's own role, which its session does not say",
        "iam:SimulatePrincipalPolicy": "the check asks IAM what the deployer's own policies allow",
    }


def test_what_the_check_needs_is_not_too_much(desk: Desk) -> None:
    held = desk.file("held.json", desk.run("generate", "--with-check", "--principal", ROLE).out)
    assert found(desk.check("--policy", held, "--format", "report"))["excess"]["count"] == 0


def test_a_principal_without_a_use_for_it(desk: Desk) -> None:
    outcome = desk.run("generate", "--principal", ROLE)
    assert (outcome.code, outcome.out) == (2, "")
    assert "`--principal` goes with `--with-check`" in outcome.err
    assert desk.run("generate", "--with-check", "--principal", "ci").code == 2
