"""`--require-tag`: conditions where AWS supports them in that phase, and a gap for each action that has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.knowledge.published import PUBLISHED, tag_exclusions
from tests.commands.run import STACK, run, write
from tests.fixture import ACCOUNT, fixture_names, handoff

TEMPLATE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dev-jobs"}},
        "Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "orders-dev-files"}},
    }
}


def report(tmp_path: Path, *more: str) -> Any:
    given = ("--template", write(tmp_path / "t.json", TEMPLATE), *STACK, "--previous", "none", "--format", "report")
    return run("generate", *given, "--require-tag", "Team=A", *more).json()


def conditions(found: Any, action: str) -> list[Any]:
    return [
        statement.get("Condition", {})
        for policy in found["policies"]
        for statement in policy["document"]["Statement"]
        if action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    ]


def test_each_phase_has_its_own_condition(tmp_path: Path) -> None:
    found = report(tmp_path, "--stack-tags", "Team=A")
    assert conditions(found, "sqs:CreateQueue") == [{"StringEquals": {"aws:RequestTag/Team": "A"}}]
    assert conditions(found, "sqs:TagQueue") == [{"StringEqualsIfExists": {"aws:RequestTag/Team": "A"}}]
    assert conditions(found, "sqs:UntagQueue") == [{"ForAllValues:StringNotEquals": {"aws:TagKeys": "Team"}}]
    assert conditions(found, "sqs:DeleteQueue") == [{"StringEquals": {"aws:ResourceTag/Team": "A"}}]
    assert conditions(found, "sqs:GetQueueAttributes") == [{}]
    assert conditions(found, "s3:CreateBucket") == [{}]


def test_each_action_that_cannot_carry_it_is_a_gap(tmp_path: Path) -> None:
    found = report(tmp_path, "--stack-tags", "Team=A")
    held = {
        action
        for policy in found["policies"]
        for statement in policy["document"]["Statement"]
        if "Tag" in json.dumps(statement.get("Condition", {}))
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    said = {gap["subject"]["name"] for gap in found["gaps"] if gap["subject"]["kind"] == "action"}
    assert held | said == {need["action"] for need in found["needs"]}
    reasons = {gap["subject"]["name"]: gap["reason"] for gap in found["gaps"]}
    assert "attribute-based access control" in reasons["s3:CreateBucket"]
    assert "after it is gone" in reasons["sqs:GetQueueUrl"]


@pytest.mark.parametrize(("tags", "missing"), [("Team=A", False), ("Team=B", True), ("Other=A", True)])
def test_the_tags_of_the_service_are_looked_at(tags: str, missing: bool, tmp_path: Path) -> None:
    reasons = " ".join(gap["reason"] for gap in report(tmp_path, "--stack-tags", tags)["gaps"])
    assert ("the service does not set the stack tag `Team=A`" in reasons) == missing


@pytest.mark.parametrize("name", fixture_names())
def test_what_is_held_to_a_tag_is_published_to_take_it(name: str, tmp_path: Path) -> None:
    given = ("generate", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT, "--require-tag", "Team=A", "--split-role")
    found = run(*given, "--format", "report").json()
    assert found["split"]["holds"]
    for need in found["needs"]:
        service, _, action = need["action"].partition(":")
        keys = {one["key"] for one in need["conditions"] if "Tag" in one["key"]}
        if not keys:
            continue
        published = json.loads((PUBLISHED / f"{service}.json").read_text("utf-8"))
        record = published["actions"][action]
        takes = {*record["keys"], *(key for kind, _ in record["resources"] for key in published["resourceTypes"][kind]["keys"])}
        assert {key.replace("/Team", "/${TagKey}") for key in keys} <= takes
        assert need["action"] not in tag_exclusions()
        assert service not in tag_exclusions()
        if "aws:ResourceTag/Team" in keys:
            assert need["resource"] != "*"


def test_what_is_no_tag_is_refused(tmp_path: Path) -> None:
    given = ("generate", "--template", write(tmp_path / "t.json", TEMPLATE), *STACK, "--require-tag", "Team")
    assert run(*given).err == "error: `Team` is no tag\nhelp: write `--require-tag Team=A`\n"
