"""`coverage` says of each thing in a service what the prediction rests on."""

from __future__ import annotations

from pathlib import Path

from tests.commands.run import STACK, run, write
from tests.fixture import ACCOUNT, handoff

TEMPLATE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue"},
        "Letters": {"Type": "AWS::SQS::Queue"},
        "Group": {"Type": "AWS::RoboMaker::Fleet", "Properties": {"Name": "a"}},
        "Other": {"Type": "Acme::Shop::Thing"},
    }
}


def test_each_type_says_what_is_known(tmp_path: Path) -> None:
    template = write(tmp_path / "template.json", TEMPLATE)
    said = run("coverage", "--template", template, *STACK, "--previous", "none")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "type Acme::Shop::Thing: not known · 0 grants"
    assert "third party" in lines[1]
    assert lines[2].startswith("type AWS::RoboMaker::Fleet: the registry's own lists, not reviewed · ")
    assert lines[-1].startswith("type AWS::SQS::Queue × 2: reviewed entry · ")


def test_strict_fails_where_anything_is_not_reviewed(tmp_path: Path) -> None:
    template = write(tmp_path / "template.json", TEMPLATE)
    assert run("coverage", "--template", template, *STACK, "--previous", "none", "--strict").code == 1
    queue = write(tmp_path / "queue.json", {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}})
    assert run("coverage", "--template", queue, *STACK, "--previous", "none", "--strict").code == 0


def test_the_report_holds_every_row(tmp_path: Path) -> None:
    said = run("coverage", "--handoff", handoff("variables", tmp_path), "--account", ACCOUNT, "--format", "report")
    document = said.json()
    kinds = {row["kind"] for row in document["coverage"]}
    assert kinds == {"type", "command", "variable"}
    assert {"aws", "cf", "s3", "ssm"} <= {row["name"] for row in document["coverage"] if row["kind"] == "variable"}
    assert all(row["needs"] for row in document["coverage"] if row["kind"] == "command")
