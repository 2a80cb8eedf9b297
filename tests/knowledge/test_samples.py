"""Two stacks of each family of services, whose needs were reviewed line by line."""

from __future__ import annotations

import pytest

from tests.knowledge.samples import SAMPLES, sample_names, sample_text


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_needs_what_was_reviewed(name: str) -> None:
    """After a change of the knowledge that is meant: `python -m tests.knowledge.samples`, and review the difference."""
    assert sample_text(name) == (SAMPLES / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", sample_names())
def test_every_type_of_a_sample_is_reviewed(name: str) -> None:
    from sls_leastpriv.knowledge.load import resource_entry
    from sls_leastpriv.maintain.fallback import SOURCE
    from sls_leastpriv.read.template import read_template

    types = {resource["Type"] for resource in read_template(SAMPLES / f"{name}.yml")["Resources"].values()}
    entries = {type_name: resource_entry(type_name) for type_name in types}
    assert [name for name, entry in entries.items() if entry is None or entry.source == SOURCE] == []
