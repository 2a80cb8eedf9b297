"""Parameters of AWS's types: CloudFormation looks for their values in the account before it makes anything."""

from __future__ import annotations

import pytest

from sls_leastpriv.predict import predict
from tests.project import project


@pytest.mark.parametrize(
    ("type_", "action"),
    [
        ("AWS::EC2::KeyPair::KeyName", "ec2:DescribeKeyPairs"),
        ("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "ec2:DescribeImages"),
        ("List<AWS::EC2::Subnet::Id>", "ec2:DescribeSubnets"),
        ("AWS::SSM::Parameter::Value<List<AWS::EC2::SecurityGroup::Id>>", "ec2:DescribeSecurityGroups"),
        ("AWS::EC2::SecurityGroup::GroupName", "ec2:DescribeSecurityGroups"),
    ],
)
def test_the_value_is_looked_for(type_: str, action: str) -> None:
    prediction = predict(project(template={"Parameters": {"One": {"Type": type_, "Default": "/one"}}}))
    assert [(need.resource, need.phases) for need in prediction.needs if need.action == action] == [("*", {"create", "update"})]


@pytest.mark.parametrize("type_", ["String", "List<Number>", "AWS::SSM::Parameter::Value<String>", "AWS::SSM::Parameter::Name"])
def test_other_types_are_not(type_: str) -> None:
    prediction = predict(project(template={"Parameters": {"One": {"Type": type_, "Default": "/one"}}}))
    assert not [need.action for need in prediction.needs if need.action.startswith("ec2:")]


def test_how_a_hosted_zone_is_looked_for_is_not_known() -> None:
    prediction = predict(project(template={"Parameters": {"Zone": {"Type": "AWS::Route53::HostedZone::Id"}}}))
    assert any("hosted zone" in gap.reason for gap in prediction.gaps)
