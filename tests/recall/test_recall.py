"""The benchmark itself: its records are well formed, and the policy of every record is what it was when it was last looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.fixture import FIXTURES
from tests.recall.__main__ import CASES
from tests.recall.judge import ACCOUNT, given, judge, predicted
from tests.recall.record import MalformedRecord, Record, read, records

ROOT = FIXTURES.parent
RECORDS = records(CASES)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_denied_requests_are_allowed_and_forbidden_ones_are_not(record: Record) -> None:
    verdict = judge(record, predicted)
    assert not verdict.error
    assert verdict.misses == tuple(request for request in record.denied if request.unmet)
    assert verdict.broken == tuple(request for request in record.forbid if request.unmet)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_is_complete(record: Record) -> None:
    assert record.source.startswith("https://")
    assert record.did.endswith(".") and record.denied
    inputs = {path.name for path in record.folder.iterdir()} - {"record.toml"}
    if record.framework == "none":
        assert inputs == {"template.yml"} and record.stack and record.region
        assert record.principal == "deployer", "a template names no role of CloudFormation: there would be no policy to judge"
    else:
        assert inputs == {"serverless.yml", "handoff.json"} and not record.stack
    assert all(request.why for request in record.forbid)


@pytest.mark.parametrize("record", [record for record in RECORDS if record.framework != "none"], ids=lambda record: record.name)
def test_a_service_is_packaged_as_it_is_written(record: Record) -> None:
    """`python -m tests.recall --package` was run after the last change of its names and resources."""
    written = yaml.safe_load((record.folder / "serverless.yml").read_text("utf-8"))
    packaged = json.loads((record.folder / "handoff.json").read_text("utf-8"))
    provider = written["provider"]
    assert packaged["stack"] == {
        "name": f"{written['service']}-{provider['stage']}",
        "stage": provider["stage"],
        "region": provider["region"],
    }
    assert packaged["service"]["plugins"] == written.get("plugins", [])
    assert packaged["service"]["functions"].keys() == written["functions"].keys()
    for name, resource in written.get("resources", {}).get("Resources", {}).items():
        assert packaged["template"]["Resources"][name]["Properties"].items() >= resource["Properties"].items()


def test_no_account_of_a_person_is_in_a_record() -> None:
    """Accounts are made up: the deployer's, and one for what others publish."""
    for path in sorted(CASES.glob("*/record.toml")):
        for request in [*read(path.parent).denied, *read(path.parent).forbid]:
            account = request.resource.split(":")[4:5]
            assert account in ([], [""], ["aws"], [ACCOUNT], ["222222222222"]), path.parent.name


def test_there_are_enough_and_each_once() -> None:
    assert len(RECORDS) >= 120
    requests = [(str(request), record.source) for record in RECORDS for request in record.denied]
    assert len(requests) == len(set(requests))


def test_other_policies_and_other_cases_are_judged_too(tmp_path: Path) -> None:
    case = tmp_path / "cases" / "queue"
    case.mkdir(parents=True)
    (case / "record.toml").write_text(
        'source = "https://example.com"\ndid = "Made a queue."\nframework = "none"\ncommands = ["deploy"]\n'
        'stack = "orders-dev"\nregion = "us-east-1"\n'
        '[[denied]]\naction = "sqs:CreateQueue"\nresource = "arn:aws:sqs:us-east-1:111111111111:orders"\n'
        '[[forbid]]\naction = "sqs:CreateQueue"\nresource = "arn:aws:sqs:us-east-1:111111111111:payments"\n'
    )
    (case / "template.yml").write_text("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}}\n")
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
    (tmp_path / "queue.json").write_text(json.dumps(wide))

    assert judge(read(case), predicted).misses == judge(read(case), predicted).broken == ()
    assert [str(one) for one in judge(read(case), given(tmp_path)).broken] == [
        "sqs:CreateQueue on arn:aws:sqs:us-east-1:111111111111:payments"
    ]
    command = [sys.executable, "-m", "tests.recall", "--cases", str(tmp_path / "cases"), "--policies", str(tmp_path / "none")]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert printed.returncode == 1
    assert "| denied requests allowed | 0 of 1 | 0.0 % |" in printed.stdout
    assert "no queue.json" in printed.stdout


@pytest.mark.parametrize("text", ["", "nonsense = 1\n", 'source = "x"\ncommands = []\n[[denied]]\naction = "s3:GetObject"\n'])
def test_a_malformed_record_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "record.toml").write_text(text)
    with pytest.raises(MalformedRecord):
        read(tmp_path)
