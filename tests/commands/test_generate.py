"""`generate` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.run import STACK, run, write
from tests.fixture import FIXTURES

TEMPLATE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
        "Run": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "run", "AssumeRolePolicyDocument": {}}},
        "F": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "f",
                "Role": {"Fn::GetAtt": ["Run", "Arn"]},
                "Code": {"ZipFile": "x"},
                "Environment": {"Variables": {"TOKEN": "canary-secret"}},
            },
        },
    }
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write(tmp_path / "template.json", TEMPLATE)


def test_stdout_is_one_complete_policy_document(template: Path) -> None:
    outcome = run("generate", "--template", template, *STACK, "--previous", "none")
    assert outcome.code == 0
    document = outcome.json()
    assert document["Version"] == "2012-10-17"
    actions = {
        action for one in document["Statement"] for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert {"sqs:CreateQueue", "lambda:CreateFunction", "iam:PassRole"} <= actions


def test_stderr_ends_with_completeness(template: Path) -> None:
    lines = run("generate", "--template", template, *STACK, "--previous", "none").err.splitlines()
    assert lines[0].startswith("orders-dev-deployer: ")
    assert lines[-1].endswith("statements for 3 resources · 0 assumed · 0 gaps")


def test_a_gap_is_said(template: Path) -> None:
    outcome = run("generate", "--template", template, *STACK)
    assert "gap: stack `orders-dev`: what is deployed now is not known" in outcome.err
    assert outcome.err.splitlines()[-1].endswith("1 gap")


def test_strict_fails_on_doubts(template: Path) -> None:
    assert run("generate", "--template", template, *STACK, "--strict").code == 1
    assert run("generate", "--template", template, *STACK, "--strict", "--previous", "none").code == 0


def test_the_report_has_its_shape(template: Path) -> None:
    report = run("generate", "--template", template, *STACK, "--format", "report").json()
    assert report["version"] == 1
    assert report["services"][0]["stack"] == "orders-dev"
    assert {policy["principal"] for policy in report["policies"]} == {"deployer"}
    need = report["needs"][0]
    assert set(need) >= {"action", "resource", "conditions", "principal", "phases", "subject", "why", "source", "assumed"}
    assert set(need["subject"]) >= {"kind", "name", "where"}
    assert report["gaps"][0]["subject"]["kind"] == "stack"


def test_no_secret_comes_out(template: Path, tmp_path: Path) -> None:
    config = write(
        tmp_path / "config.json", {"service": "orders", "custom": {"password": "canary-secret"}, "provider": {"name": "aws"}}
    )
    for arguments in (("--format", "report"), ("--format", "policy"), ("--output", str(tmp_path / "out"))):
        outcome = run("generate", "--template", template, "--config", config, *STACK, "--framework", "osls@4", *arguments)
        assert outcome.code == 0
        assert "canary-secret" not in outcome.out + outcome.err
    assert not [path for path in (tmp_path / "out").iterdir() if "canary-secret" in path.read_text("utf-8")]


def test_two_runs_give_the_same_bytes(template: Path) -> None:
    runs = {
        run("generate", "--template", template, *STACK, "--format", "report", env={"PYTHONHASHSEED": seed}).out for seed in "0123"
    }
    assert len(runs) == 1


def test_output_folder(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "leastpriv"
    outcome = run("generate", "--template", template, *STACK, "--output", folder)
    assert outcome.out == ""
    assert sorted(path.name for path in folder.iterdir()) == ["needs.json", "orders-dev-deployer.json"]
    assert json.loads((folder / "orders-dev-deployer.json").read_text("utf-8"))["Statement"]


def test_output_that_cannot_be_written_leaves_nothing(template: Path, tmp_path: Path) -> None:
    blocked = write(tmp_path / "file", "x")
    outcome = run("generate", "--template", template, *STACK, "--output", blocked / "below")
    assert outcome.code == 2
    assert outcome.err.startswith("error: `")
    assert blocked.read_text("utf-8") == "x"


def test_a_template_from_yaml(tmp_path: Path) -> None:
    template = write(
        tmp_path / "t.yml",
        "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub '${AWS::StackName}-jobs'\n",
    )
    assert "arn:aws:sqs:us-east-1:111111111111:orders-dev-jobs" in run("generate", "--template", template, *STACK).out


def test_previous(template: Path, tmp_path: Path) -> None:
    table = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "old-bucket"}}
    previous = write(tmp_path / "previous.json", {"Resources": {**TEMPLATE["Resources"], "Old": table}})
    outcome = run("generate", "--template", template, *STACK, "--previous", previous)
    assert "s3:DeleteBucket" in outcome.out
    assert "0 gaps" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "a verb is missing"),
        (("generat",), "`generat` is no verb"),
        (("generate",), "the service is not named"),
        (("generate", "--template", "a", "--package", "b"), "exclude each other"),
        (("generate", "--template", "TEMPLATE"), "the stack's name is not known"),
        (("generate", "--template", "TEMPLATE", *STACK, "--framework", "sls"), "`sls` is no Framework"),
        (("generate", "--template", "TEMPLATE", *STACK, "--commands", "deploy,fly"), "`fly` is no command"),
        (("generate", "--template", "TEMPLATE", *STACK, "--account", "12"), "`12` is no AWS account"),
        (("generate", "--template", "TEMPLATE", *STACK, "--stack-tags", "a"), "`a` is no tag"),
        (("generate", "--template", "TEMPLATE", *STACK, "--format", "xml"), "`xml` is no format"),
        (("generate", "--template", "TEMPLATE", *STACK, "--nonsense"), "--nonsense"),
    ],
)
def test_usage_errors_exit_with_2_and_one_help_line(arguments: tuple[str, ...], message: str, template: Path) -> None:
    outcome = run(*(str(template) if one == "TEMPLATE" else one for one in arguments))
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.count("help: ") == 1
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"Resources": []}',
        '{"Resources": {"A": 1}}',
        "a: &a [*a]",
        "\x00",
        '{"Resources": {"A": {"Type": 1}}}',
    ],
)
def test_bad_templates_exit_with_3(content: str, tmp_path: Path) -> None:
    outcome = run("generate", "--template", write(tmp_path / "t", content), *STACK)
    assert outcome.code == 3
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("help: ") == 1
    assert "Traceback" not in outcome.err


def test_explain(template: Path) -> None:
    outcome = run("explain", "iam:passrole", "--template", template, *STACK)
    assert outcome.code == 0
    assert outcome.out.startswith("iam:PassRole\n  on arn:aws:iam::111111111111:role/run\n")
    assert "iam:PassedToService = lambda.amazonaws.com" in outcome.out
    assert "F (AWS::Lambda::Function): create, update" in outcome.out
    assert "https://" in outcome.out
    assert run("explain", "nothing:Matches", "--template", template, *STACK).code == 1


def test_help_and_version() -> None:
    assert "generate" in run("--help").out
    assert run("--version").out.startswith("sls-leastpriv ")
    assert "--previous" in run("generate", "--help").out


def test_the_setting_for_the_output_is_beside_the_configuration(tmp_path: Path) -> None:
    document = json.loads((FIXTURES / "http-api" / "handoff.json").read_text("utf-8")) | {"serviceDir": str(tmp_path)}
    document["service"]["custom"] = {"leastpriv": {"output": "iam/deployer"}}
    handoff = write(tmp_path / "handoff.json", document)
    assert run("generate", "--handoff", handoff, "--previous", "none").out == ""
    assert {path.name for path in (tmp_path / "iam" / "deployer").iterdir()} >= {"needs.json", "catalogue-dev-deployer.json"}
    on_stdout = run("generate", "--handoff", handoff, "--previous", "none", "--output", "-").json()
    assert on_stdout == json.loads((tmp_path / "iam" / "deployer" / "catalogue-dev-deployer.json").read_text("utf-8"))
