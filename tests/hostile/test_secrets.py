"""Secrets: of all that a service says, only names and ARNs are ever told; in no output, error, file or cache is anything else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.loop.framework import missing
from tests.fixture import ACCOUNT, FIXTURES, fixture_names
from tests.hostile.canary import Canaries
from tests.hostile.engine import engine
from tests.hostile.verbs import MAY_REFUSE, command_lines

ROOT = FIXTURES.parent
SECRETS = ROOT / "tests" / "shim" / "fixtures" / "secrets"

# the places whose values an ARN is made of; a new one is reviewed before it is added
NAMES = {
    "service.functions.KEY.name",
    "service.provider.deploymentBucket",
    "service.provider.iam.deploymentRole",
    *(
        f"template.Resources.ID.Properties.{name}"
        for name in (
            *(
                "Code.ImageUri",
                "Code.S3Bucket",
                "Code.S3Key",
                "Content.S3Key",
                "FunctionName",
                "KmsKeyArn",
                "LayerName",
                "LogGroupName",
            ),
            *("ManagedPolicyArns.*", "Name", "Path", "QueueName", "Role", "StageName", "StateMachineName", "TableName", "TopicArn"),
            *("TopicName",),
        )
    ),
    # what a role holds: `roles` writes it as a patch
    *(
        f"template.Resources.ID.Properties.Policies.*.PolicyDocument.Statement.*.{name}"
        for name in ("Action.*", "Resource", "Resource.*")
    ),
}


@pytest.mark.parametrize("fixture", fixture_names())
def test_only_names_are_told(fixture: str, tmp_path: Path) -> None:
    canaries = Canaries(fixture)
    assert len(canaries.place) > 40
    told: set[str] = set()
    for words in command_lines(tmp_path):
        said = engine(*words, "--handoff", "-", "--account", ACCOUNT, stdin=canaries.document)
        assert said.code in (0, 1, MAY_REFUSE.get(words[0])), said.err
        told.update(canaries.told(said.text))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            told.update(canaries.told(path.read_text("utf-8")))
    assert told - NAMES == set()


def test_an_error_tells_no_value(tmp_path: Path) -> None:
    for number, text in enumerate(
        (
            '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"A": "CANARY"}',
            'Resources:\n  Q: {Type: "CANARY\n',
            "Resources: *CANARY\n",
            '{"Resources": {"Q": "CANARY"}}',
            '{"Resources": {"Q": {"Type": ["CANARY"]}}}',
            '{"Resources": "CANARY"}',
            '"CANARY"',
        )
    ):
        template = tmp_path / f"{number}.yml"
        template.write_text(text, "utf-8")
        said = engine("generate", "--template", template, "--stack-name", "a", "--region", "us-east-1")
        assert said.code == 3, (text, said)
        assert "CANARY" not in said.text, (text, said.text)


@pytest.mark.skipif(missing("osls@4") is not None, reason=str(missing("osls@4")))
def test_no_secret_of_a_real_service_is_told_or_kept(tmp_path: Path) -> None:
    service, home = tmp_path / "service", tmp_path / "home"
    shutil.copytree(SECRETS, service)
    home.mkdir()
    plugin = service / "node_modules" / "serverless-leastpriv" / "index.js"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f"module.exports = require({str(ROOT)!r});\n", "utf-8")
    written = {path for path in service.rglob("*") if path.is_file()}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "TMPDIR": str(home),
        "CI": "1",
        "SLS_LEASTPRIV_PYTHON": sys.executable,
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_NOTIFICATIONS_MODE": "off",
        "AWS_EC2_METADATA_DISABLED": "true",
        "DEPLOY_PASSWORD": "CANARY-deploy",
        "SLS_INTERACTIVE_SETUP_ENABLE": "0",
    }
    policy = tmp_path / "policy.json"
    policy.write_text('{"Version": "2012-10-17", "Statement": []}', "utf-8")
    cli = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"
    for words in (
        ("generate", "--format", "report"),
        ("generate", "--output", str(home / "out")),
        ("explain",),
        ("check", "--policy", str(policy)),
        ("diff", "--base", str(policy)),
        ("generate", "--account", "CANARY"),
    ):
        command = ["node", str(cli), "leastpriv", *words]
        done = subprocess.run(command, cwd=service, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 1, 2), done.stdout + done.stderr
        told = (done.stdout + done.stderr).replace("`CANARY`", "")
        assert "CANARY" not in told, (words, told[max(0, told.find("CANARY") - 200) :][:400])
    for folder in (home, service):
        for path in folder.rglob("*"):
            if path.is_file() and path not in written:
                assert b"CANARY" not in path.read_bytes(), path
