"""A deploy is a transition: what the current template holds, and what the previous one held."""

from __future__ import annotations

from tests.project import needs, predicted

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}
TABLE = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "old-uploads"}}


def test_a_resource_needs_all_phases() -> None:
    prediction = predicted({"Jobs": QUEUE})
    for action in ("sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "sqs:DeleteQueue"):
        assert needs(prediction, action, "arn:aws:sqs:us-east-1:111111111111:jobs")
    assert prediction.gaps == ()


def test_a_dropped_resource_is_still_deleted_but_not_created() -> None:
    prediction = predicted({"Jobs": QUEUE}, previous={"Jobs": QUEUE, "Old": TABLE})
    assert needs(prediction, "s3:DeleteBucket", "arn:aws:s3:::old-uploads")
    assert not needs(prediction, "s3:CreateBucket", "arn:aws:s3:::old-uploads")


def test_without_a_previous_state_a_gap_says_what_cannot_be_known() -> None:
    gaps = predicted({"Jobs": QUEUE}, previous_known=False).gaps
    assert [gap.subject.kind for gap in gaps] == ["stack"]
    assert "--previous" in gaps[0].reason


def test_a_property_that_is_dropped_is_taken_away() -> None:
    before = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Role": "r", "ReservedConcurrentExecutions": 1}}
    after = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Role": "r"}}
    assert not needs(predicted({"F": after}), "lambda:DeleteFunctionConcurrency")
    assert needs(predicted({"F": after}, previous={"F": before}), "lambda:DeleteFunctionConcurrency")


def test_a_renamed_resource_is_deleted_under_its_old_name() -> None:
    renamed = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}}
    prediction = predicted({"Jobs": renamed}, previous={"Jobs": QUEUE})
    assert needs(prediction, "sqs:DeleteQueue", "arn:aws:sqs:us-east-1:111111111111:jobs")
    assert needs(prediction, "sqs:CreateQueue", "arn:aws:sqs:us-east-1:111111111111:work")
    assert not needs(prediction, "sqs:CreateQueue", "arn:aws:sqs:us-east-1:111111111111:jobs")


def test_remove_only_reads_and_deletes() -> None:
    prediction = predicted({"Jobs": QUEUE}, commands=("remove",))
    assert needs(prediction, "sqs:DeleteQueue")
    assert not needs(prediction, "sqs:CreateQueue")
    assert not needs(prediction, "sqs:SetQueueAttributes")


def test_other_commands_need_nothing_of_the_resources() -> None:
    assert not needs(predicted({"Jobs": QUEUE}, commands=("logs",)), "sqs:DeleteQueue")


def test_retained_resources_are_not_deleted() -> None:
    kept = {**TABLE, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    assert not needs(predicted({"T": kept}), "s3:DeleteBucket")
    replaced = {**TABLE, "DeletionPolicy": "Retain"}
    assert needs(predicted({"T": replaced}), "s3:DeleteBucket"), "a replacement deletes the old one"
    assert not needs(predicted({"T": replaced}, commands=("remove",)), "s3:DeleteBucket")
    rolled_back = {**TABLE, "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    assert needs(predicted({"T": rolled_back}), "s3:DeleteBucket")


def test_an_undecided_resource_is_granted_and_marked() -> None:
    template = {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}}
    prediction = predicted({"Jobs": {**QUEUE, "Condition": "C"}}, template=template)
    (need,) = needs(prediction, "sqs:CreateQueue")
    assert need.cause.assumed is not None


def test_a_rollback_updates_the_stack_and_says_what_it_cannot_know() -> None:
    prediction = predicted({"Jobs": QUEUE}, commands=("rollback",))
    assert needs(prediction, "sqs:SetQueueAttributes")
    assert [gap.subject.name for gap in prediction.gaps] == ["rollback"]
