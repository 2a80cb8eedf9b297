"""The benchmark's services are predicted and written, up to CloudFormation's limit; the table is a table."""

from __future__ import annotations

import pytest

from sls_leastpriv.policy.build import build
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.size import MANAGED_POLICY, characters
from sls_leastpriv.predict import predict
from tests.benchmarks.__main__ import table
from tests.benchmarks.measure import Result
from tests.benchmarks.services import template
from tests.project import project


@pytest.mark.parametrize("resources", [30, 500])
def test_policies_of_any_size_are_faithful_and_fit(resources: int) -> None:
    service = project(template=template(resources))
    policies = build(service, predict(service))
    assert all(characters(policy_document(one.statements)) <= MANAGED_POLICY for one in policies.fitting)
    assert len(policies.fitting) >= (1 if resources == 30 else 2)


def test_the_table_compares_with_a_bare_interpreter() -> None:
    text = table(0.01, [Result("one", 0.1, "note"), Result("none", None, "not installed")])
    assert text.splitlines()[2:] == ["| one | 0.100 | 10.0 | note |", "| none | – | – | not installed |"]
