"""What was deployed last: from a template, a report, or the committed baseline."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.run import run, write

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "old-uploads"}}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}
CONFIG = {"service": "orders", "provider": {"name": "aws", "region": "us-east-1"}}
OPTIONS = ("--framework", "osls@4", "--account", "111111111111")


def service(folder: Path, resources: dict[str, object]) -> tuple[str, ...]:
    template = write(folder / "t.json", {"Resources": resources})
    config = write(folder / "serverless.json", CONFIG)
    return ("--template", str(template), "--config", str(config), *OPTIONS)


def actions(report: dict[str, object], resource: str) -> set[str]:
    needs = report["needs"]
    assert isinstance(needs, list)
    return {need["action"] for need in needs if need["resource"] == resource}


def test_a_report_stands_for_the_previous_template(tmp_path: Path) -> None:
    before = run("generate", *service(tmp_path, {"Old": BUCKET, "Jobs": QUEUE}), "--previous", "none", "--format", "report")
    previous = write(tmp_path / "before.json", before.out)
    after = run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--previous", previous, "--format", "report")
    assert "0 gaps" in after.err
    found = actions(after.json(), "arn:aws:s3:::old-uploads")
    assert "s3:DeleteBucket" in found
    assert "s3:CreateBucket" not in found
    dropped = [need for need in after.json()["needs"] if need["subject"].get("previous")]
    assert {need["subject"]["name"] for need in dropped} == {"Old"}


def test_the_committed_baseline_is_found_and_does_not_grow(tmp_path: Path) -> None:
    baseline = tmp_path / "leastpriv"
    first = run("generate", *service(tmp_path, {"Old": BUCKET, "Jobs": QUEUE}), "--previous", "none", "--output", baseline)
    assert first.code == 0
    second = run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--output", baseline)
    assert "0 gaps" in second.err
    assert "s3:DeleteBucket" in (baseline / "orders-dev-deployer.json").read_text("utf-8")
    third = run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--format", "report")
    assert actions(third.json(), "arn:aws:s3:::old-uploads") == set(), "what was dropped two deploys ago is forgotten"


def test_remove_without_a_template_works_from_the_baseline(tmp_path: Path) -> None:
    run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--previous", "none", "--output", tmp_path / "leastpriv")
    handoff = {
        "handoff": 1,
        "framework": {"name": "osls", "version": "4.3.1"},
        "serviceDir": str(tmp_path),
        "configurationFile": "serverless.json",
        "stack": {"name": "orders-dev", "stage": "dev", "region": "us-east-1"},
        "service": CONFIG,
        "template": None,
    }
    path = write(tmp_path / "handoff.json", json.dumps(handoff))
    outcome = run("generate", "--handoff", path, "--commands", "remove", "--account", "111111111111", "--format", "report")
    assert outcome.code == 0
    found = actions(outcome.json(), "arn:aws:sqs:us-east-1:111111111111:jobs")
    assert "sqs:DeleteQueue" in found
    assert "sqs:CreateQueue" not in found
    deploy = run("generate", "--handoff", path, "--commands", "deploy", "--account", "111111111111")
    assert "there is no compiled template yet" in deploy.err
