"""The registry fallback is as narrow as published ARN formats and the type's own properties allow, and no narrower."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.knowledge.entry import Clause, Entry
from sls_leastpriv.maintain.fallback import fallback_entries, fallback_entry
from sls_leastpriv.maintain.minimal_entry import minimal

ENTRIES = {entry.key: entry for entry in fallback_entries()}


def places(entry: Entry, action: str) -> set[str]:
    return {place for clause in _clauses(entry, action) for place in clause.on}


def _clauses(entry: Entry, action: str) -> list[Clause]:
    return [clause for clause in entry.clauses if any(action in actions for actions in clause.actions.values())]


@pytest.mark.parametrize(
    ("type_name", "action", "place"),
    [
        # the parent, by an ARN, an identifier or the bare word
        (
            "AWS::Connect::Prompt",
            "connect:DescribePrompt",
            "connect:${Region}:${Account}:instance/${InstanceArn as id-in-reference|*}/prompt/*",
        ),
        (
            "AWS::Batch::QuotaShare",
            "batch:DeleteQuotaShare",
            "batch:${Region}:${Account}:job-queue/${JobQueue as id-in-reference|*}/quota-share/${QuotaShareName|*}",
        ),
        # the id of the type itself is given by the service
        ("AWS::Amplify::App", "amplify:ListTagsForResource", "amplify:${Region}:${Account}:apps/*"),
        # the kind of a type that the reference calls otherwise is what its deletion asks on
        ("AWS::RDS::OptionGroup", "rds:AddTagsToResource", "rds:${Region}:${Account}:og:${OptionGroupName|*}"),
    ],
)
def test_published_formats_are_filled_with_properties(type_name: str, action: str, place: str) -> None:
    assert places(ENTRIES[type_name], action) == {"arn:${Partition}:" + place}


def test_a_word_of_the_own_service_does_not_fill_an_arn_of_another() -> None:
    record: dict[str, Any] = {
        "create": ["kafka:CreateClusterV2", "kafka:DescribeClusterV2", "eks:DescribeCluster"],
        "properties": {"ClusterName": "string"},
        "tagging": {},
    }
    assert places(fallback_entry("AWS::MSK::Thing", record), "eks:DescribeCluster") == {
        "arn:${Partition}:eks:${Region}:${Account}:cluster/*"
    }


@pytest.mark.parametrize(
    ("type_name", "action", "when"),
    [
        ("AWS::DeviceFarm::TestGridProject", "ec2:DescribeSubnets", ("set", ("VpcConfig",))),
        ("AWS::KafkaConnect::Connector", "logs:CreateLogDelivery", ("set", ("LogDelivery",))),
        # subnets at the top: without them the default VPC may be taken
        ("AWS::DMS::ReplicationConfig", "ec2:DescribeSubnets", None),
        # a certificate that is not named is not looked up
        ("AWS::VpcLattice::Service", "acm:DescribeCertificate", ("set", ("CertificateArn",))),
        # nothing in the schema says what it follows
        ("AWS::EC2::VPNConnection", "logs:CreateLogDelivery", None),
    ],
)
def test_permissions_follow_a_property_only_where_its_absence_says_something(type_name: str, action: str, when: object) -> None:
    found = {clause.when for clause in _clauses(ENTRIES[type_name], action)} or {None}
    assert found == {when}


def test_only_what_aws_cannot_scope_is_on_everything() -> None:
    from sls_leastpriv.knowledge.published import action_of

    scopable = [
        (entry.key, action)
        for entry in ENTRIES.values()
        for clause in entry.clauses
        if "*" in clause.on
        for actions in clause.actions.values()
        for action in actions
        if (record := action_of(action)) is not None and record["resources"]
    ]
    assert scopable == []


def test_a_minimal_template_comes_to_what_no_property_asks_for() -> None:
    record: dict[str, Any] = {
        "create": ["kafka:CreateClusterV2", "ec2:DescribeSubnets", "kms:ListKeys", "kms:Decrypt"],
        "properties": {"ClusterName": "string", "Vpc": "object", "Key": "string"},
        "subnets": ["Vpc.SubnetIds.*"],
        "keys": ["Key"],
        "tagging": {},
    }
    entry = fallback_entry("AWS::MSK::Thing", record)

    def actions(required: set[str]) -> set[str]:
        left = minimal(entry, required)
        return {action for clause in left.clauses for found in clause.actions.values() for action in found}

    assert actions({"ClusterName"}) == {"kafka:CreateClusterV2"}
    assert actions({"ClusterName", "Vpc"}) == {"kafka:CreateClusterV2", "ec2:DescribeSubnets"}
    assert actions({"Key"}) == {"kafka:CreateClusterV2", "kms:ListKeys", "kms:Decrypt"}
