"""What became of a dropped action, and that it is not tried twice."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.loop.authorise import Asked
from tests.e2e.loop.framework import Run
from tests.e2e.loop.record import Recorded
from tests.e2e.story import Plot
from tests.minimality.drops import Drop, Kept, key_of, outcome, without
from tests.minimality.needs import line_need, resource_need
from tests.minimality.recording import Recording

PLOT = Plot("orders", ("deploy", "remove"))
NEEDS = (
    line_need("s3:PutObject"),
    line_need("s3:GetObject"),
    resource_need("s3:GetObject", "arn:aws:s3:::orders/*", "AWS::Lambda::Function", "create"),
)


def _run(exit_code: int, *, denied: bool = True) -> Run:
    lacking = ("s3:PutObject", "arn:aws:s3:::orders/1.zip")
    call = Recorded("s3", "PutObject", {}, (Asked(*lacking, {}),), (lacking,), "denied", 403, "PUT /orders/1.zip")
    return Run("deploy", exit_code, "", "", [call] if denied else [], "")


def test_a_denial_that_the_command_survives_is_tolerated() -> None:
    assert outcome("s3:PutObject", _run(1)) == Drop("s3:PutObject", "deploy", ("s3:PutObject",), 1)
    assert not outcome("s3:PutObject", _run(1)).tolerated
    assert outcome("s3:PutObject", _run(0)).tolerated
    assert outcome("s3:PutObject", None) == Drop("s3:PutObject")


def test_what_fails_of_something_else_decides_nothing() -> None:
    assert outcome("s3:PutObject", _run(1, denied=False)).undecided
    assert not any(outcome("s3:PutObject", run).undecided for run in (_run(1), _run(0), None))


def test_an_action_is_dropped_on_one_side_only() -> None:
    recording = Recording(Path("handoff.json"), NEEDS, ())
    policies = without(recording, "command line", "s3:GetObject")
    assert [one["Action"] for one in policies.own["Statement"]] == ["s3:PutObject"]
    assert [one["Action"] for one in policies.resources["Statement"]] == ["s3:GetObject", "s3:PutObject"]


def test_outcomes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    key = key_of("osls@4", "command line", [PLOT], NEEDS, "s3:PutObject")
    Kept(file).add(key, outcome("s3:PutObject", _run(1)))
    assert Kept(file).get(key) == outcome("s3:PutObject", _run(1))
    assert Kept(file).get(key_of("osls@4", "command line", [PLOT], NEEDS[1:], "s3:PutObject")) is None
