"""What is no resource yet, a `Fn::ForEach` among the resources, through every verb and format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixture import FIXTURES
from tests.hostile.engine import engine
from tests.hostile.verbs import MAY_REFUSE, command_lines

LOOP = ["Name", ["orders", "refunds"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}]
GAP = "becomes resources at the deploy; what they need is not known"


@pytest.mark.parametrize(
    ("name", "body"),
    [("Fn::ForEach::Topics", LOOP), ("Fn::Transform", {"Name": "AWS::Include"}), ("Fn::GetAtt", 1e300), ("Fn::ForEach::", None)],
)
def test_every_verb_goes_on_without_it(name: str, body: Any, tmp_path: Path) -> None:
    handoff = json.loads((FIXTURES / "queue-stream-schedule" / "handoff.json").read_text("utf-8"))
    handoff["template"]["Resources"][name] = body
    handoff["serviceDir"] = str(FIXTURES / "queue-stream-schedule")
    for words in command_lines(tmp_path):
        said = engine(*words, "--handoff", "-", stdin=handoff)
        assert said.code in (0, 1, MAY_REFUSE.get(words[0])), (words, said.err)
        assert words[0] != "generate" or GAP in said.err, words


def test_in_a_template_of_sam(tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "src", "Runtime": "python3.13", "Handler": "a.b"}}
    document = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Fn::ForEach::Topics": LOOP, "Orders": function}}
    template.write_text(json.dumps(document), "utf-8")
    said = engine("generate", "--template", template, "--stack-name", "orders-dev", "--region", "eu-west-1")
    assert said.code == 0, said.err
    assert GAP in said.err
