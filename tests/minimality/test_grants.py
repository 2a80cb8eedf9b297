"""What suffices, and what is used, by what was asked."""

from __future__ import annotations

from tests.e2e.loop.judge import Policy
from tests.minimality.ddmin import ddmin
from tests.minimality.grants import Oracle, grants_of, policies_under, size_of, used_by
from tests.minimality.needs import BUCKET, line_need, question, resource_need

NEEDS = [
    line_need("s3:GetObject", f"{BUCKET}/deployments/*"),
    line_need("s3:GetObject", f"{BUCKET}/*", "rollback"),
    line_need("s3:PutObject"),
    line_need("s3:AbortMultipartUpload"),
]
ASKED = [
    question("s3:GetObject", f"{BUCKET}/deployments/1.zip"),
    question("s3:GetObject", f"{BUCKET}/other"),
    question("s3:PutObject", f"{BUCKET}/other"),
    question("sts:GetCallerIdentity", "*"),
]


def test_a_smallest_set_has_neither_what_nothing_asks_nor_what_another_grant_allows() -> None:
    grants = grants_of(NEEDS)
    kept = ddmin(range(len(grants)), Oracle(grants, ASKED).suffices)
    assert [(grants[at].action, grants[at].resource) for at in kept] == [
        ("s3:GetObject", f"{BUCKET}/*"),
        ("s3:PutObject", f"{BUCKET}/*"),
    ]


def test_nothing_suffices_for_what_no_grant_allows() -> None:
    grants = grants_of(NEEDS)
    assert not Oracle(grants, [question("s3:DeleteObject", f"{BUCKET}/other")]).suffices(range(len(grants)))
    assert not Oracle(grants, [question("s3:GetObject", "arn:aws:s3:::others/1.zip")]).suffices(range(len(grants)))


def test_needs_that_say_the_same_are_one_grant() -> None:
    (grant,) = grants_of([line_need("s3:GetObject"), line_need("s3:GetObject", command="rollback")])
    assert len(grant.needs) == 2


def test_a_need_is_used_by_its_own_side_and_type_alone() -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:news"
    need = resource_need("sns:GetTopicAttributes", topic, "AWS::SNS::Topic", "read")
    assert used_by(need, [question("sns:GetTopicAttributes", topic, "AWS::SNS::Topic")])
    assert not used_by(need, [question("sns:GetTopicAttributes", topic, "AWS::SNS::Subscription")])
    assert not used_by(need, [question("sns:GetTopicAttributes", topic)])
    assert not used_by(need, [question("sns:GetTopicAttributes", f"{topic}-of-others", "AWS::SNS::Topic")])


def _actions(policy: Policy) -> list[str]:
    return [one["Action"] for one in policy["Statement"]]


def test_a_deployer_may_what_both_sides_may_and_shares_what_only_the_command_line_needs() -> None:
    queue = resource_need("sqs:CreateQueue", "*", "AWS::SQS::Queue")
    both = [
        line_need("s3:PutObject"),
        line_need("s3:GetObject"),
        queue,
        resource_need("s3:GetObject", "*", "AWS::Lambda::Function"),
    ]
    policies = policies_under(both, [queue], "CloudFormation")
    assert _actions(policies.document) == ["s3:PutObject", "s3:GetObject", "sqs:CreateQueue"]
    assert _actions(policies.own) == ["s3:PutObject", "s3:GetObject"]
    assert _actions(policies.resources) == ["sqs:CreateQueue", "s3:PutObject"]


def test_a_role_of_cloudformation_shares_nothing() -> None:
    queue = {**resource_need("sqs:CreateQueue", "*", "AWS::SQS::Queue"), "principal": "cloudformation"}
    policies = policies_under([line_need("s3:PutObject"), queue], [line_need("s3:PutObject")], "command line")
    assert _actions(policies.resources) == ["sqs:CreateQueue"]


def test_the_size_is_that_of_the_merged_policy() -> None:
    one, two = size_of(NEEDS[2:3]), size_of(NEEDS[2:])
    assert one < two < 2 * one
