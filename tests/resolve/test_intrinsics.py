"""Intrinsics, conditions and values, as CloudFormation documents them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.bind import BoundStack
from sls_leastpriv.knowledge import load
from sls_leastpriv.model import Stack, Variable
from sls_leastpriv.resolve.strings import read_text
from sls_leastpriv.resolve.values import Either, Unresolved, concatenate, literal_pattern, pattern

STACK = Stack("orders-dev", "eu-west-1", "111111111111", "aws", {})


def bound(template: dict[str, Any], stack: Stack = STACK) -> BoundStack:
    return BoundStack({"Resources": {}, **template}, stack, entry_of=load.resource_entry, read=read_text((), stack))


def resolved(node: Any, **template: Any) -> Any:
    return bound(template).intrinsics.resolve(node)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::StackName"}, "b"]]}, "a-orders-dev-b"),
        ({"Fn::Sub": "${AWS::StackName}-${!Literal}"}, "orders-dev-${Literal}"),
        ({"Fn::Sub": ["${X}-${AWS::Region}", {"X": "a"}]}, "a-eu-west-1"),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::Join": ["", {"Fn::Split": [",", "a,b"]}]}, "ab"),
        ({"Fn::FindInMap": ["M", "eu-west-1", "name"]}, "there"),
        ({"Fn::FindInMap": ["M", "us-east-1", "name", {"DefaultValue": "here"}]}, "here"),
        ({"Fn::If": ["Yes", "a", "b"]}, "a"),
        ({"Fn::If": ["No", "a", {"Ref": "Given"}]}, "given"),
        ({"Ref": "Listed"}, ["a", "b"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"Ref": "Queue"}, "https://sqs.eu-west-1.amazonaws.com/111111111111/jobs"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:eu-west-1:111111111111:jobs"),
        ({"Fn::GetAtt": "Queue.QueueName"}, "jobs"),
        ({"Fn::Sub": "${Queue.Arn}/x"}, "arn:aws:sqs:eu-west-1:111111111111:jobs/x"),
    ],
)
def test_resolves_what_the_template_says(node: Any, value: Any) -> None:
    template = {
        "Parameters": {
            "Given": {"Type": "String", "Default": "given"},
            "Listed": {"Type": "CommaDelimitedList", "Default": "a, b"},
        },
        "Mappings": {"M": {"eu-west-1": {"name": "there"}}},
        "Conditions": {"Yes": {"Fn::Equals": ["1", 1]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}},
    }
    assert resolved(node, **template) == value


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ({"Fn::ImportValue": "x"}, "*"),
        ({"Fn::Join": ["-", ["a", {"Fn::ImportValue": "x"}, "b"]]}, "a-*-b"),
        ({"Ref": "Asked"}, "*"),
        ({"Ref": "Nobody"}, "*"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "*"),
        ({"Fn::Select": [5, ["a"]]}, "*"),
        ({"Fn::Sub": ["a"]}, "*"),
        ({"Fn::Whatever": 1}, "*"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::orders-dev-bucket-*"),
        ("{{resolve:ssm:/a}}-b", "*-b"),
        ("xleastprivvar0x-b", "*-b"),
    ],
)
def test_what_only_the_deploy_knows_is_a_wildcard_and_never_an_error(node: Any, text: str) -> None:
    template = {
        "Parameters": {"Asked": {"Type": "String"}},
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
    }
    assert pattern(resolved(node, **template)) == text


def test_an_undecided_condition_keeps_both_values() -> None:
    template = {"Parameters": {"Stage": {"Type": "String"}}, "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}}
    value = resolved({"Fn::Join": ["", ["x-", {"Fn::If": ["Prod", "a", "b"]}]]}, **template)
    assert value == Either(("x-a", "x-b"))


def test_references_that_go_round_end() -> None:
    template = {
        "Resources": {
            "A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["B", "QueueName"]}}},
            "B": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["A", "QueueName"]}}},
        },
        "Conditions": {"Round": {"Condition": "Round"}},
    }
    assert pattern(resolved({"Fn::GetAtt": ["A", "Arn"]}, **template)).endswith(":*")
    assert bound(template).conditions.decide("Round") is None


def test_a_resource_under_a_false_condition_is_not_there() -> None:
    template = {
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Condition": "No"}},
    }
    assert bound(template).resources == ()


def test_a_variable_leaves_its_reason() -> None:
    read = read_text((Variable(0, "ssm", "/secret/place", (), ("custom", "x")),), STACK)
    value = read("a-xleastprivvar0x")
    assert pattern(value) == "a-*"
    assert "ssm" in value.parts[1].reason


@given(st.text(alphabet="ab*?${}", max_size=12))
def test_a_literal_pattern_matches_its_text_and_nothing_else(text: str) -> None:
    from sls_leastpriv.policy.patterns import covers

    quoted = literal_pattern(text)
    assert covers(quoted, quoted)
    assert not covers(quoted, literal_pattern(text + "x"))


@given(st.lists(st.one_of(st.text(alphabet="ab", max_size=3), st.just(Unresolved("x"))), max_size=6))
def test_joining_is_associative(parts: list[Any]) -> None:
    for cut in range(len(parts) + 1):
        left, right = concatenate(parts[:cut]), concatenate(parts[cut:])
        assert concatenate([left, right]) == concatenate(parts)
