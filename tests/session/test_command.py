"""`session` as a user runs it, against an AWS on loopback where it asks AWS."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands.run import Outcome, run, write
from tests.moto_server import ACCOUNT, Moto, moto_server

STACK = ("--stack-name", "orders-dev", "--region", "us-east-1", "--account", ACCOUNT)
QUEUE = {"Type": "AWS::SQS::Queue"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
LEFT = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('AWS_')}))"


def resources(**more: Any) -> dict[str, Any]:
    return {"Resources": {"Jobs": QUEUE, **more}}


@pytest.fixture(scope="module")
def server() -> Iterator[Moto]:
    with moto_server() as moto:
        yield moto


@pytest.fixture
def aws(server: Moto) -> Moto:
    server.reset()
    server.client("iam").create_role(RoleName="deployer", AssumeRolePolicyDocument="{}")
    return server


def session(folder: Path, template: dict[str, Any], *more: str | Path, env: dict[str, str] | None = None) -> Outcome:
    return run("session", "--template", write(folder / "t.json", template), *STACK, *more, env=env)


def named(document: dict[str, Any]) -> set[str]:
    found = (statement["Action"] for statement in document["Statement"])
    return {action for one in found for action in ([one] if isinstance(one, str) else one)}


def test_a_queue_added_to_a_template_in_a_file(tmp_path: Path) -> None:
    previous = write(tmp_path / "p.json", resources())
    outcome = session(tmp_path, resources(New=QUEUE), "--previous", previous)
    assert outcome.code == 0, outcome.err
    assert {"sqs:CreateQueue", "sqs:DeleteQueue"} <= named(outcome.json())
    assert "added: New (AWS::SQS::Queue)" in outcome.err and "Jobs" not in outcome.err
    assert "as text, within 2048" in outcome.err


def test_the_report_says_what_changes(tmp_path: Path) -> None:
    previous = write(tmp_path / "p.json", resources(Old=QUEUE))
    found = session(tmp_path, resources(), "--previous", previous, "--format", "report").json()
    assert found["changes"] == [{"logicalId": "Old", "type": "AWS::SQS::Queue", "kind": "removed", "properties": []}]
    assert found["session"]["asText"] and "sqs:DeleteQueue" in named(found["session"]["document"])


def test_the_deployed_template_is_asked_from_cloudformation(tmp_path: Path, aws: Moto) -> None:
    aws.client("cloudformation").create_stack(StackName="orders-dev", TemplateBody=json.dumps(resources()))
    outcome = session(tmp_path, resources(New=QUEUE), env=aws.environment)
    assert outcome.code == 0, outcome.err
    assert "added: New" in outcome.err and "added: Jobs" not in outcome.err


def test_a_stack_that_is_not_there_yet_is_created(tmp_path: Path, aws: Moto) -> None:
    outcome = session(tmp_path, resources(), env=aws.environment)
    assert outcome.code == 0 and "added: Jobs" in outcome.err


def test_tags_of_the_stack_that_change_reach_everything(tmp_path: Path, aws: Moto) -> None:
    aws.client("cloudformation").create_stack(StackName="orders-dev", TemplateBody=json.dumps(resources()))
    outcome = session(tmp_path, resources(), "--stack-tags", "team=shop", env=aws.environment)
    assert "changed: Jobs (AWS::SQS::Queue): Tags" in outcome.err and "sqs:TagQueue" in named(outcome.json())


def test_without_credentials_it_says_so(tmp_path: Path) -> None:
    outcome = session(tmp_path, resources(), env={"AWS_EC2_METADATA_DISABLED": "true"})
    assert outcome.code == 4 and "credentials" in outcome.err


def test_the_command_gets_the_credentials_of_the_session_and_no_others(tmp_path: Path, aws: Moto) -> None:
    previous = write(tmp_path / "p.json", resources())
    environment = {**aws.environment, "AWS_ROLE_SESSION_NAME": "other"}
    words = ("--role-arn", ROLE, "--exec", "--", sys.executable, "-c", LEFT)
    outcome = session(tmp_path, resources(New=QUEUE), "--previous", previous, *words, env=environment)
    assert outcome.code == 0, outcome.err
    left = outcome.json()
    assert left["AWS_ACCESS_KEY_ID"].startswith("ASIA") and left["AWS_SESSION_TOKEN"] and "AWS_ROLE_SESSION_NAME" not in left
    assert "testing" not in left.values() and left["AWS_ENDPOINT_URL"] == aws.endpoint
    assert left["AWS_SESSION_TOKEN"] not in outcome.err and left["AWS_SECRET_ACCESS_KEY"] not in outcome.err


@pytest.mark.parametrize("words", [("--exec", f"{sys.executable} -c exit(7)"), ("--exec", "--", sys.executable, "-c", "exit(7)")])
def test_the_exit_code_is_the_commands(tmp_path: Path, aws: Moto, words: tuple[str, ...]) -> None:
    outcome = session(tmp_path, resources(), "--previous", "none", "--role-arn", ROLE, *words, env=aws.environment)
    assert (outcome.code, outcome.out) == (7, "")


def test_what_is_too_long_for_a_text_becomes_managed_policies_for_the_time_of_the_command(tmp_path: Path, aws: Moto) -> None:
    many = {f"Queue{n}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{n}-{'q' * 60}"}} for n in range(30)}
    listing = "import boto3; print([p['PolicyName'] for p in boto3.client('iam').list_policies(Scope='Local')['Policies']])"
    words = ("--role-arn", ROLE, "--exec", "--", sys.executable, "-c", listing)
    outcome = session(tmp_path, {"Resources": many}, "--previous", "none", *words, env=aws.environment)
    assert outcome.code == 0, outcome.err
    assert "orders-dev-session" in outcome.out and "managed polic" in outcome.err
    assert aws.client("iam").list_policies(Scope="Local")["Policies"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--exec", "--", "true"), "`--role-arn ARN`"),
        (("--exec", "--role-arn", ROLE), "no command to run"),
        (("--duration", "60"), "no length of a session"),
        (("--format", "html"), "no format"),
        (("--role-arn", ROLE, "--exec", "--", "no-such-program-at-all"), "cannot be run"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, aws: Moto, more: tuple[str, ...], said: str) -> None:
    outcome = session(tmp_path, resources(), "--previous", "none", *more, env=aws.environment)
    assert outcome.code == 2 and said in outcome.err
