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


def test_what_was_dropped_stays_until_it_is_said_to_be_deployed(tmp_path: Path) -> None:
    baseline = tmp_path / "leastpriv"
    first = run("generate", *service(tmp_path, {"Old": BUCKET, "Jobs": QUEUE}), "--previous", "none", "--output", baseline)
    assert first.code == 0
    second = run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--output", baseline)
    assert "0 gaps" in second.err
    assert "s3:DeleteBucket" in (baseline / "orders-dev-deployer.json").read_text("utf-8")
    assert "dropped: `Old` can still be read and deleted" in second.err
    written = contents(baseline)
    run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--output", baseline)
    assert contents(baseline) == written, "whether it is deployed by now is not known"
    last = run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--previous", "none", "--output", baseline)
    assert "dropped:" not in last.err
    assert "old-uploads" not in "".join(contents(baseline).values())


def test_the_baseline_changes_only_with_the_service(tmp_path: Path) -> None:
    folder = tmp_path / "leastpriv"
    first = run("generate", *service(tmp_path, {"Old": BUCKET, "Jobs": QUEUE}), "--output", folder)
    assert "what is deployed now is not known" in first.err
    written = contents(folder)
    assert {"needs.json", "orders-dev-deployer.json"} <= set(written)
    again = run("generate", *service(tmp_path, {"Jobs": QUEUE, "Old": BUCKET}), "--output", folder)
    assert "0 gaps" in again.err
    assert contents(folder) == written
    assert {need["subject"]["where"] for need in json.loads(written["needs.json"])["needs"]} == {None}


def test_policies_that_are_no_more_are_removed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "leastpriv"
    many = {f"Q{number}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"jobs-{number}" * 5}} for number in range(90)}
    run("generate", *service(tmp_path, many), "--output", folder)
    before = set(contents(folder))
    assert len(before) > 2
    write(folder / "approved.json", {"approved": []})
    run("generate", *service(tmp_path, {"Jobs": QUEUE}), "--previous", "none", "--output", folder)
    assert {name for name in contents(folder) if "trust" not in name} == {"approved.json", "needs.json", "orders-dev-deployer.json"}


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


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
