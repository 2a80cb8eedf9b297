"""The fixture services against their reviewed policy, explanation and gaps. `python -m tests.update_fixtures` rewrites them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sls_leastpriv.policy.size import MANAGED_POLICY, characters
from tests.commands.run import run
from tests.fixture import ACCOUNT, FIXTURES, fixture_names, handoff


@pytest.mark.parametrize("name", fixture_names())
def test_policy_is_the_reviewed_one(name: str, tmp_path: Path) -> None:
    outcome = run("generate", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT)
    assert outcome.code == 0
    assert outcome.out == (FIXTURES / name / "expected" / "policy.json").read_text("utf-8")
    assert outcome.err == (FIXTURES / name / "expected" / "gaps.txt").read_text("utf-8")


@pytest.mark.parametrize("name", fixture_names())
def test_explanation_is_the_reviewed_one(name: str, tmp_path: Path) -> None:
    outcome = run("explain", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT)
    assert outcome.code == 0
    assert outcome.out == (FIXTURES / name / "expected" / "explain.txt").read_text("utf-8")


@pytest.mark.parametrize("name", fixture_names())
def test_documents_fit_and_hold_no_wildcard_where_there_must_be_none(name: str, tmp_path: Path) -> None:
    report = run("generate", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT, "--format", "report").json()
    for policy in report["policies"]:
        assert characters(policy["document"]) <= MANAGED_POLICY
        for statement in policy["document"]["Statement"]:
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            assert not any("*" in action for action in actions)
            if "iam:PassRole" in actions:
                assert "*" not in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
                assert "iam:PassedToService" in json.dumps(statement["Condition"])


@pytest.mark.parametrize("name", fixture_names())
def test_every_need_says_where_and_why(name: str, tmp_path: Path) -> None:
    report = run("generate", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT, "--format", "report").json()
    resources = [need for need in report["needs"] if need["subject"]["kind"] == "resource"]
    assert resources
    for need in report["needs"]:
        assert need["why"] and need["source"].startswith("https://")
    assert {need["subject"]["name"] for need in resources if need["subject"]["where"] is None} == set()


def test_dropping_a_table_still_deletes_it(tmp_path: Path) -> None:
    """The deploy that drops a resource deletes it: known with the previous template, a gap without."""
    path = handoff("queue-stream-schedule", tmp_path)
    document = json.loads(path.read_text("utf-8"))
    before = tmp_path / "before.json"
    before.write_text(json.dumps(document["template"]), "utf-8")
    del document["template"]["Resources"]["Accounts"]
    path.write_text(json.dumps(document), "utf-8")
    table = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/billing-accounts-dev"

    without = run("explain", "dynamodb:*", "--handoff", path, "--account", ACCOUNT)
    assert "dynamodb:DeleteTable" not in without.out
    assert "what is deployed now is not known" in run("generate", "--handoff", path, "--account", ACCOUNT).err

    known = run("explain", "dynamodb:*", "--handoff", path, "--account", ACCOUNT, "--previous", before)
    assert f"dynamodb:DeleteTable\n  on {table}" in known.out
    assert "dynamodb:CreateTable" not in known.out
