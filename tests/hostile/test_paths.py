"""Files: nothing is followed, read or written that the user did not name."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from sls_leastpriv.knowledge.load import resource_entry, shard
from sls_leastpriv.knowledge.published import published
from sls_leastpriv.read.serverless_yml import Locator
from tests.fixture import FIXTURES
from tests.hostile.engine import engine

STACK = ("--stack-name", "orders-dev", "--region", "us-east-1", "--account", "111111111111")
links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.json"
    path.write_text('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}', "utf-8")
    return path


@links
@pytest.mark.parametrize("name", ["out.json", "out/orders-dev-deployer.json", "out/needs.json"])
def test_output_replaces_a_link_and_leaves_what_it_leads_to(name: str, tmp_path: Path, template: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep", "utf-8")
    link = tmp_path / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(victim)
    target = link if name == "out.json" else link.parent
    said = engine("generate", "--template", template, *STACK, "--output", target)
    assert said.code == 0, said.err
    assert victim.read_text("utf-8") == "keep"
    assert not link.is_symlink()


def test_output_that_cannot_be_written_leaves_nothing(tmp_path: Path, template: Path) -> None:
    (tmp_path / "out" / "orders-dev-deployer.json").mkdir(parents=True)
    said = engine("generate", "--template", template, *STACK, "--output", tmp_path / "out")
    assert said.code == 2
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


@links
def test_the_target_of_a_link_is_not_told(tmp_path: Path) -> None:
    secret = tmp_path / "outside" / "hunter2.yml"
    secret.parent.mkdir()
    secret.write_text("a: 1\nb: 2\n", "utf-8")
    service = tmp_path / "service"
    service.mkdir()
    (service / "link.yml").symlink_to(secret)
    (service / "serverless.yml").write_text("custom: ${file(link.yml)}\n", "utf-8")
    assert Locator(service, "serverless.yml").where(("custom", "b")) == "link.yml:2"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_included_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "serverless.yml").write_text("custom: ${file(pipe.yml)}\nfunctions: {}\n", "utf-8")
    locator = Locator(tmp_path, "serverless.yml")
    assert locator.where(("custom", "b")) == "serverless.yml:1"


def test_names_of_a_service_lead_to_no_file_of_knowledge(tmp_path: Path) -> None:
    outside = tmp_path / "x.json"
    outside.write_text('{"AWS::x::Y": {}}', "utf-8")
    up = "../" * 30 + str(tmp_path).lstrip("/")
    assert shard(f"resources/{up}/x") == {}
    assert resource_entry(f"AWS::{up}/x::Y") is None
    assert published(f"{up}/x")["actions"] == {}


TOO_LONG = "a" * 300


@pytest.mark.parametrize(
    "words",
    [
        ("generate", "--package", TOO_LONG),
        ("generate", "--template", TOO_LONG),
        ("generate", "--previous", TOO_LONG, "--template", "template.json", *STACK),
        ("diff", "--base", TOO_LONG, "--head", "template.json"),
        ("diff", "--base", "template.json", "--head", TOO_LONG),
        ("check", "--policy", TOO_LONG, "--template", "template.json", *STACK),
        ("observe", TOO_LONG),
        ("learn", TOO_LONG),
        ("learn", "--output", TOO_LONG, "template.json"),
    ],
    ids=lambda words: " ".join(words).replace(TOO_LONG, "…"),
)
def test_a_name_that_no_disk_takes_is_said(
    words: tuple[str, ...], template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert template.parent == tmp_path
    monkeypatch.chdir(tmp_path)
    said = engine(*words)
    assert said.code in (2, 3), said.text
    assert "help: " in said.err


@pytest.mark.parametrize("setting", ["baseline", "overlay"])
def test_a_setting_that_no_disk_takes_as_a_name_is_said(setting: str, tmp_path: Path) -> None:
    handoff = json.loads((FIXTURES / "rest-api" / "handoff.json").read_text("utf-8"))
    handoff["serviceDir"] = str(tmp_path)
    handoff["service"]["custom"] = {"leastpriv": {setting: TOO_LONG}}
    said = engine("generate", "--handoff", "-", stdin=handoff)
    assert (said.code, said.out) == (3, "")
    assert "cannot be read: file name too long" in said.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("mode", [0o000, 0o300])
def test_an_overlay_that_may_not_be_read_is_not_taken_as_absent(mode: int, tmp_path: Path) -> None:
    handoff = json.loads((FIXTURES / "rest-api" / "handoff.json").read_text("utf-8"))
    handoff["serviceDir"] = str(tmp_path)
    overlay = tmp_path / "leastpriv"
    overlay.mkdir()
    overlay.chmod(mode)
    try:
        said = engine("generate", "--handoff", "-", stdin=handoff)
    finally:
        overlay.chmod(0o700)
    assert said.code == 3
    assert "may not be read by this user" in said.err
