"""`init`: the configuration is edited as text, and the administrator's commands do what `apply` would."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sls_leastpriv.errors import ServiceError, UsageError
from sls_leastpriv.read.configuration_edit import with_plugin, with_settings
from tests.commands.run import run
from tests.fixture import ACCOUNT, FIXTURES, handoff
from tests.moto_server import Moto, moto_server

SETTINGS = {"check": "warn"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("service: a\nprovider: {}\n", "service: a\nplugins:\n  - serverless-leastpriv\n\nprovider: {}\n"),
        ("service: a\n", "service: a\n\nplugins:\n  - serverless-leastpriv\n"),
        ("plugins:\n  - one # why\nservice: a\n", "plugins:\n  - one # why\n  - serverless-leastpriv\nservice: a\n"),
        ("plugins:\n- one\n- two", "plugins:\n- one\n- two\n- serverless-leastpriv\n"),
        ("plugins: [one, two]\n", "plugins: [one, two, serverless-leastpriv]\n"),
        ("plugins: []\n", "plugins: [serverless-leastpriv]\n"),
        ("plugins:\n  modules:\n    - one\n", "plugins:\n  modules:\n    - one\n    - serverless-leastpriv\n"),
        ("plugins:\n  - serverless-leastpriv\n", "plugins:\n  - serverless-leastpriv\n"),
    ],
)
def test_the_plugin_is_added_to_what_is_there(before: str, after: str) -> None:
    assert with_plugin(before) == after
    assert with_plugin(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("service: a\nprovider: {}\n", "service: a\ncustom:\n  leastpriv:\n    check: warn\n\nprovider: {}\n"),
        ("custom:\n    # mine\n    a: 1\n", "custom:\n    # mine\n    leastpriv:\n        check: warn\n    a: 1\n"),
        ("custom:\n  leastpriv: {check: error}\n", "custom:\n  leastpriv: {check: error}\n"),
    ],
)
def test_settings_are_added_once(before: str, after: str) -> None:
    assert with_settings(before, SETTINGS) == after
    assert with_settings(after, SETTINGS) == after


def test_what_cannot_be_edited_is_said() -> None:
    with pytest.raises(UsageError, match="`plugins` is a variable"):
        with_plugin("plugins: ${file(plugins.yml)}\n")
    with pytest.raises(UsageError, match="`custom` is not written out"):
        with_settings("custom: ${file(custom.yml)}\n", SETTINGS)
    with pytest.raises(ServiceError):
        with_plugin("a: [\n")


@pytest.mark.parametrize("name", sorted(path.parent.name for path in FIXTURES.glob("*/serverless.yml")))
def test_configurations_of_the_fixtures_keep_their_meaning(name: str) -> None:
    text = (FIXTURES / name / "serverless.yml").read_text("utf-8").replace("  - serverless-leastpriv\n", "  - other\n")
    tags = type("Loader", (yaml.SafeLoader,), {})
    tags.add_multi_constructor("!", lambda _, suffix, node: (suffix, node.value if isinstance(node.value, str) else "…"))
    before = yaml.load(text, Loader=tags)
    try:
        after = yaml.load(with_settings(with_plugin(text), SETTINGS), Loader=tags)
    except UsageError:
        assert isinstance(before.get("custom"), str)
        return
    assert after.pop("plugins") == [*before.pop("plugins", []), "serverless-leastpriv"]
    assert (after.get("custom") or {})["leastpriv"] is not None
    after.pop("custom")
    before.pop("custom", None)
    assert after == before


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with moto_server() as server:
        yield server


def carry_out(script: str, folder: Path, moto: Moto) -> None:
    """The script as the AWS command line would carry it out."""
    iam = moto.client("iam")
    for line in script.splitlines():
        words = shlex.split(line, comments=True)
        if words[:2] != ["aws", "iam"]:
            assert words in ([], ["set", "-e"])
            continue
        parameters: dict[str, Any] = {}
        for option, value in zip(words[3::2], words[4::2], strict=True):
            key = "".join(part.title() for part in option.removeprefix("--").split("-"))
            text = (folder / value.removeprefix("file://")).read_text("utf-8") if value.startswith("file://") else value
            parameters[key] = text
        getattr(iam, words[2].replace("-", "_"))(**parameters)


def test_the_commands_make_what_apply_then_finds(tmp_path: Path, moto: Moto) -> None:
    moto.reset()
    service = tmp_path / "service"
    shutil.copytree(FIXTURES / "queue-stream-schedule", service)
    document = json.loads((service / "handoff.json").read_text("utf-8"))
    path = tmp_path / "h.json"
    path.write_text(json.dumps({**document, "serviceDir": str(service)}), "utf-8")
    wanted = ("--handoff", path, "--account", ACCOUNT, "--trust", "github:acme/billing@main", "--split-role")

    planned = run("init", *wanted)
    assert planned.code == 1
    assert "no file was changed: `--yes` changes them, and writes the policies into `leastpriv`" in planned.err
    assert not (service / "leastpriv").exists()

    done = run("init", *wanted, "--yes")
    assert (done.code, done.out) == (0, planned.out)
    written = (service / "serverless.yml").read_text("utf-8")
    assert f"custom:\n  leastpriv:\n    check: warn\n    account: '{ACCOUNT}'\n" in written
    assert (service / "leastpriv" / "needs.json").exists()
    carry_out(done.out, service, moto)

    applied = run("apply", *wanted, "--previous", "none", env=moto.environment)
    assert (applied.code, applied.out.count("nothing to do")) == (0, 2), applied.out


def test_files_instead_of_commands(tmp_path: Path) -> None:
    path = handoff("deployment-role", tmp_path)
    given = ("init", "--handoff", path, "--account", ACCOUNT, "--role", "ci")
    assert run(*given, "--format", "cloudformation").out == (
        "aws cloudformation deploy --stack-name ledger-prod-deployer --template-file leastpriv/ledger-prod-deployer.yaml "
        "--capabilities CAPABILITY_NAMED_IAM\n"
    )
    assert run(*given, "--format", "terraform").out.startswith("terraform -chdir=leastpriv init\n")
    assert "attach-role-policy --role-name ci --policy-arn " in run(*given).out


def test_the_account_is_asked_for_where_a_command_names_it(tmp_path: Path) -> None:
    given = ("init", "--handoff", handoff("http-api", tmp_path))
    assert "ACCOUNT" not in run(*given).out
    assert run(*given, "--role", "ci").out.count("ACCOUNT") > 1


def test_the_engine_alone_adds_the_plugin(tmp_path: Path) -> None:
    configuration = tmp_path / "serverless.yml"
    configuration.write_text("service: a\nprovider:\n  name: aws\n", "utf-8")
    shown = run("init", cwd=tmp_path)
    assert shown.code == 1
    assert "+  - serverless-leastpriv\n" in shown.err
    assert configuration.read_text("utf-8") == "service: a\nprovider:\n  name: aws\n"
    assert run("init", "--yes", cwd=tmp_path).code == 0
    assert yaml.safe_load(configuration.read_text("utf-8"))["plugins"] == ["serverless-leastpriv"]
    assert run("init", cwd=tmp_path).code == 0
