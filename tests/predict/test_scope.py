"""Who, on which resources, under which conditions."""

from __future__ import annotations

from typing import Any

from sls_leastpriv.model import Condition, Variable
from sls_leastpriv.policy.build import build
from sls_leastpriv.predict import predict
from tests.project import needs, predicted, project

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}


def test_an_unknown_account_is_a_wildcard_inside_the_own_account() -> None:
    (need,) = needs(predicted({"Q": QUEUE}, account=None), "sqs:CreateQueue")
    assert need.resource == "arn:aws:sqs:us-east-1:*:jobs"
    assert need.conditions == (Condition("StringEquals", "aws:ResourceAccount", ("${aws:PrincipalAccount}",)),)


def test_stack_tags_reach_resources() -> None:
    assert not needs(predicted({"Q": QUEUE}), "sqs:TagQueue")
    (need,) = needs(predicted({"Q": QUEUE}, tags={"STAGE": "dev"}), "sqs:TagQueue")
    assert need.phases == {"create", "update"}
    assert needs(predicted({"Q": QUEUE}, tags={"STAGE": "dev"}), "sqs:UntagQueue")


def test_the_policy_outlives_the_deployment() -> None:
    def function(key: str) -> dict[str, object]:
        return {
            "Type": "AWS::Lambda::Function",
            "Properties": {"FunctionName": "f", "Role": "r", "Code": {"S3Bucket": "b", "S3Key": key}},
        }

    first = predict(project({"F": function("serverless/orders/dev/1700000000000-2023-11-14T22:13:20.000Z/f.zip")}))
    second = predict(project({"F": function("serverless/orders/dev/1800000000000-2027-01-15T08:00:00.000Z/f.zip")}))
    assert first == second
    assert needs(first, "s3:GetObject", "arn:aws:s3:::b/serverless/orders/dev/1900000000000-2030-03-17T17:46:40.000Z/f.zip")


def test_an_alias_of_a_key_is_a_condition_on_the_keys() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Role": "r", "KmsKeyArn": "alias/shop"}}
    (need,) = needs(predicted({"F": function}), "kms:Encrypt")
    assert need.resource == "arn:aws:kms:us-east-1:111111111111:key/*"
    assert need.conditions == (Condition("ForAnyValue:StringEquals", "kms:ResourceAliases", ("alias/shop",)),)


def test_a_literal_wildcard_of_the_user_widens_nothing() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "*", "Role": "*"}}
    prediction = predicted({"F": function})
    assert not needs(prediction, "lambda:DeleteFunction", "arn:aws:lambda:us-east-1:111111111111:function:other")
    assert all(need.resource == "arn:aws:iam::111111111111:role/${*}" for need in needs(prediction, "iam:PassRole"))


def test_variables_need_what_they_read_and_their_values_are_wildcards() -> None:
    variables = (
        Variable(0, "ssm", "/shop/table", (), ("custom", "table")),
        Variable(1, "ssm", "/shop/eu", ("eu-west-1", "raw"), ("custom", "eu")),
        Variable(2, "cf", "other-dev.Out", ("eu-west-1",), ("custom", "out")),
        Variable(3, "s3", "bucket/a/b.txt", (), ("custom", "object")),
        Variable(4, "ssm", "/aws/reference/secretsmanager/crm", (), ("custom", "secret")),
        Variable(5, "aws", "accountId", (), ("custom", "account")),
        Variable(6, "ssm", "/a/xleastprivvar0x", (), ("custom", "nested")),
    )
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs-xleastprivvar0x"}}
    prediction = predicted({"Q": queue}, framework="osls@4", config={"service": "orders"}, variables=variables)
    assert needs(prediction, "sqs:CreateQueue")[0].resource == "arn:aws:sqs:us-east-1:111111111111:jobs-*"
    read = {need.resource for need in needs(prediction, "ssm:GetParameter")}
    assert read == {
        "arn:aws:ssm:us-east-1:111111111111:parameter/shop/table",
        "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/eu",
        "arn:aws:ssm:us-east-1:111111111111:parameter/aws/reference/secretsmanager/crm",
        "arn:aws:ssm:us-east-1:111111111111:parameter/a/*",
    }
    assert needs(prediction, "cloudformation:DescribeStacks", "arn:aws:cloudformation:eu-west-1:111111111111:stack/other-dev/1")
    assert needs(prediction, "s3:GetObject", "arn:aws:s3:::bucket/a/b.txt")
    assert needs(prediction, "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111111111111:secret:crm-AbCdEf")
    assert not [gap for gap in prediction.gaps if gap.subject.kind == "variable"]


def test_a_condition_whose_value_is_not_known_is_assumed() -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "ManagedPolicyArns": [{"Fn::ImportValue": "policy"}]}}
    (need,) = needs(predicted({"R": role}), "iam:AttachRolePolicy")
    assert need.conditions == (Condition("ArnEquals", "iam:PolicyARN", ("arn:aws:iam::*:policy/*",)),)
    assert need.cause.assumed == "imported from another stack"
    known = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}}
    assert [need.cause.assumed for need in needs(predicted({"R": known}), "iam:AttachRolePolicy")] == [None]


def test_a_type_that_nobody_knows_is_a_gap() -> None:
    prediction = predicted({"X": {"Type": "AWS::Nobody::Knows"}, "Y": {"Type": "Acme::Cloud::Thing"}})
    assert {gap.subject.name for gap in prediction.gaps} == {"X", "Y"}


def test_nested_stacks_are_predicted_with_their_own_names_and_arguments() -> None:
    inner = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {
            "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}},
            "R": {"Type": "AWS::SQS::Queue"},
        },
    }
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://s3.amazonaws.com/b/p/inner.json", "Parameters": {"Name": "jobs"}},
    }
    prediction = predicted({"Inner": nested}, nested={"inner.json": inner})
    assert needs(prediction, "sqs:CreateQueue", "arn:aws:sqs:us-east-1:111111111111:jobs")
    assert needs(prediction, "sqs:CreateQueue", "arn:aws:sqs:us-east-1:111111111111:orders-dev-Inner-1ABCDEFGHIJKL-R-1ABCDEFGHIJKL")
    missing = predicted({"Inner": nested})
    assert [gap.subject.name for gap in missing.gaps] == ["Inner"]


def test_what_a_nested_stack_gives_out_is_known() -> None:
    """Also to a stack beside it, through a parameter; a template that nests itself has an end."""
    inner = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
        "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}, "Url": {"Value": {"Fn::Sub": "https://${Name}"}}},
    }
    listener = {
        "Parameters": {"Topic": {"Type": "String"}},
        "Resources": {"S": {"Type": "AWS::SNS::Subscription", "Properties": {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs"}}},
    }

    def nested(file: str, **given: Any) -> dict[str, Any]:
        where = f"https://s3.amazonaws.com/b/p/{file}"
        return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": where, "Parameters": given}}

    topic = {"Fn::GetAtt": ["Inner", "Outputs.Topic"]}
    resources = {
        "Inner": nested("inner.json", Name="jobs"),
        "Listener": nested("listener.json", Topic=topic),
        "S": {"Type": "AWS::SNS::Subscription", "Properties": {"TopicArn": topic, "Protocol": "sqs"}},
    }
    prediction = predicted(resources, nested={"inner.json": inner, "listener.json": listener})
    asked = needs(prediction, "sns:Subscribe")
    assert {need.cause.subject.name for need in asked} == {"S"}
    assert {(need.resource, need.cause.assumed) for need in asked} == {("arn:aws:sns:us-east-1:111111111111:jobs", None)}
    itself = {"Resources": {"In": nested("in.json")}, "Outputs": {"X": {"Value": {"Fn::GetAtt": ["In", "Outputs.X"]}}}}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["In", "Outputs.X"]}}}
    endless = predicted({"In": nested("in.json"), "Q": queue}, nested={"in.json": itself})
    assert needs(endless, "sqs:CreateQueue", "arn:aws:sqs:us-east-1:111111111111:anything")


def test_policies_grant_the_needs_and_nothing_else() -> None:
    service = project({"Q": QUEUE}, framework="osls@4", config={"service": "orders"})
    policies = build(service, predict(service))
    assert [policy.name for policy in policies.whole] == ["orders-dev-deployer"]


def test_a_macro_among_the_resources_is_a_gap() -> None:
    prediction = predicted({"Q": QUEUE, "Fn::ForEach::Queues": ["Name", ["a", "b"], {}]})
    assert needs(prediction, "sqs:CreateQueue")
    assert ["Fn::ForEach::Queues" in gap.reason for gap in prediction.gaps] == [True]
    assert needs(prediction, "cloudformation:CreateChangeSet", "arn:aws:cloudformation:us-east-1:aws:transform/LanguageExtensions")


def test_resources_that_name_each_other_are_a_gap() -> None:
    first = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["B", "QueueName"]}}}
    second = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["A", "QueueName"]}}}
    prediction = predicted({"A": first, "B": second})
    assert prediction.gaps
    assert all("refers to itself" in gap.reason for gap in prediction.gaps)
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "Policies": [{"x": {"Fn::GetAtt": ["F", "Arn"]}}]}}
    function = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Role": {"Fn::GetAtt": ["R", "Arn"]}}}
    assert predicted({"R": role, "F": function}).gaps == (), "a role and a function may name each other"
