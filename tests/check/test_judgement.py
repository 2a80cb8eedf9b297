"""What the check makes of policies and needs, without a process: laws over all fixtures, and requests that are not fully known."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sls_leastpriv.check.answer import Answer, answer_of
from sls_leastpriv.check.evidence import Document, Evidence
from sls_leastpriv.check.identity import Identity, parse_identity
from sls_leastpriv.commands.service import Predicted, predicted
from sls_leastpriv.model import Need
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.read.source import Inputs
from tests.check.running import allow, deny, policy
from tests.e2e.loop.policies import without
from tests.fixture import ACCOUNT, fixture_names, handoff


@cache
def service_of(name: str, account: str | None = ACCOUNT, commands: str | None = None) -> Predicted:
    with TemporaryDirectory() as folder:
        inputs = Inputs(handoff=str(handoff(name, Path(folder))), account=account, commands=commands, previous="none")
        return predicted(inputs, places=False)


def needs_of(service: Predicted) -> list[Need]:
    return [need for need in service.prediction.needs if need.principal == "deployer"]


def answered(service: Predicted, *documents: dict[str, Any], principal: Identity | None = None, **more: Any) -> Answer:
    identity = tuple(Document(f"policy {number}", one) for number, one in enumerate(documents, 1))
    evidence = Evidence(kind="policies", principal=principal, identity=identity, **more)
    return answer_of(needs_of(service), evidence, service.project, needs_of(service))


def generated(service: Predicted) -> dict[str, Any]:
    (whole,) = [one for one in service.policies.whole if one.principal == "deployer"]
    return policy_document(whole.statements)


@pytest.mark.parametrize("name", fixture_names())
@pytest.mark.parametrize("account", [ACCOUNT, None])
def test_the_generated_policy_is_enough_and_not_too_much(name: str, account: str | None) -> None:
    service = service_of(name, account)
    answer = answered(service, generated(service))
    assert (answer.missing, answer.unknown, answer.add) == ((), (), ())
    assert answer.excess is not None
    assert (answer.excess.count, answer.excess.wide, answer.excess.escalating) == (0, (), ())


@pytest.mark.parametrize("name", fixture_names())
def test_without_any_action_of_it_just_that_one_is_missing(name: str) -> None:
    service = service_of(name)
    document = generated(service)
    for action in sorted({need.action for need in needs_of(service)}):
        answer = answered(service, without(document, action))
        assert {one.verdict.ask.action for one in answer.missing} == {action}
        assert answer.unknown == ()
        assert {need for one in answer.missing for need in one.verdict.ask.needs} == {
            need for need in needs_of(service) if need.action == action
        }


@pytest.mark.parametrize("name", fixture_names())
def test_what_is_to_be_added_is_what_was_left_out(name: str) -> None:
    service = service_of(name)
    document = generated(service)
    for start in range(3):
        left = {**document, "Statement": document["Statement"][start::3]}
        answer = answered(service, left)
        assert answered(service, left, policy_document(answer.add)).missing == ()


def moments(service: Predicted, *documents: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(one.verdict.ask.action, one.verdict.ask.resource): one.moment for one in answered(service, *documents).missing}


def test_when_it_fails() -> None:
    found = moments(service_of("bucket-topic"), policy())
    when: dict[str, set[str]] = {}
    for (action, _), moment in found.items():
        when.setdefault(action, set()).add(moment)
    assert when["cloudformation:CreateChangeSet"] == when["lambda:CreateFunction"] == when["s3:CreateBucket"] == {"now"}
    assert when["lambda:DeleteFunction"] == when["cloudformation:DeleteStack"] == {"rollback"}
    assert "later" in when["lambda:UpdateFunctionCode"] | when["lambda:UpdateFunctionConfiguration"]
    only_remove = service_of("bucket-topic", commands="remove")
    assert set(moments(only_remove, policy()).values()) == {"now"}, "what `remove` needs fails `remove`"


USER = parse_identity(f"arn:aws:iam::{ACCOUNT}:user/deployer", long_lived=True)
ROLE = parse_identity(f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run-1")
EVERYTHING = policy(allow("*"))
MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


def unless(operator: str, key: str, *values: str) -> dict[str, Any]:
    return policy(allow("*"), deny("*", Condition={operator: {key: list(values)}}))


@pytest.mark.parametrize(
    ("document", "principal", "state"),
    [
        # a user's own access key carries no second factor, so the denial holds; a session may or may not
        (policy(allow("*"), deny("*", Condition=MFA)), USER, "missing"),
        (policy(allow("*"), deny("*", Condition=MFA)), ROLE, "unknown"),
        (policy(allow("*"), deny("*", Condition=MFA)), None, "unknown"),
        (unless("StringNotEquals", "aws:username", "deployer"), USER, "allowed"),
        (unless("StringNotEquals", "aws:username", "somebody"), USER, "missing"),
        (unless("StringEquals", "aws:username", "deployer"), ROLE, "allowed"),
        (unless("StringNotEquals", "aws:PrincipalType", "User"), USER, "allowed"),
        (unless("StringNotEquals", "aws:PrincipalType", "User"), ROLE, "missing"),
        (unless("StringNotEquals", "aws:PrincipalAccount", ACCOUNT), USER, "allowed"),
        (unless("StringEquals", "aws:PrincipalAccount", ACCOUNT), USER, "missing"),
        (unless("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:user/*"), USER, "allowed"),
        # a session does not say the path of its role
        (unless("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*"), ROLE, "unknown"),
        (unless("Bool", "aws:SecureTransport", "false"), ROLE, "allowed"),
        (unless("NotIpAddress", "aws:SourceIp", "192.0.2.0/24"), USER, "unknown"),
        (unless("StringNotEquals", "aws:PrincipalOrgID", "o-example"), USER, "unknown"),
        (unless("StringEquals", "lambda:FunctionUrlAuthType", "NONE"), USER, "allowed"),
        (policy(allow("*", f"arn:aws:cloudformation:*:{ACCOUNT}:stack/ledger-prod/*")), USER, "allowed"),
        (policy(allow("*", "arn:aws:cloudformation:*:999999999999:stack/ledger-prod/*")), USER, "missing"),
        (policy(allow("*", f"arn:aws:cloudformation:*:{ACCOUNT}:stack/ledger-prod/1*")), USER, "unknown"),
        (policy(allow("*", "arn:aws:cloudformation:*:*:stack/${aws:username}/*")), USER, "missing"),
        (policy(allow("*", "arn:aws:cloudformation:*:*:stack/${aws:PrincipalTag/stack}/*")), USER, "unknown"),
    ],
)
def test_what_is_known_of_a_request_and_what_is_not(document: dict[str, Any], principal: Identity | None, state: str) -> None:
    """One of the Framework's own calls: `cloudformation:DescribeStacks` on the stack."""
    answer = answered(service_of("deployment-role"), document, principal=principal)
    action = "cloudformation:DescribeStacks"
    found = {
        **{one.verdict.ask.action: "missing" for one in answer.missing},
        **{one.ask.action: "unknown" for one in answer.unknown},
    }
    assert found.get(action, "allowed") == state


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        ({"Bool": {"aws:ViaAWSService": "true"}}, "allowed"),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}, "allowed"),
        ({"StringEquals": {"aws:CalledViaFirst": "lambda.amazonaws.com"}}, "missing"),
        ({"StringEquals": {"aws:RequestTag/STAGE": "dev"}}, "unknown"),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, "allowed"),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, "missing"),
    ],
)
def test_what_cloudformation_does_for_the_deployer(condition: dict[str, Any], state: str) -> None:
    service = service_of("bucket-topic")
    assert service.project.stack.region == "us-east-1"
    answer = answered(service, policy(allow("*", Condition=condition)), principal=USER)
    wanted = "lambda:CreateFunction"
    missing = {one.verdict.ask.action for one in answer.missing}
    unknown = {one.ask.action for one in answer.unknown}
    assert ("missing" if wanted in missing else "unknown" if wanted in unknown else "allowed") == state


def test_an_account_that_is_not_known_is_nobody_elses() -> None:
    """A policy may name the account rightly or wrongly; only one that leaves it open is certain."""
    service = service_of("deployment-role", None)
    named = policy(allow("*", "arn:aws:cloudformation:*:111111111111:stack/ledger-prod/*"))
    open_ = policy(allow("*", "arn:aws:cloudformation:*:*:stack/ledger-prod/*"))
    own = policy(allow("*", Condition={"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}))
    numbered = policy(allow("*", Condition={"StringEquals": {"aws:ResourceAccount": "111111111111"}}))
    states = []
    for document in (named, open_, own, numbered):
        answer = answered(service, document)
        missing = {one.verdict.ask.action for one in answer.missing}
        unknown = {one.ask.action for one in answer.unknown}
        action = "cloudformation:DescribeStacks"
        states.append("missing" if action in missing else "unknown" if action in unknown else "allowed")
    assert states == ["unknown", "allowed", "allowed", "unknown"]


def test_queues_of_other_services_in_any_region_have_nothing_to_do_with_this_one() -> None:
    service = service_of("queue-stream-schedule")
    others = policy(allow("sqs:*", "arn:aws:sqs:*:*:orders-*"), deny("sqs:*", "arn:aws:sqs:*:*:*-prod"))
    answer = answered(service, others)
    assert [one.ask.resource for one in answer.unknown if one.ask.action.startswith("sqs:")] == []
    assert "sqs:CreateQueue" in {one.verdict.ask.action for one in answer.missing}


def test_policies_of_other_services_in_any_region_have_nothing_to_do_with_this_one() -> None:
    """A wildcard for the region could swallow an ARN within a name; there are no such names."""
    service = service_of("rest-api")
    others = policy(
        allow("lambda:*", f"arn:aws:lambda:*:{ACCOUNT}:function:billing-*"),
        allow("lambda:*", "arn:aws:lambda:*:*:function:billing-*"),
        allow("logs:*", "arn:aws:logs:*:*:log-group:/aws/lambda/billing-*"),
    )
    answer = answered(service, others)
    assert answer.unknown == ()
    assert {need for one in answer.missing for need in one.verdict.ask.needs} == set(needs_of(service))

    guarded = policy(
        deny("*", ["arn:aws:lambda:*:*:function:prod-*", "arn:aws:cloudformation:*:*:stack/prod-*", "arn:aws:s3:::prod-*"])
    )
    answer = answered(service, generated(service), guarded)
    assert (answer.missing, answer.unknown) == ((), ())
    own = policy(deny("*", "arn:aws:lambda:*:*:function:orders-dev-create*"))
    denied = {one.verdict.ask.resource for one in answered(service, generated(service), own).missing}
    assert f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders-dev-create" in denied
