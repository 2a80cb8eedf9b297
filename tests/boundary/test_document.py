"""A service under the computed boundary: its roles can do all that they declare, statement by statement, and nothing else.

Judged by the tests' own evaluator, on the fixture services and on services that are made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sls_leastpriv.boundary.document import boundary_document
from sls_leastpriv.boundary.needs import guarded_actions
from sls_leastpriv.boundary.wiring import wired
from sls_leastpriv.declared.identities import identities_of, managed_policies_of
from sls_leastpriv.declared.identity import Document, Identity
from sls_leastpriv.knowledge.published import managed_policy
from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.policy.size import MANAGED_POLICY, characters
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.read.source import Inputs
from tests.fixture import ACCOUNT, FIXTURES, fixture_names
from tests.policy.oracle import Oracle
from tests.project import project

ARN = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
Grant = tuple[str, str, dict[str, list[str]]]


def roles_of(resources: dict[str, Any]) -> tuple[list[Identity], dict[str, Document]]:
    made = project(resources, account=ACCOUNT)
    stacks = list(bound_stacks(wired(made, ARN), wired(made, ARN).template or {}))
    return [one for bound in stacks for one in identities_of(bound)], {
        arn: document for bound in stacks for arn, document in managed_policies_of(bound).items()
    }


def role(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    policies = [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies, **more}}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def aslist(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def declared(identities: list[Identity], policies: dict[str, Document]) -> list[Document]:
    found = [document for one in identities for document in one.documents]
    return found + [policies.get(arn) or managed_policy(arn) or {} for one in identities for arn in one.managed]


def grants(documents: list[Document]) -> Iterator[Grant]:
    """A request for each action and resource of each statement, in the context that its condition asks for."""
    for document in documents:
        for statement in document["Statement"]:
            if statement["Effect"] != "Allow" or "Action" not in statement:
                continue
            context = {
                key: [aslist(values)[0].replace("*", "x")]
                for keys in statement.get("Condition", {}).values()
                for key, values in keys.items()
            }
            for action, resource in product(aslist(statement["Action"]), aslist(statement.get("Resource", "arn:aws:s3:::x/y"))):
                yield action.replace("*", "Thing"), resource.replace("*", "x"), context


def allowed(document: Document, action: str, resource: str, context: dict[str, list[str]]) -> bool:
    return Oracle(context).decide(action, resource, [dict(document)]) == "allowed"


def allows(document: Document) -> Document:
    """The document without what it denies: a role's own denials stay with the role."""
    return {**document, "Statement": [one for one in document["Statement"] if one["Effect"] == "Allow"]}


def check(identities: list[Identity], policies: dict[str, Document], types: frozenset[str]) -> tuple[Document, int]:
    document, _ = boundary_document(identities, policies, types, ARN)
    of_roles = declared(identities, policies)
    seen = 0
    for action, resource, context in grants(of_roles):
        replaced = "Custom::ApiGatewayAccountRole" in types and action.startswith("iam:")
        if not replaced:
            within = {**context, "iam:PermissionsBoundary": [ARN]} if action in guarded_actions() else context
            assert allowed(document, action, resource, within), (action, resource)
            seen += 1
    for action, resource, context in grants([document]):
        for place in (resource, resource + "x", resource.replace(ACCOUNT, "999999999999"), "*"):
            if allowed(document, action, place, context):
                assert any(allowed(allows(one), action, place, context) for one in of_roles), (action, place)
    return document, seen


@pytest.mark.parametrize("name", fixture_names())
def test_the_boundary_of_a_fixture(name: str) -> None:
    inputs = Inputs(handoff=str(FIXTURES / name / "handoff.json"), account=ACCOUNT, previous="none")
    service = project_of(inputs, read_source(inputs))
    (bound,) = bound_stacks(service, service.template or {})
    identities = list(identities_of(bound))
    document, seen = check(identities, managed_policies_of(bound), bound.types)
    assert characters(document) <= MANAGED_POLICY
    assert seen >= 2 or name == "variables"


ACTIONS = st.lists(
    st.sampled_from(
        ["s3:GetObject", "s3:Put*", "sqs:SendMessage", "dynamodb:*", "iam:PassRole", "iam:PutRolePolicy", "iam:*", "*"]
    ),
    min_size=1,
    max_size=3,
)
RESOURCES = st.lists(
    st.sampled_from(
        ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a", f"arn:aws:sqs:us-east-1:{ACCOUNT}:q*", f"arn:aws:iam::{ACCOUNT}:role/x"]
    ),
    min_size=1,
    max_size=2,
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::a", "arn:aws:s3:::b"]}},
    ]
)
STATEMENTS = st.builds(
    lambda effect, actions, resources, condition: {
        "Effect": effect,
        "Action": actions,
        "Resource": resources,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    ACTIONS,
    RESOURCES,
    CONDITIONS,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(STATEMENTS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_the_boundary_of_any_roles(services: list[list[dict[str, Any]]]) -> None:
    identities, policies = roles_of({f"R{index}": role(*statements) for index, statements in enumerate(services)})
    check(identities, policies, frozenset())


def boundary(resources: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    identities, policies = roles_of(resources)
    document, gaps = boundary_document(identities, policies, frozenset(), ARN)
    return list(document["Statement"]), [gap.reason for gap in gaps]


def test_statements_that_say_the_same_are_one() -> None:
    statements, _ = boundary(
        {
            "A": role(allow("s3:GetObject", "arn:aws:s3:::a/*"), allow(["sqs:SendMessage"], "*")),
            "B": role(allow("s3:GetObject", ["arn:aws:s3:::a/1", "arn:aws:s3:::b/*"]), allow("sqs:ReceiveMessage", ["*"])),
        }
    )
    assert statements == [
        allow(["s3:GetObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
        allow(["sqs:ReceiveMessage", "sqs:SendMessage"], ["*"]),
    ]


def test_policies_from_everywhere() -> None:
    statements, gaps = boundary(
        {
            "Job": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "ManagedPolicyArns": [
                        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
                        {"Ref": "Own"},
                        f"arn:aws:iam::{ACCOUNT}:policy/of-somebody",
                    ]
                },
            },
            "Own": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [allow("sns:Publish", {"Ref": "Topic"})]}},
            },
            "Inline": {
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "PolicyName": "i",
                    "Roles": [{"Ref": "Job"}],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow("ssm:GetParameter", "*")]},
                },
            },
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
        }
    )
    named = {action for statement in statements for action in statement["Action"]}
    assert {"logs:PutLogEvents", "sns:Publish", "ssm:GetParameter"} <= named
    assert allow(["sns:Publish"], [f"arn:aws:sns:us-east-1:{ACCOUNT}:news"]) in statements
    assert gaps == [
        f"what the managed policy `arn:aws:iam::{ACCOUNT}:policy/of-somebody` allows is not known, "
        "and not in the permissions boundary"
    ]


def test_what_only_the_deploy_knows_is_said() -> None:
    statements, gaps = boundary(
        {
            "A": role(allow("s3:GetObject", {"Fn::ImportValue": "bucket"}), allow({"Fn::ImportValue": "action"}, "*")),
        }
    )
    assert statements == [allow(["s3:GetObject"], ["*"])]
    assert any("actions" in reason for reason in gaps) and any(
        reason.startswith("a resource of a statement is not known") and "imported" in reason for reason in gaps
    )


def test_a_role_that_changes_roles_keeps_to_those_that_carry_the_boundary() -> None:
    statements, _ = boundary({"A": role(allow(["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"]))})
    document = {"Version": "2012-10-17", "Statement": statements}
    own, other = {"iam:PermissionsBoundary": [ARN]}, {"iam:PermissionsBoundary": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
    for action in ("iam:CreateRole", "iam:PutRolePolicy"):
        place = f"arn:aws:iam::{ACCOUNT}:role/x"
        assert [allowed(document, action, place, one) for one in (own, other, {})] == [True, False, False]
    assert not allowed(document, "iam:DeleteRolePermissionsBoundary", f"arn:aws:iam::{ACCOUNT}:role/x", own)


def test_a_role_that_writes_policies_cannot_write_the_boundary() -> None:
    statements, _ = boundary({"A": role(allow("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/*"))})
    document = {"Version": "2012-10-17", "Statement": statements}
    assert allowed(document, "iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/other", {})
    assert not allowed(document, "iam:CreatePolicyVersion", ARN, {})


def test_a_boundary_that_is_too_long_says_so() -> None:
    many = [allow(f"service{index}:Action", f"arn:aws:s3:::bucket-{index}/{'x' * 40}") for index in range(90)]
    _, gaps = boundary({"A": role(*many)})
    assert any("6144" in reason for reason in gaps)
