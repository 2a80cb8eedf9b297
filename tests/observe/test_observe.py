"""Through the real program: log files → uses, reconciled with the prediction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.run import STACK, Outcome, run, write
from tests.observe.events import ACCOUNT, DEPLOY, DEPLOYER, log_file, record

TEMPLATE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dev-jobs"}},
        "List": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "orders-dev-list",
                "Role": f"arn:aws:iam::{ACCOUNT}:role/orders-runtime",
                "Code": {"S3Bucket": "b", "S3Key": "k"},
            },
        },
    }
}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    log_file(folder, "2026/11/20/one.json.gz", DEPLOY[:8])
    log_file(folder, "2026/11/20/two.json", DEPLOY[8:])
    return folder


def observe(tmp_path: Path, *words: str | Path) -> Outcome:
    return run("observe", *words, "--template", write(tmp_path / "t.json", TEMPLATE), *STACK)


def used(outcome: Outcome) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in outcome.json()["observe"]["used"]:
        found.setdefault(one["action"], []).extend(one["resources"])
    return {action: sorted(set(resources)) for action, resources in found.items()}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_event_names_become_actions_on_arns(logs: Path) -> None:
    outcome = run("observe", logs, "--format", "report")
    assert used(outcome) == {
        "apigateway:POST": [
            "arn:aws:apigateway:us-east-1::/apis/f1b2c3d4e5/stages",
            "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/deployments",
        ],
        "cloudformation:CreateChangeSet": [f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/orders-dev/*"],
        "cloudformation:DescribeStackEvents": [f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/orders-dev/1"],
        "cloudformation:ExecuteChangeSet": [f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/orders-dev/*"],
        "iam:PassRole": [f"arn:aws:iam::{ACCOUNT}:role/orders-runtime"],
        "kms:Decrypt": [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"],
        "lambda:CreateFunction": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders-dev-list"],
        "lambda:GetFunction": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders-dev-list"],
        "s3:GetEncryptionConfiguration": ["arn:aws:s3:::orders-dev-bucket"],
        "s3:PutObject": ["arn:aws:s3:::orders-dev-bucket/*"],
        "sqs:CreateQueue": [f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dev-jobs"],
        "sqs:PurgeQueue": [f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dev-jobs"],
    }
    observed = outcome.json()["observe"]
    assert [one["action"] for one in observed["denied"]] == ["logs:CreateLogGroup"]
    assert [one["action"] for one in observed["failed"]] == ["dynamodb:DescribeTable"]
    assert observed["unknown"] == [{"source": "newservice.amazonaws.com", "name": "DoSomething", "events": 1}]
    assert {one["principal"] for one in observed["used"]} == {DEPLOYER}, "all sessions of a role are one"
    passed = next(one for one in observed["used"] if one["action"] == "iam:PassRole")
    assert passed["inferred"] and passed["conditions"][0]["values"] == ["lambda.amazonaws.com"]
    assert {one["invokedBy"] for one in observed["used"]} == {None, "cloudformation.amazonaws.com"}


def test_it_is_reconciled_with_the_prediction(tmp_path: Path, logs: Path) -> None:
    outcome = observe(tmp_path, logs, "--format", "report")
    assert outcome.code == 1
    reconciled = outcome.json()["observe"]["reconciled"]
    confirmed = {one["action"] for one in reconciled["confirmed"]}
    assert {"sqs:CreateQueue", "lambda:CreateFunction", "lambda:GetFunction", "iam:PassRole"} <= confirmed
    because = {one["action"]: one["because"] for one in reconciled["notSeen"]}
    assert because["sqs:DeleteQueue"] == "delete"
    assert because["sqs:SetQueueAttributes"] == "never"
    assert "sqs:PurgeQueue" in {one["action"] for one in reconciled["notPredicted"]}
    assert reconciled["deploys"] == 1
    assert "never seen in 1 deploy" in outcome.err


def test_what_is_not_predicted_becomes_a_clause_of_its_type(tmp_path: Path, logs: Path) -> None:
    outcome = observe(tmp_path, logs, "--output", tmp_path / "leastpriv")
    text = (tmp_path / "leastpriv" / "learned-aws-sqs-queue.toml").read_text("utf-8")
    assert 'update = ["sqs:PurgeQueue"]\non     = "arn:${Partition}:sqs:${Region}:${Account}:${Name}"' in text
    assert 'why    = "it was seen to be asked in the update of `Jobs`"' in text
    assert "wrote " in outcome.err
    again = run(
        "observe", logs, "--template", tmp_path / "t.json", *STACK, "--config", write(tmp_path / "c.json", {"service": "orders"}),
        "--framework", "none", "--format", "report",
    )  # fmt: skip
    assert "sqs:PurgeQueue" not in {one["action"] for one in again.json()["observe"]["reconciled"]["notPredicted"]}


def test_a_removal_that_was_seen_makes_a_delete_that_was_not_never_seen(tmp_path: Path) -> None:
    log_file(tmp_path / "logs", "a.json", [*DEPLOY, record("cloudformation", "DeleteStack", {"stackName": "orders-dev"})])
    because = {
        one["action"]: one["because"]
        for one in observe(tmp_path, tmp_path / "logs", "--format", "report").json()["observe"]["reconciled"]["notSeen"]
    }
    assert because["sqs:DeleteQueue"] == "never"


def test_a_policy_from_observation_alone_has_the_names_of_the_service(tmp_path: Path, logs: Path) -> None:
    statements = json.loads(observe(tmp_path, logs, "--format", "policy").out)["Statement"]
    resources = {
        resource for one in statements for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    }
    assert f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders-dev-*" in resources
    assert f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dev-*" in resources
    assert "arn:aws:apigateway:us-east-1::/restapis/*/deployments" in resources
    assert not any("orders-dev-list" in resource or "orders-dev-jobs" in resource for resource in resources)
    assert not any("*" in action for one in statements for action in listed(one["Action"]))


@pytest.mark.parametrize("format", ["report", "policy", "overlay"])
def test_anonymised_it_names_no_account_and_no_principal(tmp_path: Path, logs: Path, format: str) -> None:
    real = "987654321098"
    for path in logs.rglob("*.json"):
        path.write_text(path.read_text("utf-8").replace(ACCOUNT, real).replace("deployer", "jane.doe"), "utf-8")
    (logs / "2026/11/20/one.json.gz").unlink()
    template = json.loads(json.dumps(TEMPLATE).replace(ACCOUNT, real))
    outcome = run(
        "observe", logs, "--anonymise", "--format", format, "--template", write(tmp_path / "t.json", template),
        "--stack-name", "orders-dev", "--region", "us-east-1", "--account", real,
    )  # fmt: skip
    assert outcome.code in (0, 1), outcome.err
    for secret in (real, "jane.doe"):
        assert secret not in outcome.out + outcome.err
    assert ACCOUNT in outcome.out or format == "overlay"


def test_broken_files_are_reported_and_the_rest_is_used(logs: Path) -> None:
    whole = (logs / "2026/11/20/one.json.gz").read_bytes()
    (logs / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    (logs / "broken.json.gz").write_bytes(whole[:20] + b"\xff" * 40 + whole[60:])
    (logs / "nogzip.json.gz").write_bytes(b"\x1f\x8b" + b"nothing" * 9)
    half = (logs / "2026/11/20/two.json").read_bytes()
    (logs / "half.json").write_bytes(half[: len(half) // 2])
    (logs / "empty.json").write_bytes(b"")
    (logs / "other.json").write_text('{"hello": 1}')
    (logs / "wrong.json").write_text('{"Records": [{"eventTime": 1, "userIdentity": "x"}, 3]}')
    outcome = run("observe", logs, "--format", "report")
    observed = outcome.json()["observe"]
    reasons = {Path(one["file"]).name: one["reason"] for one in observed["notUsed"]}
    assert reasons == {
        "cut.json.gz": "it is cut off: the gzip stream does not end",
        "broken.json.gz": "it is no valid gzip",
        "nogzip.json.gz": "it is no valid gzip",
        "half.json": "it is cut off: its last record does not end",
        "empty.json": "it is empty",
        "other.json": "it does not hold CloudTrail's records",
        "wrong.json": "its records are not in CloudTrail's format",
    }
    assert len(used(outcome)) == 12, "the rest is used"
    assert outcome.err.count("not used: ") == 7


def test_a_window_and_principals_narrow_it(tmp_path: Path) -> None:
    other = record("sqs", "DeleteQueue", {"queueUrl": "https://x/1/q"})
    other["userIdentity"] = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/eve", "userName": "eve"}
    late = record("sns", "CreateTopic", {"name": "t"}, at="2026-11-25T00:00:00Z")
    log_file(tmp_path, "a.json", [*DEPLOY, other, late])
    assert "sqs:DeleteQueue" not in used(run("observe", tmp_path / "a.json", "--principal", DEPLOYER, "--format", "report"))
    assert set(used(run("observe", tmp_path / "a.json", "--since", "2026-11-24", "--format", "report"))) == {"sns:CreateTopic"}
    assert "sns:CreateTopic" not in used(run("observe", tmp_path / "a.json", "--until", "2026-11-24", "--format", "report"))


def test_without_duckdb_it_says_what_to_install(tmp_path: Path, logs: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ImportError\n")
    outcome = run("observe", logs, env={"PYTHONPATH": str(tmp_path)})
    assert outcome.code == 2
    assert outcome.err.splitlines() == [
        "error: log files are read by DuckDB, which is not installed",
        "help: `pip install 'sls-leastpriv[observe]'`; `observe --lookup` and `observe --athena` do without",
    ]


def test_nonsense_is_refused(logs: Path) -> None:
    for words in (
        ["--format", "x"],
        ["nowhere"],
        [str(logs), "--lookup"],
        [str(logs), "--since", "yesterday"],
        ["--athena", "x; DROP"],
    ):
        outcome = run("observe", *words)
        assert (outcome.code, outcome.err.count("help: ")) == (2, 1), words
