"""What a deploy does to each resource, told from the deployed template and the new one."""

from __future__ import annotations

from typing import Any

from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.predict import predict
from sls_leastpriv.session.change import Change, changes
from sls_leastpriv.session.phases import PhasesOfChange
from tests.project import project

QUEUE = {"Type": "AWS::SQS::Queue"}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "job", "AssumeRolePolicyDocument": {}}}


def function(key: str = "1.zip", **more: Any) -> dict[str, Any]:
    code = {"S3Bucket": "artifacts", "S3Key": key}
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"FunctionName": "api", "Code": code, "Role": {"Fn::GetAtt": ["Role", "Arn"]}, **more},
    }


def found(before: dict[str, Any], after: dict[str, Any], template: dict[str, Any] | None = None) -> dict[str, Change]:
    made = project(after, previous=before, template=template)
    assert made.template is not None and made.previous is not None
    previous = next(bound_stacks(made, {**made.previous, **(template or {})}))
    return {one.logical_id: one for one in changes(previous, next(bound_stacks(made, made.template)))}


def kinds(before: dict[str, Any], after: dict[str, Any], template: dict[str, Any] | None = None) -> dict[str, str]:
    return {name: one.kind for name, one in found(before, after, template).items()}


def actions(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    made = project(after, previous=before, commands=("deploy",), tags={"STAGE": "dev"})
    assert made.template is not None and made.previous is not None
    told = changes(next(bound_stacks(made, made.previous)), next(bound_stacks(made, made.template)))
    prediction = predict(made, phases_of=PhasesOfChange(told, made))
    return {need.action for need in prediction.needs if need.cause.subject.kind == "resource"}


def test_added_removed_and_the_same() -> None:
    assert kinds({"Old": QUEUE, "Same": QUEUE}, {"New": QUEUE, "Same": QUEUE}) == {
        "New": "added",
        "Old": "removed",
        "Same": "unchanged",
    }


def test_a_property_that_can_be_updated_and_one_that_cannot() -> None:
    def queue(**properties: Any) -> dict[str, Any]:
        return {"Q": {"Type": "AWS::SQS::Queue", "Properties": properties}}

    change = found(queue(DelaySeconds=1), queue(DelaySeconds=2))["Q"]
    assert (change.kind, change.properties) == ("changed", ("DelaySeconds",))
    assert kinds(queue(QueueName="a"), queue(QueueName="b")) == {"Q": "replaced"}


def test_another_type_and_another_condition() -> None:
    assert kinds({"X": QUEUE}, {"X": {"Type": "AWS::SNS::Topic"}}) == {"X": "replaced"}
    assert kinds({"X": QUEUE}, {"X": {**QUEUE, "Condition": "C"}}, {"Conditions": {"C": {"Fn::Equals": ["a", "a"]}}}) == {
        "X": "replaced"
    }


def test_what_resolves_to_the_same_is_the_same() -> None:
    plain = {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dev-q"}}}
    joined = {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${AWS::StackName}-q"}}}}
    assert kinds(plain, joined) == {"Q": "unchanged"}


def test_a_replacement_changes_what_refers_to_it() -> None:
    def template(name: str) -> dict[str, Any]:
        return {
            "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}},
            "P": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Q"}], "PolicyDocument": {}}},
            "S": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {"Endpoint": {"Fn::Sub": "${Q.Arn}"}, "TopicArn": "t", "Protocol": "sqs"},
            },
            "Other": QUEUE,
        }

    assert kinds(template("a"), template("b")) == {"Q": "replaced", "P": "changed", "S": "replaced", "Other": "unchanged"}


def test_a_parameter_that_the_deploy_reads_may_have_changed() -> None:
    resources = {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}}}
    read = {"Parameters": {"Delay": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/delay"}}}
    fixed = {"Parameters": {"Delay": {"Type": "Number", "Default": 5}}}
    assert kinds(resources, resources, read) == {"Q": "changed"}
    assert kinds(resources, resources, fixed) == {"Q": "unchanged"}


def test_an_update_and_its_rollback_need_no_create_and_no_delete() -> None:
    needed = actions({"F": function("1.zip"), "Role": ROLE}, {"F": function("2.zip"), "Role": ROLE})
    assert {"lambda:UpdateFunctionCode", "lambda:GetFunction"} <= needed
    assert not {one for one in needed if one.startswith(("lambda:Create", "lambda:Delete", "iam:Create", "iam:Put", "lambda:Tag"))}


def test_tags_that_change_are_tagged() -> None:
    tagged = function(Tags=[{"Key": "team", "Value": "shop"}])
    assert "lambda:TagResource" in actions({"F": function(), "Role": ROLE}, {"F": tagged, "Role": ROLE})


def test_what_is_created_may_be_deleted_again_unless_it_is_retained() -> None:
    assert {"sqs:CreateQueue", "sqs:DeleteQueue"} <= actions({}, {"Q": QUEUE})
    kept = actions({}, {"Q": {**QUEUE, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}})
    assert "sqs:CreateQueue" in kept and "sqs:DeleteQueue" not in kept


def test_what_is_dropped_is_deleted_and_never_created() -> None:
    needed = actions({"Q": QUEUE}, {})
    assert "sqs:DeleteQueue" in needed and "sqs:CreateQueue" not in needed


def test_what_does_not_change_needs_nothing_but_its_attributes() -> None:
    assert actions({"Q": QUEUE}, {"Q": QUEUE}) == set()
    asked = actions({"F": function("1.zip"), "Role": ROLE}, {"F": function("2.zip"), "Role": ROLE})
    assert "iam:GetRole" in asked and "iam:UpdateAssumeRolePolicy" not in asked
