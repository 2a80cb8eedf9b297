"""Policies as people really have them, and what each lacks and has too much for one service, worked out by hand.

The service's CloudFormation role does the work, so its deployer needs few actions, all of them listed here: what each policy
lacks can be read off the two lists.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.check.running import Desk, actions, allow, deny, found, policy

STACK = {
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:ListStackResources",
}
OBJECTS = {"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"}
KEY = {"kms:Decrypt", "kms:GenerateDataKey"}
NEEDED = {
    *STACK,
    *OBJECTS,
    *KEY,
    "cloudformation:ValidateTemplate",
    "ecr:DescribeRepositories",
    "iam:PassRole",
    "lambda:GetFunction",
    "s3:ListBucket",
}
BUCKET = "arn:aws:s3:::corporate-deployments"
ROLE = "arn:aws:iam::123456789012:role/cloudformation-ledger"
REGIONAL = {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}
CLASSIC = ["cloudformation:*", "s3:*", "lambda:*", "iam:*", "logs:*", "apigateway:*", "events:*"]


NONE: frozenset[str] = frozenset()
ESCALATING = {"iam:AttachUserPolicy", "iam:PassRole", "lambda:UpdateFunctionCode", "sts:AssumeRole"}


class Case(NamedTuple):
    """Policies; the needs that they do not meet, by the kind of policy that is in the way; those that depend on `keys`.

    `escalating`, those of `ESCALATING`, and `wide` are what is too much in them, where that was worked out.
    """

    policies: list[dict[str, Any]]
    boundary: dict[str, Any] | None = None
    identity_lacks: Set[str] = NONE
    boundary_lacks: Set[str] = NONE
    denied: Set[str] = NONE
    unknown: Set[str] = NONE
    keys: Set[str] = NONE
    escalating: Set[str] | None = None
    wide: Set[str] | None = None


# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
ADMINISTRATOR = policy(allow("*"))
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/PowerUserAccess.html
POWER_USER = policy(
    {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
    allow(
        [
            "account:GetAccountInformation",
            "iam:CreateServiceLinkedRole",
            "iam:DeleteServiceLinkedRole",
            "iam:ListRoles",
            "organizations:DescribeOrganization",
        ]
    ),
)
CASES: dict[str, Case] = {
    "AdministratorAccess": Case([ADMINISTRATOR], escalating=ESCALATING, wide=NEEDED - {"cloudformation:ValidateTemplate"}),
    "PowerUserAccess, which cannot pass a role": Case(
        [POWER_USER],
        identity_lacks={"iam:PassRole"},
        escalating={"lambda:UpdateFunctionCode", "sts:AssumeRole"},
        wide=NEEDED - {"cloudformation:ValidateTemplate", "iam:PassRole"},
    ),
    "seven services with wildcards, as in most tutorials": Case(
        [policy(allow(CLASSIC))],
        identity_lacks={*KEY, "ecr:DescribeRepositories"},
        wide=NEEDED - KEY - {"ecr:DescribeRepositories", "cloudformation:ValidateTemplate"},
    ),
    "a boundary around an administrator": Case(
        [ADMINISTRATOR],
        boundary=policy(allow(["cloudformation:*", "s3:*", "lambda:*", "iam:PassRole"])),
        boundary_lacks={*KEY, "ecr:DescribeRepositories"},
        escalating={"iam:PassRole", "lambda:UpdateFunctionCode"},
    ),
    "too little both in the policy and in its boundary": Case(
        [policy(allow(["cloudformation:*", "s3:*", "iam:*"]))],
        boundary=policy(allow(["cloudformation:*", "s3:*", "iam:*", "ecr:*", "lambda:*"])),
        identity_lacks={*KEY, "ecr:DescribeRepositories", "lambda:GetFunction"},
        boundary_lacks=KEY,
    ),
    "other regions are denied, and this one is another": Case(
        [
            ADMINISTRATOR,
            policy(
                {
                    "Effect": "Deny",
                    "NotAction": ["iam:*", "sts:*", "s3:*"],
                    "Resource": "*",
                    "Condition": {"StringNotEquals": REGIONAL},
                }
            ),
        ],
        denied=NEEDED - OBJECTS - {"s3:ListBucket", "iam:PassRole"},
    ),
    "other regions are denied, and this one is not": Case(
        [ADMINISTRATOR, policy(deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}))],
    ),
    "everything is denied without a second factor": Case(
        [ADMINISTRATOR, policy(deny("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))],
        unknown=NEEDED,
        keys={"aws:MultiFactorAuthPresent"},
    ),
    "stacks of one team, by tag": Case(
        [
            policy(
                allow("cloudformation:*", Condition={"StringEquals": {"aws:ResourceTag/team": "payments"}}),
                allow("cloudformation:ValidateTemplate"),
                allow(["s3:*", "lambda:Get*", "kms:*", "iam:PassRole", "ecr:Describe*"]),
            )
        ],
        unknown=STACK,
        keys={"aws:ResourceTag/team"},
        escalating={"iam:PassRole"},
    ),
    "roles may be passed to functions only": Case(
        [
            policy(
                {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
                allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}),
            )
        ],
        identity_lacks={"iam:PassRole"},
    ),
    "one role may be passed to anything": Case(
        [policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("iam:PassRole", ROLE))],
        escalating={"lambda:UpdateFunctionCode", "sts:AssumeRole"},
    ),
    "all buckets but one, and that is the one": Case(
        [
            policy(
                {"Effect": "Allow", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]},
                allow(["cloudformation:*", "kms:*", "iam:PassRole", "lambda:*", "ecr:*"]),
            )
        ],
        identity_lacks={*OBJECTS, "s3:ListBucket"},
    ),
    "keys of one alias, stacks of one name": Case(
        [
            policy(
                allow(sorted(STACK), "arn:aws:cloudformation:us-east-1:123456789012:stack/ledger-*/*"),
                allow("cloudformation:ValidateTemplate"),
                allow(
                    sorted(KEY),
                    "arn:aws:kms:*:123456789012:key/*",
                    Condition={"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/deploy*"}},
                ),
                allow(["s3:ListBucket", "s3:*Object", "s3:AbortMultipartUpload"], [BUCKET, f"{BUCKET}/*"]),
                allow("iam:PassRole", "arn:aws:iam::*:role/cloudformation-*"),
                allow(["lambda:GetFunction", "ecr:DescribeRepositories"], "arn:aws:*:us-east-1:123456789012:*"),
            )
        ],
        escalating={"iam:PassRole"},
        wide=set(),
    ),
    "objects of one deployment of many": Case(
        [ADMINISTRATOR, policy(deny("s3:DeleteObject", f"{BUCKET}/serverless/ledger/prod/1*"))],
        unknown={"s3:DeleteObject"},
    ),
    "no deletes at all": Case(
        [ADMINISTRATOR, policy(deny(["s3:Delete*", "cloudformation:DeleteStack"]))],
        denied={"s3:DeleteObject", "cloudformation:DeleteStack"},
    ),
    "only through other services": Case(
        [policy(allow("*", Condition={"Bool": {"aws:ViaAWSService": "true"}}))],
        unknown=NEEDED,
        keys={"aws:ViaAWSService"},
    ),
}


def _boundary(desk: Desk, document: dict[str, Any] | None) -> list[str | Path]:
    return [] if document is None else ["--boundary", desk.file("boundary.json", document)]


@pytest.mark.parametrize("name", CASES)
def test_missing_and_too_much_are_as_worked_out_by_hand(name: str, tmp_path: Path) -> None:
    case, desk = CASES[name], Desk(tmp_path)
    files = [desk.file(f"policy-{number}.json", one) for number, one in enumerate(case.policies)]
    outcome = desk.check("--policy", *files, *_boundary(desk, case.boundary), "--format", "report")
    answer = found(outcome)
    assert {one["action"] for one in answer["missing"] if "identity" in one["lacks"]} == case.identity_lacks
    assert {one["action"] for one in answer["missing"] if "boundary" in one["lacks"]} == case.boundary_lacks
    assert {one["action"] for one in answer["missing"] if "deny" in one["lacks"]} == case.denied
    assert set(actions(answer["unknown"])) == case.unknown
    assert {key for one in answer["unknown"] for key in one["keys"]} == case.keys
    assert outcome.code == (1 if case.identity_lacks | case.boundary_lacks | case.denied else 0)
    if case.escalating is not None:
        assert {one["action"] for one in answer["excess"]["escalating"]} & ESCALATING == case.escalating
    if case.wide is not None:
        assert set(answer["excess"]["wide"]) == case.wide
    granted_in_vain = sum(answer["excess"]["services"].values())
    assert granted_in_vain == answer["excess"]["count"] <= answer["excess"]["granted"]


def test_the_needs_that_the_lists_above_are_read_off(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    answer = found(desk.check("--policy", desk.file("nothing.json", policy()), "--format", "report"))
    assert set(actions(answer["missing"])) == NEEDED
    assert answer["asked"] == len(NEEDED)


def test_what_is_to_be_added_is_enough(tmp_path: Path) -> None:
    """With the statements that the answer gives, the same policies lack nothing but what is denied."""
    for name, case in CASES.items():
        if not case.identity_lacks | case.boundary_lacks:
            continue
        desk = Desk(tmp_path / name.replace(" ", "-"))
        desk.folder.mkdir()
        files = [desk.file(f"{number}.json", one) for number, one in enumerate(case.policies)]
        limit = case.boundary
        answer = found(desk.check("--policy", *files, *_boundary(desk, limit), "--format", "report"))
        if answer["add"]:
            files.append(desk.file("add.json", answer["add"]))
        if answer["addToBoundary"]:
            assert limit is not None
            limit = policy(*limit["Statement"], *answer["addToBoundary"]["Statement"])
        again = found(desk.check("--policy", *files, *_boundary(desk, limit), "--format", "report"))
        assert set(actions(again["missing"])) == case.denied, name
