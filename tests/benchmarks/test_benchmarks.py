"""The benchmark's services are predicted and written, up to CloudFormation's limit; the table is a table."""

from __future__ import annotations

import json

import boto3
import pytest

from sls_leastpriv.policy.build import build
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.size import MANAGED_POLICY, characters
from sls_leastpriv.predict import predict
from tests.benchmarks.__main__ import table
from tests.benchmarks.granted import granted
from tests.benchmarks.measure import Result
from tests.benchmarks.registry_service import registry_service
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


def test_what_is_granted_in_a_few_words() -> None:
    statements = [
        {"Effect": "Allow", "Action": ["a:X", "a:Y"], "Resource": ["arn:one", "arn:two"]},
        {"Effect": "Allow", "Action": "b:Z", "Resource": "*"},
        {"Effect": "Deny", "Action": "c:Z", "Resource": "*"},
    ]
    assert granted({"Statement": statements}) == "3 actions, 20 % of 5 grants on `*`"


def test_the_registry_tells_types_as_the_published_schemas_do() -> None:
    with registry_service() as running:
        aws = boto3.client(
            "cloudformation",
            endpoint_url=running.environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="none",
        )
        schema = json.loads(aws.describe_type(Type="RESOURCE", TypeName="AWS::SQS::Queue")["Schema"])
        with pytest.raises(aws.exceptions.TypeNotFoundException):
            aws.describe_type(Type="RESOURCE", TypeName="AWS::Nothing::Known")
    assert "sqs:CreateQueue" in schema["handlers"]["create"]["permissions"]
