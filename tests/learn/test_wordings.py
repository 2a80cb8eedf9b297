"""Every wording is read to the right action, resource, principal, kind of policy and verdict."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.learn.judge import judge
from sls_leastpriv.learn.parse import read_denials
from sls_leastpriv.learn.whose import Roles
from tests.learn.wordings import DENIALS, UNREAD, title


def test_the_table_is_large_and_every_row_has_a_source() -> None:
    assert len({row["text"] for row in DENIALS}) >= 120
    assert all(row["source"].startswith("https://") for row in [*DENIALS, *UNREAD])


@pytest.mark.parametrize("row", DENIALS, ids=map(title, DENIALS))
def test_it_is_read_and_judged(row: dict[str, Any]) -> None:
    reading = read_denials(row["text"])
    assert len(reading.denials) == 1
    assert reading.unread == ()
    denial = reading.denials[0]
    verdict = judge(denial, (), Roles())
    assert list(verdict.actions) == row["actions"]
    assert denial.resource == row.get("resource")
    assert denial.principal == row.get("principal")
    assert (denial.place.logical_id if denial.place else None) == row.get("place")
    assert (denial.layer, denial.explicit) == (row["by"], row.get("explicit", False))
    assert (verdict.whose, verdict.outcome) == (row["whose"], row["outcome"])


@pytest.mark.parametrize("row", UNREAD, ids=map(title, UNREAD))
def test_what_says_too_little_is_reported(row: dict[str, Any]) -> None:
    reading = read_denials(row["text"])
    assert [one.actions for one in reading.denials if one.actions] == []
    assert reading.unread or [one for one in reading.denials if one.encoded]


def test_a_log_without_a_denial_says_nothing() -> None:
    log = "Deploying orders to stage dev (us-east-1)\n✔ Service deployed to stack orders-dev (112s)\nfunctions: list\n"
    reading = read_denials(log)
    assert (reading.denials, reading.unread) == ((), ())


def test_all_wordings_in_one_log() -> None:
    """Between thousands of other lines each is found on its own line."""
    noise = "Serverless: Checking Stack update progress...\n" * 40
    texts = [row["text"] for row in DENIALS if "\n" not in row["text"].strip()]
    reading = read_denials(noise.join(f"{text}\n" for text in texts))
    found = {(one.actions, one.resource, one.principal) for one in reading.denials}
    alone = {(one.actions, one.resource, one.principal) for text in texts for one in read_denials(text).denials}
    assert found == alone
