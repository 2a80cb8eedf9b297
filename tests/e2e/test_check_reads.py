"""The check reads policies of users and roles from a moto that has them, through a proxy that lets it read what it may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.check.running import Desk, actions, allow, found, policy
from tests.e2e.deployer import ARN, NAME, READS, REGION, Deployer
from tests.e2e.loop.judge import ALLOW_ALL, Policy
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import without
from tests.e2e.loop.resources import ACCOUNT

OF_GROUPS = policy(
    allow(["iam:GetGroupPolicy", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies"], f"arn:aws:iam::{ACCOUNT}:group/*")
)
STACKS = policy(allow("cloudformation:*"))
BUCKETS = policy(allow("s3:*"))
KEYS = policy(allow("kms:*"))
REST = policy(allow(["iam:PassRole", "lambda:GetFunction", "ecr:DescribeRepositories"]))


class Scene:
    """A user, its service, and what it may read."""

    def __init__(self, loop: Loop, folder: Path) -> None:
        self.loop = loop
        self.desk = Desk(folder)
        self.deployer = Deployer(loop)
        self.iam = loop.moto.client("iam", REGION)
        self.sts = loop.moto.client("sts", REGION)

    def check(self, may: Policy, variables: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any], list[str]]:
        """The exit code, the answer, and what was asked of IAM; one policy says what the principal may read."""
        with self.loop.proxy.under(may) as calls:
            outcome = self.desk.check("--format", "report", "--max-age", "0", env={**self.deployer.variables, **(variables or {})})
        return outcome.code, found(outcome), [call.operation for call in calls if call.service == "iam"]

    def put(self, kind: str, name: str, document: Policy, policy_name: str) -> None:
        getattr(self.iam, f"put_{kind}_policy")(
            **{f"{kind.title()}Name": name, "PolicyName": policy_name, "PolicyDocument": json.dumps(document)}
        )

    def managed(self, name: str, document: Policy) -> str:
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
        return str(made["Policy"]["Arn"])


@pytest.fixture
def scene(loop: Loop, tmp_path: Path) -> Scene:
    return Scene(loop, tmp_path)


def merged(*policies: Policy) -> Policy:
    return policy(*(statement for one in policies for statement in one["Statement"]))


def test_all_policies_of_a_user_count(scene: Scene) -> None:
    """Its own and those of its groups, inline and managed."""
    iam = scene.iam
    scene.put("user", NAME, STACKS, "stacks")
    iam.attach_user_policy(UserName=NAME, PolicyArn=scene.managed("buckets", BUCKETS))
    iam.create_group(GroupName="deployers")
    iam.add_user_to_group(GroupName="deployers", UserName=NAME)
    scene.put("group", "deployers", KEYS, "keys")
    iam.attach_group_policy(GroupName="deployers", PolicyArn=scene.managed("rest", REST))

    code, answer, _ = scene.check(merged(READS, OF_GROUPS))
    assert (code, answer["missing"], answer["unknown"]) == (0, [], [])
    assert answer["evidence"]["complete"]
    assert {(one["name"], one["version"]) for one in answer["evidence"]["policies"]} == {
        ("the inline policy `stacks`", None),
        ("`buckets`", "v1"),
        ("the inline policy `keys` of the group `deployers`", None),
        ("`rest`", "v1"),
    }
    iam.remove_user_from_group(GroupName="deployers", UserName=NAME)
    code, answer, _ = scene.check(READS)
    assert code == 1
    assert {action.partition(":")[0] for action in actions(answer["missing"])} == {"ecr", "iam", "kms", "lambda"}


def test_the_newest_version_of_a_policy_counts(scene: Scene) -> None:
    arn = scene.managed("all", policy(allow("*")))
    scene.iam.attach_user_policy(UserName=NAME, PolicyArn=arn)
    scene.iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(BUCKETS), SetAsDefault=True)
    _, answer, _ = scene.check(READS)
    assert [one["version"] for one in answer["evidence"]["policies"]] == ["v2"]
    assert "kms:Decrypt" in actions(answer["missing"]) and "s3:PutObject" not in actions(answer["missing"])


def session(scene: Scene, role: str) -> dict[str, str]:
    """The environment of a session of a role."""
    keys = scene.sts.assume_role(RoleArn=role, RoleSessionName="run-1")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def role_of(scene: Scene, path: str, boundary: str | None = None) -> str:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ARN}, "Action": "sts:AssumeRole"}]}
    more = {"PermissionsBoundary": boundary} if boundary else {}
    made = scene.iam.create_role(RoleName="ci", Path=path, AssumeRolePolicyDocument=json.dumps(trust), **more)
    return str(made["Role"]["Arn"])


READS_OF_A_ROLE = [
    "iam:GetRole",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
]


def test_a_session_of_a_role_stands_for_the_role(scene: Scene) -> None:
    """Its path, which the session does not say, its policies and its boundary, by the six actions that read them."""
    role = role_of(scene, "/teams/", scene.managed("limit", policy({"Effect": "Allow", "NotAction": "ecr:*", "Resource": "*"})))
    scene.put("role", "ci", merged(STACKS, BUCKETS, KEYS), "inline")
    scene.iam.attach_role_policy(RoleName="ci", PolicyArn=scene.managed("rest", REST))
    code, answer, asked = scene.check(policy(allow(READS_OF_A_ROLE)), session(scene, role))
    assert code == 1
    assert answer["principal"] == {"arn": role, "kind": "role", "name": "ci", "account": ACCOUNT, "pathKnown": True}
    assert {(one["action"], *one["lacks"]) for one in answer["missing"]} == {("ecr:DescribeRepositories", "boundary")}
    assert "a session policy, if the role was assumed with one" in answer["limits"]
    assert {f"iam:{operation}" for operation in asked} == set(READS_OF_A_ROLE)


def test_what_may_not_be_read_is_not_taken_for_missing_nor_for_fine(scene: Scene) -> None:
    scene.deployer.hold(merged(STACKS, BUCKETS, KEYS, REST))
    for denied, unread in [
        ("iam:GetUser", ["iam:GetUser"]),
        ("iam:GetPolicyVersion", ["iam:GetPolicyVersion"]),
        ("iam:ListAttachedUserPolicies", ["iam:ListAttachedUserPolicies"]),
        ("iam:ListGroupsForUser", ["iam:ListGroupsForUser"]),
    ]:
        code, answer, asked = scene.check(without(READS, denied))
        assert code == 4, denied
        assert (answer["missing"], len(answer["unknown"])) == ([], 19)
        assert answer["evidence"]["unread"] == [*unread, "iam:SimulatePrincipalPolicy"]
        assert not answer["evidence"]["complete"]
        assert "SimulatePrincipalPolicy" in asked, "the second best is tried"
        assert len(answer["toCheck"]) == 2


def test_what_is_certain_in_spite_of_an_unread_boundary_is_missing(scene: Scene) -> None:
    scene.deployer.hold(merged(STACKS, BUCKETS, REST))
    code, answer, _ = scene.check(without(READS, "iam:GetUser"))
    assert code == 1
    assert actions(answer["missing"]) == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert len(answer["unknown"]) == 17


def test_the_statements_that_it_asks_for_make_it_possible(scene: Scene) -> None:
    held = scene.deployer.hold(merged(STACKS, BUCKETS, KEYS, REST))
    _, denied, _ = scene.check(held)
    asked_for = denied["toCheck"][1]
    code, answer, _ = scene.check(scene.deployer.hold(held, asked_for))
    assert (code, answer["missing"], answer["unknown"]) == (0, [], [])
    role = role_of(scene, "/teams/")
    scene.put("role", "ci", merged(STACKS, BUCKETS, KEYS, REST), "inline")
    env = session(scene, role)
    _, denied, _ = scene.check(policy(), env)
    code, answer, _ = scene.check(denied["toCheck"][1], env)
    assert (code, answer["missing"], answer["unknown"]) == (0, [], [])


def test_a_role_that_is_gone(scene: Scene) -> None:
    role = role_of(scene, "/")
    env = session(scene, role)
    scene.iam.delete_role(RoleName="ci")
    with scene.loop.proxy.under(ALLOW_ALL):
        outcome = scene.desk.check(env={**scene.deployer.variables, **env})
    assert outcome.code == 4
    assert "error: the check cannot be made: IAM knows no such principal\nhelp: check the ARN" in outcome.err
