"""The registry fallback makes nobody an administrator: what would, stands on named things, on the service's own, or is a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sls_leastpriv.escalation.analyse import analyse
from sls_leastpriv.escalation.methods import methods
from sls_leastpriv.knowledge.entry import Entry
from sls_leastpriv.maintain.entry_grants import is_whole_kind
from sls_leastpriv.maintain.fallback import fallback_entries

ENTRIES = {entry.key: entry for entry in fallback_entries()}
OTHERS = [entry for entry in ENTRIES.values() if not entry.key.startswith("AWS::IAM::")]
KNOWN = {"${Partition}": "aws", "${Region}": "us-east-1", "${Account}": "111111111111"}
GIVE_AWAY = {
    "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey",
    "iam:CreateLoginProfile", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:CreateRole", "iam:CreateUser", "iam:DeleteRole",
    "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PassRole", "iam:PutGroupPolicy", "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
    "kms:PutKeyPolicy", "lambda:AddPermission", "s3:PutBucketPolicy", "secretsmanager:PutResourcePolicy", "sts:AssumeRole",
}  # fmt: skip


def grants(entry: Entry) -> Iterator[tuple[str, str]]:
    for clause in entry.clauses:
        for action in {action for actions in clause.actions.values() for action in actions}:
            for place in clause.on:
                yield action, entry.arns.get(place, place)


def granted_at(type_name: str, action: str) -> set[str]:
    return {place for one, place in grants(ENTRIES[type_name]) if one == action}


def gaps(type_name: str) -> str:
    return "\n".join(gap.reason for gap in ENTRIES[type_name].gaps)


def test_nothing_that_gives_the_account_away_stands_on_a_whole_kind_of_another_service() -> None:
    own = {"kms": "AWS::KMS::", "s3": "AWS::S3::", "lambda": "AWS::Lambda::", "secretsmanager": "AWS::SecretsManager::"}
    found = [
        (entry.key, action, place)
        for entry in OTHERS
        for action, place in grants(entry)
        if action in GIVE_AWAY and not entry.key.startswith(own.get(action.partition(":")[0], "none"))
        if place == "*" or is_whole_kind(place)
    ]
    assert found == []


def test_a_grant_on_any_key_is_for_a_service_of_aws_only() -> None:
    anywhere = [
        (entry.key, clause.given)
        for entry in OTHERS
        for clause in entry.clauses
        if any("kms:CreateGrant" in actions for actions in clause.actions.values())
        if any(place == "*" or is_whole_kind(place) for place in clause.on)
    ]
    assert anywhere
    for _, given in anywhere:
        assert [(one.operator, one.key, one.values) for one in given] == [("Bool", "kms:GrantIsForAWSResource", ("true",))]


def test_no_published_method_reaches_what_a_type_does_not_name() -> None:
    """The policy of each type alone, as the deployer holds it, against every method of escalation."""
    steps = {action for method in methods() for step in method.steps if step.on for action in step.actions}
    risky = [entry for entry in OTHERS if any(action in steps for action, _ in grants(entry))]
    reached = {
        (entry.key, arn)
        for entry in risky
        for path in analyse([_policy(entry)])
        if path.reach in ("anything", "unknown")
        for arn in re.findall(r"arn:\S+", path.target)
        if is_whole_kind(arn) and arn.split(":")[2] != entry.key.split("::")[1].lower()
    }
    assert len(risky) > 100
    assert reached == set()


@pytest.mark.parametrize(
    ("type_name", "action", "place"),
    [
        ("AWS::CustomerProfiles::EventStream", "iam:PutRolePolicy", "role/aws-service-role/profile.amazonaws.com/*"),
        ("AWS::Connect::Instance", "iam:PutRolePolicy", "role/aws-service-role/connect.amazonaws.com/*"),
        ("AWS::DMS::ReplicationConfig", "iam:AttachRolePolicy", "role/aws-service-role/dms.amazonaws.com/*"),
        ("AWS::SSO::Assignment", "iam:CreateRole", "role/aws-reserved/sso.amazonaws.com/*"),
        ("AWS::Shield::Protection", "iam:CreateServiceLinkedRole", "role/aws-service-role/*"),
    ],
)
def test_roles_that_a_service_writes_are_its_own(type_name: str, action: str, place: str) -> None:
    assert granted_at(type_name, action) == {"arn:${Partition}:iam::${Account}:" + place}


def test_what_nothing_narrows_is_withheld_and_said() -> None:
    assert granted_at("AWS::DataBrew::Recipe", "iam:PassRole") == set()
    assert "`iam:PassRole`" in gaps("AWS::DataBrew::Recipe")
    assert granted_at("AWS::Cloud9::EnvironmentEC2", "ssm:StartSession") == set()
    assert "`ssm:StartSession`" in gaps("AWS::Cloud9::EnvironmentEC2")
    assert granted_at("AWS::MWAA::Environment", "iam:CreateRole") == set()
    assert "CloudFormation is given one" in gaps("AWS::MWAA::Environment")


def test_a_helper_is_no_types_own_service() -> None:
    assert granted_at("AWS::IoTEvents::DetectorModel", "iam:PassRole") == {"${RoleArn}"}


def _policy(entry: Entry) -> dict[str, object]:
    """Everything that an entry grants, with its own properties taken for named things."""
    statements = []
    for clause in entry.clauses:
        conditions: dict[str, dict[str, list[str]]] = {}
        for one in clause.given:
            conditions.setdefault(one.operator, {})[one.key] = [_filled(value) for value in one.values]
        statement: dict[str, object] = {
            "Effect": "Allow",
            "Action": sorted({action for actions in clause.actions.values() for action in actions}),
            "Resource": [_resource(entry.arns.get(place, place)) for place in clause.on],
        }
        statements.append(statement | ({"Condition": conditions} if conditions else {}))
    return {"Version": "2012-10-17", "Statement": statements}


def _resource(place: str) -> str:
    filled = _filled(place)
    return filled if filled == "*" or filled.startswith("arn:") else f"arn:aws:iam::111111111111:role/{filled}"


def _filled(text: str) -> str:
    return re.sub(r"\$\{[^}]*\}", lambda found: KNOWN.get(found.group(), "named"), text)
