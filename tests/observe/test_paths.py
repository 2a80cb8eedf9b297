"""Every way to the events adds up to the same: DuckDB, Athena's SQL, Python's own look at a record, S3 and CloudTrail's look-up."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from sls_leastpriv.observe.athena import Place, athena_query
from sls_leastpriv.observe.files import LogFiles, log_files
from sls_leastpriv.observe.query import Window, add_rows
from sls_leastpriv.observe.seen import Seen, Tally, key_of
from tests.commands.run import run
from tests.observe.athena import TABLE, cells, rows_of
from tests.observe.events import ACCOUNT, CLOUDFORMATION, DEPLOY, DEPLOYER, log_file, looked_up, record
from tests.stub_aws import Answer, Fault, stub_aws


def many(seed: int, number: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)
    for index in range(number):
        one = dict(chance.choice(DEPLOY))
        if chance.random() < 0.2:
            one["errorCode"] = chance.choice(["AccessDenied", "ValidationException", ""])
        if chance.random() < 0.2:
            one["userIdentity"] = chance.choice(
                [{"type": "AWSService", "invokedBy": CLOUDFORMATION}, {"arn": f"arn:aws:iam::{ACCOUNT}:user/eve's"}, {}]
            )
        if chance.random() < 0.1:
            one["requestParameters"] = chance.choice([None, {}, {"role": 5}, {"functionName": {"a": 1}}, {"roleArn": True}])
        if chance.random() < 0.1:
            one["resources"] = chance.choice([None, [], [{"accountId": ACCOUNT}]])
        one["eventTime"] = f"2026-11-{1 + index % 27:02d}T00:00:00Z"
        yield one


def of_files(folder: Path, window: Window) -> tuple[Seen, ...]:
    tally = Tally()
    LogFiles(window).add(log_files([str(folder)]), tally)
    return tally.seen()


@pytest.mark.parametrize("window", [Window(), Window("2026-11-05T00:00:00Z", "2026-11-20T00:00:00Z", (DEPLOYER, "it's"))])
def test_athenas_sql_gives_what_the_embedded_engine_gives(tmp_path: Path, window: Window) -> None:
    records = list(many(1, 400))
    for part in range(4):
        log_file(tmp_path / "logs", f"{part}.json.gz", records[part::4])
    sql = athena_query(Place(TABLE), window)
    tally = Tally()
    add_rows(rows_of(sql, records), tally)
    embedded = of_files(tmp_path / "logs", window)
    assert tally.seen() == embedded
    assert len(embedded) > 20 and sum(one.events for one in embedded) > 100
    sqlglot.parse_one(sql, read="trino")


def test_python_reads_a_record_as_the_query_does(tmp_path: Path) -> None:
    records = list(many(2, 300))
    log_file(tmp_path, "a.json.gz", records)
    tally = Tally()
    for one in records:
        key = key_of(one)
        if key is not None:
            tally.add(key, 1, one["eventTime"], one["eventTime"])
    assert tally.seen() == of_files(tmp_path, Window())


def test_pretty_printed_and_padded_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("\n " + json.dumps({"Records": DEPLOY}, indent=2) + " \n\n", "utf-8")
    assert sum(one.events for one in of_files(tmp_path, Window())) == len(DEPLOY) - 1


def test_athena_runs_the_query_and_pages_through_its_rows() -> None:
    row = [DEPLOYER, "sqs.amazonaws.com", "CreateQueue", "us-east-1", ACCOUNT, "", "ok", None, "orders-dev-jobs", None, None, None]
    data = [
        [*row, "3", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"],
        [*row, "4", "2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z"],
    ]
    states = iter(["QUEUED", "RUNNING", "SUCCEEDED"])

    def results(parameters: Mapping[str, Any]) -> Answer:
        if "NextToken" in parameters:
            return {"ResultSet": {"Rows": [cells(data[1])]}}
        return {"ResultSet": {"Rows": [cells(["principal"] * 15), cells(data[0])]}, "NextToken": "x"}

    operations = {
        "StartQueryExecution": lambda _: {"QueryExecutionId": "1"},
        "GetQueryExecution": lambda _: {"QueryExecution": {"Status": {"State": next(states)}}},
        "GetQueryResults": results,
    }
    with stub_aws(operations) as aws:
        words = ("--athena", "audit.logs", "--athena-output", "s3://results/", "--workgroup", "w", "--format", "report")
        outcome = run("observe", *words, env=aws.environment)
        asked = dict(aws.calls)["StartQueryExecution"]
    (one,) = outcome.json()["observe"]["used"]
    assert (one["action"], one["events"]) == ("sqs:CreateQueue", 7)
    assert (one["first"], one["last"]) == ("2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z")
    assert asked["ResultConfiguration"] == {"OutputLocation": "s3://results/"}
    assert 'FROM "audit"."logs"' in asked["QueryString"]
    failing = {**operations, "GetQueryExecution": lambda _: {"QueryExecution": {"Status": {"State": "FAILED"}}}}
    with stub_aws(failing) as aws:
        assert run("observe", "--athena", "audit.logs", env=aws.environment).code == 4


def _at(index: int) -> str:
    """Every time is that of several events."""
    return f"2026-11-20T10:{index // 30 % 60:02d}:{index // 3 % 10:02d}Z"


class Trail:
    """A CloudTrail with events of a few minutes, newest first, in small pages; it can be told to throttle and to break."""

    def __init__(self, number: int) -> None:
        self.records = [
            record("sqs", "CreateQueue", {"queueName": f"orders-dev-{index % 7}"}, at=_at(index), identifier=f"e{index}")
            for index in range(number)
        ]
        self.asked = 0
        self.throttled_at: set[int] = set()
        self.broken_at: int | None = None

    def lookup(self, parameters: Mapping[str, Any]) -> Answer:
        self.asked += 1
        if self.asked in self.throttled_at:
            return Fault("ThrottlingException", "Rate exceeded")
        if self.asked == self.broken_at:
            return Fault("AccessDeniedException", "no longer", 403)
        end = parameters.get("EndTime")
        newest = sorted(self.records, key=lambda one: one["eventTime"], reverse=True)
        kept = [one for one in newest if end is None or one["eventTime"] <= _iso(end)]
        start = int(parameters.get("NextToken", "0"))
        page = looked_up(kept[start : start + 50])
        more = {"NextToken": str(start + 50)} if start + 50 < len(kept) else {}
        return {"Events": page, **more}


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def events(outcome_report: Any) -> int:
    return sum(one["events"] for one in outcome_report["observe"]["used"])


def test_an_interrupted_look_up_goes_on_without_loss_or_double_counting(tmp_path: Path) -> None:
    trail = Trail(230)
    trail.broken_at = 3
    with stub_aws({"LookupEvents": trail.lookup}) as aws:
        environment = {**aws.environment, "XDG_CACHE_HOME": str(tmp_path)}
        first = run("observe", "--lookup", "--format", "report", env=environment)
        assert first.code == 4
        assert "the same command goes on after 100 events" in first.err
        second = run("observe", "--lookup", "--format", "report", env=environment)
        assert "note: an interrupted look-up is taken up again" in second.err
        assert events(second.json()) == 230
        fresh = run("observe", "--lookup", "--format", "report", env=environment)
        assert "taken up again" not in fresh.err
        assert events(fresh.json()) == 230
    assert second.json()["observe"] == fresh.json()["observe"]


def test_throttling_is_waited_for(tmp_path: Path) -> None:
    trail = Trail(60)
    # botocore tries five times by itself
    trail.throttled_at = {1, 2, 3, 4, 5}
    with stub_aws({"LookupEvents": trail.lookup}) as aws:
        outcome = run("observe", "--lookup", "--format", "report", env={**aws.environment, "XDG_CACHE_HOME": str(tmp_path)})
    assert "CloudTrail was asked too often; waiting 1 s" in outcome.err
    assert events(outcome.json()) == 60


def test_a_user_is_looked_up_by_name_and_a_role_by_its_events(tmp_path: Path) -> None:
    trail = Trail(10)
    with stub_aws({"LookupEvents": trail.lookup}) as aws:
        environment = {**aws.environment, "XDG_CACHE_HOME": str(tmp_path)}
        run("observe", "--lookup", "--principal", f"arn:aws:iam::{ACCOUNT}:user/jane", env=environment)
        role = run("observe", "--lookup", "--principal", DEPLOYER, "--format", "report", env=environment)
        asked = [parameters.get("LookupAttributes") for _, parameters in aws.calls]
    assert asked[0] == [{"AttributeKey": "Username", "AttributeValue": "jane"}]
    assert asked[-1] is None
    assert events(role.json()) == 10


def test_log_files_below_a_prefix_of_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server_module = pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        environment = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        }  # fmt: skip
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="audit")
        for part in range(3):
            file = log_file(tmp_path, f"{part}.json.gz", DEPLOY)
            s3.put_object(Bucket="audit", Key=f"AWSLogs/{ACCOUNT}/CloudTrail/{part}.json.gz", Body=file.read_bytes())
        s3.put_object(Bucket="audit", Key=f"AWSLogs/{ACCOUNT}/CloudTrail/bad.json.gz", Body=b"\x1f\x8bnothing")
        outcome = run("observe", f"s3://audit/AWSLogs/{ACCOUNT}/", "--format", "report", env=environment)
    finally:
        server.stop()
    assert sum(one["events"] for one in outcome.json()["observe"]["used"] if one["action"] == "sqs:CreateQueue") == 3
    assert len(outcome.json()["observe"]["notUsed"]) == 1
