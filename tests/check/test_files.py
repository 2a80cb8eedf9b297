"""`check --policy`: the files that it takes, what it says, and how it ends. AWS is not asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from sls_leastpriv.knowledge.published import published
from tests.check.running import Desk, allow, deny, found, policy
from tests.commands.run import run

EVERYTHING = policy(allow("*"))
NO_IAM = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})


def test_what_is_granted_too_much_is_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    held = policy(
        allow(["sqs:*", "s3:GetObject"]),
        allow(["ecr:DescribeImages", "ecr:DescribeRepositories", "nothing:Known"]),
        deny(["sqs:Send*", "sqs:Receive*"]),
    )
    excess = found(desk.check("--policy", desk.file("held.json", held), "--format", "report"))["excess"]
    of_queues = len(published("sqs")["actions"]) - 2
    assert excess["services"] == {"ecr": 1, "sqs": of_queues}
    assert (excess["granted"], excess["count"]) == (of_queues + 3, of_queues + 1)
    assert excess["wide"] == ["ecr:DescribeRepositories", "s3:GetObject"]
    assert {"pattern": "sqs:*", "statement": 1, "granted": of_queues + 1, "needed": 1}.items() <= excess["wildcards"][0].items()


def test_what_another_command_needs_is_not_too_much(tmp_path: Path) -> None:
    """The hook checks one command at a time; the policy is for all of them."""
    desk = Desk(tmp_path)
    generated = desk.file("generated.json", desk.run("generate").out)
    for commands in (["--commands", "deploy"], []):
        excess = found(desk.check("--policy", generated, *commands, "--format", "report"))["excess"]
        assert (excess["count"], excess["wide"], excess["escalating"]) == (0, [], [])
    assert found(desk.check("--policy", generated, "--commands", "remove", "--format", "report"))["excess"] is None


def test_policies_in_every_form_in_which_they_are_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.run("generate", "--output", tmp_path / "out")
    parts = sorted((tmp_path / "out").glob("*-deployer*.json"))
    documents = [part.read_text("utf-8") for part in parts]
    version = f'{{"PolicyVersion": {{"Document": {documents[0]}, "VersionId": "v3", "IsDefaultVersion": true}}}}'
    inline = f'{{"UserName": "deployer", "PolicyName": "all", "PolicyDocument": {documents[0]}}}'
    for files in (
        parts,
        [tmp_path / "out" / "needs.json"],
        [desk.file("version.json", version), *parts[1:]],
        [desk.file("inline.json", inline), *parts[1:]],
    ):
        outcome = desk.check("--policy", *files)
        assert outcome.code == 0, outcome.err
        assert outcome.err.splitlines()[-1].startswith("0 missing · 0 cannot be known · 0 too many · "), outcome.err


def test_files_may_be_named_one_by_one(tmp_path: Path) -> None:
    """As the plugin does; the last one must not take the place of the others."""
    desk = Desk(tmp_path)
    files = [desk.file("first.json", EVERYTHING), desk.file("second.json", policy(allow("s3:*")))]
    outcome = desk.check("--policy", files[0], "--policy", files[1])
    assert outcome.code == 0
    assert "by 2 policies" in outcome.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not"),
        ("[]", "holds no policy document"),
        ('{"Resources": {}}', "holds no policy document"),
        ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}', "must have either `Resource` or"),
        ('{"Version": "2012-10-18", "Statement": []}', "`Version` of"),
    ],
)
def test_a_file_that_is_no_policy(content: str, said: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    outcome = desk.check("--policy", desk.file("wrong.json", content))
    assert outcome.code == 3
    assert said in outcome.err and "help: " in outcome.err and "Traceback" not in outcome.err
    assert outcome.out == ""


def test_options_that_make_no_sense_together(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    boundary = desk.file("boundary.json", EVERYTHING)
    for arguments, said in [
        (["--boundary", boundary], "`--boundary` goes with `--policy`"),
        (["--policy", boundary, "--mode", "off"], "`off` is no mode that is known"),
        (["--policy", boundary, "--format", "html"], "`html` is no format that is known"),
        (["--policy", boundary, "--timeout", "soon"], "`soon` is no number of seconds"),
        (["--principal", "deployer"], "`deployer` is no user, role or session of a role"),
        (["--principal", "arn:aws:s3:::bucket"], "is no user, role or session of a role"),
    ]:
        outcome = desk.check(*arguments)
        assert (outcome.code, outcome.out) == (2, "")
        assert said in outcome.err, outcome.err


def test_mode_warn_says_the_same_and_does_not_fail(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    held = desk.file("power.json", NO_IAM)
    error, warn = desk.check("--policy", held), desk.check("--policy", held, "--mode", "warn")
    assert (error.code, warn.code) == (1, 0)
    note = "note: in mode warn what is missing does not fail this check\n"
    assert note in warn.err
    assert warn.err.replace(note, "") == error.err


def test_strict_fails_on_what_cannot_be_known(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    held = desk.file("mfa.json", policy(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})))
    assert desk.check("--policy", held).code == 0
    assert desk.check("--policy", held, "--strict").code == 1


def test_a_bare_template_is_checked_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    template = desk.file("template.json", {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}}})
    arguments = ["--template", template, "--stack-name", "orders-dev", "--region", "us-east-1", "--account", "111111111111"]
    held = desk.file("held.json", policy(allow(["sqs:Get*", "sqs:SetQueueAttributes", "sqs:List*", "sqs:*Tag*", "sqs:*Queue"])))
    outcome = run("check", *arguments, "--previous", "none", "--policy", held)
    assert outcome.code == 0, outcome.err
    lacking = run("check", *arguments, "--previous", "none", "--policy", desk.file("held.json", policy(allow("sqs:CreateQueue"))))
    assert lacking.code == 1
    assert "missing: sqs:DeleteQueue on arn:aws:sqs:us-east-1:111111111111:jobs\n  fails on rollback" in lacking.err
