"""The table of reasons, and what follows from the registry."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.knowledge.published import action_of
from tests.e2e.plots import PLOTS
from tests.minimality.needs import line_need, resource_need
from tests.minimality.reasons import KINDS, known_reasons, reason_for

QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"


@pytest.mark.parametrize("row", [row for row, _ in known_reasons()], ids=lambda row: f"{row['of']} {row['actions'][0]}")
def test_a_row_names_what_there_is(row: dict[str, Any]) -> None:
    assert set(row) <= {"actions", "of", "on", "kind", "plot", "says", "source"}
    assert row["kind"] in KINDS
    assert row["source"].startswith("https://")
    assert ("plot" in row) == (row["kind"] == "another story")
    assert row.get("plot") is None or row["plot"] in PLOTS
    for action in row["actions"]:
        assert action_of(action) is not None, action


def test_a_row_is_for_its_command_and_its_resource() -> None:
    aborts = reason_for(line_need("s3:AbortMultipartUpload"))
    assert aborts is not None and aborts.kind == "failure"
    assert reason_for(line_need("s3:AbortMultipartUpload", command="remove")) is None
    stages = "arn:aws:apigateway:us-east-1::/restapis/*/stages"
    assert reason_for(line_need("apigateway:POST", stages)) is not None
    assert reason_for(line_need("apigateway:POST", "arn:aws:apigateway:us-east-1::/restapis")) is None


@pytest.mark.parametrize(
    ("action", "phases", "kind"),
    [
        ("sqs:GetQueueAttributes", ("create", "read"), "read back"),
        ("sqs:TagQueue", ("create", "update"), "tags"),
        ("sqs:SetQueueAttributes", ("update",), "update"),
        ("sqs:CreateQueue", ("create",), "handler"),
        ("sqs:SetQueueAttributes", ("create",), None),
        ("sqs:PurgeQueue", ("delete",), None),
    ],
)
def test_the_registry_declares_what_a_handler_calls_in_a_phase(action: str, phases: tuple[str, ...], kind: str | None) -> None:
    reason = reason_for(resource_need(action, QUEUE, "AWS::SQS::Queue", *phases))
    assert (reason and reason.kind) == kind


def test_a_type_without_calls_is_one_that_is_not_played() -> None:
    need = resource_need("sqs:CreateQueue", QUEUE, "AWS::SQS::Queue", "create")
    reason = reason_for(need, is_played=False)
    assert reason is not None and reason.kind == "no handler"
    assert reason_for(resource_need("sqs:PurgeQueue", QUEUE, "AWS::SQS::Queue", "delete"), is_played=False) is None


def test_nobody_explains_a_type_that_is_not_published() -> None:
    assert reason_for(resource_need("sqs:CreateQueue", QUEUE, "Custom::Thing", "create")) is None
