"""The project's own knowledge beside serverless.yml."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.run import Outcome, run, write

TEMPLATE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
        "Thing": {"Type": "Acme::Cloud::Thing", "Properties": {"Name": "one"}},
    }
}
CONFIG = {"service": "orders", "provider": {"name": "aws", "region": "us-east-1"}, "plugins": ["acme-plugin"]}


def generate(folder: Path, *options: str, verb: str = "generate") -> Outcome:
    template, config = write(folder / "t.json", TEMPLATE), write(folder / "serverless.json", CONFIG)
    common = ("--template", str(template), "--config", str(config), "--framework", "osls@4", "--account", "111111111111")
    return run(verb, *options, *common, "--previous", "none")


def overlay(folder: Path, name: str, text: str) -> None:
    (folder / "leastpriv").mkdir(exist_ok=True)
    write(folder / "leastpriv" / name, text)


def test_it_adds_to_types_plugins_and_commands(tmp_path: Path) -> None:
    before = generate(tmp_path)
    assert "`Acme::Cloud::Thing`" in before.err and "acme-plugin" in before.err
    overlay(
        tmp_path,
        "queue.toml",
        'type = "AWS::SQS::Queue"\n[[need]]\ndelete = ["sqs:PurgeQueue"]\n'
        'on = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"\n'
        'why = "our clean-up purges it"\nsource = "runbook 7"\n',
    )
    overlay(
        tmp_path,
        "thing.toml",
        'type = "Acme::Cloud::Thing"\n[[need]]\ncreate = "ssm:GetParameter"\n'
        'on = "arn:${Partition}:ssm:${Region}:${Account}:parameter/acme/${Name}"\nwhy = "the handler asks"\n',
    )
    overlay(
        tmp_path,
        "plugin.toml",
        'plugin = "acme-plugin"\n[[need]]\ncommand = "deploy"\nread = ["s3:ListAllMyBuckets"]\n'
        'on = "arn:${Partition}:s3:::x"\nwhy = "it looks around"\n',
    )
    overlay(
        tmp_path,
        "deploy.toml",
        'command = "deploy"\n[[need]]\ncreate = ["sns:Publish"]\n'
        'on = "arn:${Partition}:sns:${Region}:${Account}:deployed"\nwhy = "our script tells the team"\n',
    )
    after = generate(tmp_path, verb="explain")
    assert "sqs:PurgeQueue\n  on arn:aws:sqs:us-east-1:111111111111:jobs\n  because our clean-up purges it\n" in after.out
    assert "    runbook 7\n" in after.out
    assert "ssm:GetParameter\n  on arn:aws:ssm:us-east-1:111111111111:parameter/acme/one\n" in after.out
    assert "    leastpriv/thing.toml\n" in after.out
    assert "s3:ListAllMyBuckets\n  on *\n" in after.out, "an action without a resource level goes on `*`"
    assert "sns:Publish" in after.out
    assert after.err.endswith("0 gaps\n")


def test_it_takes_nothing_away(tmp_path: Path) -> None:
    before = generate(tmp_path, "--format", "report").json()["needs"]
    overlay(tmp_path, "x.toml", 'command = "deploy"\n[[need]]\ncreate = ["sns:Publish"]\non = "*"\nwhy = "x"\n')
    after = generate(tmp_path, "--format", "report").json()["needs"]
    assert [need for need in before if need not in after] == []
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type = ", "cannot be read as TOML"),
        ('type = "AWS::SQS::Queue"\nfoo = 1\n', "not part of the grammar"),
        ('type = "AWS::SQS::Queue"\n[[need]]\ncreate = ["sqs:*"]\non = "*"\nwhy = "x"\n', "`need.0.create"),
        ('type = "AWS::SQS::Queue"\n[[need]]\ncreate = ["sqs:Nothing"]\non = "*"\nwhy = "x"\n', "`sqs:Nothing` is no published"),
        ('type = "AWS::SQS::Queue"\n[[need]]\ncreate = ["sqs:SendMessage"]\nwhy = "x"\n', "lacks"),
        ('type = "AWS::SQS::Queue"\n[[need]]\ncreate = ["sqs:SendMessage"]\non = "self"\nwhy = "x"\n', "`self` is neither"),
        (
            'type = "AWS::SQS::Queue"\n[[need]]\nwhen = "A and"\ncreate = ["sqs:SendMessage"]\non = "*"\nwhy = "x"\n',
            "ends too early",
        ),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_naming_file_and_key(text: str, message: str, tmp_path: Path) -> None:
    overlay(tmp_path, "bad.toml", text)
    outcome = generate(tmp_path)
    assert outcome.code == 3
    assert "leastpriv/bad.toml" in outcome.err
    assert message in outcome.err
    assert outcome.err.count("help: ") == 1
    assert outcome.out == ""


def test_the_setting_names_another_folder(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    write(tmp_path / "policy" / "x.toml", 'command = "deploy"\n[[need]]\ncreate = ["sns:Publish"]\non = "*"\nwhy = "x"\n')
    write(tmp_path / "t.json", TEMPLATE)
    config = write(tmp_path / "c.json", {**CONFIG, "custom": {"leastpriv": {"overlay": "policy"}}})
    arguments = ("generate", "--template", tmp_path / "t.json", "--config", config, "--framework", "osls@4")
    assert "sns:Publish" in run(*arguments).out
    missing = write(tmp_path / "m.json", {**CONFIG, "custom": {"leastpriv": {"overlay": "nowhere"}}})
    assert run("generate", "--template", tmp_path / "t.json", "--config", missing, "--framework", "osls@4").code == 2
