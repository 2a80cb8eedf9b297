"""What the check says: text for people, annotations for GitHub, a report for machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check.running import Desk, allow, deny, found, policy
from tests.commands.run import run
from tests.e2e.loop.policies import without
from tests.fixture import ACCOUNT, FIXTURES

STACK = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/orders-dev/*"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, "rest-api")


def test_one_action_is_said_with_its_reason_its_moment_and_the_statement_that_mends_it(desk: Desk) -> None:
    generated = desk.run("generate").json()
    held = desk.file("held.json", without(generated, "cloudformation:ExecuteChangeSet"))
    outcome = desk.check("--policy", held)
    assert outcome.code == 1
    assert outcome.out == ""
    said = "".join(line for line in outcome.err.splitlines(keepends=True) if not line.startswith("path: "))
    assert said == (
        "check: a principal, by 1 policy\n"
        f"missing: cloudformation:ExecuteChangeSet on {STACK}\n"
        "  fails the deploy: no policy allows it\n"
        f"  needed because {reason(desk, 'cloudformation:ExecuteChangeSet')} (command deploy)\n"
        "add to a policy of the principal:\n"
        "{\n"
        '  "Version": "2012-10-17",\n'
        '  "Statement": [\n'
        "    {\n"
        '      "Effect": "Allow",\n'
        '      "Action": "cloudformation:ExecuteChangeSet",\n'
        f'      "Resource": "{STACK}"\n'
        "    }\n"
        "  ]\n"
        "}\n"
        "not seen: only the given files were read: other policies, a permissions boundary and the organization may change the "
        "answer\n"
        f"1 missing · 0 cannot be known · 0 too many · {len(asks(desk))} needs of `orders-dev`\n"
    )


def reason(desk: Desk, action: str) -> str:
    return next(need["why"] for need in desk.run("generate", "--format", "report").json()["needs"] if need["action"] == action)


def asks(desk: Desk) -> set[tuple[str, str, str]]:
    needs = desk.run("generate", "--format", "report").json()["needs"]
    return {(one["action"], one["resource"], str(one["conditions"])) for one in needs}


def test_conditions_and_places_are_said(desk: Desk) -> None:
    generated = desk.run("generate").json()
    text = desk.check("--policy", desk.file("held.json", without(generated, "iam:PassRole"))).err
    assert "  if StringEquals iam:PassedToService = lambda.amazonaws.com\n" in text
    assert ", serverless.yml:" in text


def test_a_denial_names_the_statement_and_that_no_other_mends_it(desk: Desk) -> None:
    held = desk.file("held.json", policy(allow("*"), deny("lambda:DeleteFunction", Sid="NoDeletes")))
    outcome = desk.check("--policy", held)
    assert f"denied by statement 2 (`NoDeletes`) of the policy `{held}`" in outcome.err
    assert "what a statement denies, no other statement can allow: the denying statement has to change" in outcome.err
    assert "fails on rollback, replacement or removal only" in outcome.err
    assert "add to a policy" not in outcome.err


def test_many_are_counted(desk: Desk) -> None:
    text = desk.check("--policy", desk.file("held.json", policy())).err
    named = [line for line in text.splitlines() if line.startswith("missing: ")]
    assert len(named) == 11
    assert named[-1].startswith(f"missing: {len(asks(desk)) - 10} more: ") and named[-1].endswith("`--format report` lists them")


def test_annotations_for_github(desk: Desk) -> None:
    generated = desk.run("generate").json()
    lacking = without(generated, "lambda:CreateFunction", "cloudformation:ExecuteChangeSet")
    env = {"GITHUB_WORKSPACE": str(FIXTURES.parent)}
    outcome = desk.check("--policy", desk.file("held.json", lacking), "--format", "github", env=env)
    assert outcome.code == 1
    commands = outcome.out.splitlines()
    assert commands and all(line.startswith("::error ") for line in commands)
    placed = [line for line in commands if "file=fixtures/rest-api/serverless.yml,line=" in line]
    assert placed and all(
        "title=leastpriv%3A 1 permission missing::lambda:CreateFunction on arn:aws:lambda:" in line for line in placed
    )
    (elsewhere,) = [line for line in commands if line not in placed]
    assert (
        elsewhere
        == f"::error title=leastpriv%3A 1 permission missing::cloudformation:ExecuteChangeSet on {STACK}: no policy allows it"
    )

    warned = desk.check("--policy", desk.file("held.json", lacking), "--mode", "warn", env={**env, "GITHUB_ACTIONS": "true"})
    assert (warned.code, warned.out) == (0, "")
    assert [line for line in warned.err.splitlines() if line.startswith("::")] == [
        line.replace("::error ", "::warning ") for line in commands
    ]


def test_github_shows_ten_annotations(desk: Desk) -> None:
    outcome = desk.check("--policy", desk.file("held.json", policy()), "--format", "github")
    lines = outcome.out.splitlines()
    assert len(lines) == 10
    assert all(line.startswith("::error ") for line in lines)
    assert lines[-1].endswith(" with missing permissions; the log lists them")


def test_what_cannot_be_known_is_a_warning(desk: Desk) -> None:
    held = desk.file("held.json", policy(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})))
    outcome = desk.check("--policy", held, "--format", "github")
    assert outcome.code == 0
    assert outcome.out == f"::warning title=leastpriv::{len(asks(desk))} needs cannot be known; see the log\n"


def test_the_report_has_its_shape(desk: Desk) -> None:
    outcome = desk.check("--policy", desk.file("held.json", policy(allow("s3:*"))), "--format", "report", "--mode", "warn")
    assert (outcome.code, outcome.err) == (0, "")
    document = outcome.json()
    assert document["version"] == 1 and document["needs"] and document["policies"]
    check = found(outcome)
    assert set(check) >= {
        "mode", "principal", "evidence", "asked", "missing", "unknown", "excess", "add", "addToBoundary", "limits", "toCheck",
        "notes",
    }  # fmt: skip
    assert (check["mode"], check["principal"], check["evidence"]["kind"]) == ("warn", None, "files")
    for one in check["missing"]:
        assert one["fails"] in ("now", "later", "rollback")
        assert set(one) == {
            "action", "resource", "conditions", "phases", "reason", "subjects", "why", "source", "fails", "lacks",
        }  # fmt: skip
    assert [one["fails"] for one in check["missing"]] == sorted(
        (one["fails"] for one in check["missing"]), key=("now", "later", "rollback").index
    )


def test_a_gap_is_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    held = desk.file("held.json", policy(allow("*")))
    text = desk.check("--policy", held, "--previous", str(desk.file("empty.json", {"Resources": {}}))).err
    assert "gap: " not in text
    template = desk.file("template.json", {"Resources": {"X": {"Type": "Nobody::Knows::This"}}})
    outcome = run("check", "--template", template, "--stack-name", "s", "--region", "us-east-1", "--policy", held)
    assert "gap: resource `X`" in outcome.err
    assert (
        run("check", "--template", template, "--stack-name", "s", "--region", "us-east-1", "--policy", held, "--strict").code == 1
    )
