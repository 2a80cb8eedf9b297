"""`apply` as a user runs it: processes of their own against an AWS on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.apply.iam import Iam
from sls_leastpriv.apply.state import Holder
from sls_leastpriv.apply.steps import Create
from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.failures import Collision
from sls_leastpriv.errors import UsageError
from tests.commands.run import Outcome, run
from tests.fixture import ACCOUNT, handoff
from tests.moto_server import Moto

GITHUB = ("--trust", "github:acme/billing@main")


@pytest.fixture
def service(moto: Moto, tmp_path: Path) -> Any:
    """`apply` for a fixture service; a user `ci` is there."""
    moto.client("iam").create_user(UserName="ci")
    path = handoff("queue-stream-schedule", tmp_path)

    def apply(*arguments: str) -> Outcome:
        return run("apply", "--handoff", path, "--previous", "none", *arguments, env=moto.environment)

    return apply


def attached(moto: Moto, user: str = "ci") -> list[str]:
    return sorted(one["PolicyName"] for one in moto.client("iam").list_attached_user_policies(UserName=user)["AttachedPolicies"])


def test_a_plan_changes_nothing_and_yes_carries_it_out_once(service: Any, moto: Moto) -> None:
    planned = service("--user", "ci", "--account", ACCOUNT)
    assert planned.code == 1
    assert planned.err == "nothing was changed: `--yes` carries the plan out\n"
    assert "  + iam:PassRole on arn:aws:iam::123456789012:role/billing-dev-us-east-1-lambdaRole, if StringEquals" in planned.out
    assert "  will create the policy billing-dev-deployer-base\n" in planned.out
    assert attached(moto) == []
    assert service("--user", "ci").out == planned.out, "the account is that of the credentials"

    done = service("--user", "ci", "--account", ACCOUNT, "--yes")
    assert (done.code, done.out) == (0, planned.out)
    assert attached(moto) == ["billing-dev-deployer-base", "billing-dev-deployer-services"]
    again = service("--user", "ci", "--account", ACCOUNT, "--yes")
    assert (again.code, again.out) == (0, "user/ci in account 123456789012\n  nothing to do: it has what it is to have\n")

    undone = service("--user", "ci", "--account", ACCOUNT, "--undo", "--yes")
    assert undone.code == 0
    assert attached(moto) == []
    assert moto.client("iam").list_policies(Scope="Local")["Policies"] == []
    assert "  nothing to undo\n" in service("--user", "ci", "--account", ACCOUNT, "--undo").out


def test_what_is_written_is_what_generate_says(service: Any, moto: Moto, tmp_path: Path) -> None:
    assert service("--user", "ci", "--account", ACCOUNT, "--yes").code == 0
    given = ("--handoff", handoff("queue-stream-schedule", tmp_path), "--previous", "none", "--account", ACCOUNT)
    report = run("generate", *given, "--format", "report").json()
    iam = moto.client("iam")
    for policy in report["policies"]:
        arn = f"arn:aws:iam::{ACCOUNT}:policy/leastpriv/billing-dev-deployer/{policy['name']}"
        assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == policy["document"]


def test_a_split_makes_both_roles_and_takes_them_back(service: Any, moto: Moto) -> None:
    wanted = ("--split-role", *GITHUB, "--account", ACCOUNT, "--yes")
    done = service(*wanted)
    assert done.code == 0, done.err
    iam = moto.client("iam")
    assert sorted(one["RoleName"] for one in iam.list_roles()["Roles"]) == ["billing-dev-cloudformation", "billing-dev-deployer"]
    held = iam.list_attached_role_policies(RoleName="billing-dev-cloudformation")["AttachedPolicies"]
    assert [one["PolicyName"] for one in held] == ["billing-dev-cloudformation"]
    assert service(*wanted, "--undo").code == 0
    assert iam.list_roles()["Roles"] == iam.list_policies(Scope="Local")["Policies"] == []


def test_another_stage_account_and_region_are_a_promotion(service: Any, moto: Moto, tmp_path: Path) -> None:
    place = ("--user", "ci", "--stage", "prod", "--region", "eu-west-1", "--account", ACCOUNT)
    planned = service(*place)
    assert planned.code == 1
    table = "arn:aws:dynamodb:{}:123456789012:table/billing-accounts-{}"
    assert f"retargeted: {table.format('us-east-1', 'dev')} → {table.format('eu-west-1', 'prod')}\n" in planned.err
    assert service(*place, "--yes").code == 0
    assert attached(moto) == ["billing-prod-deployer-base", "billing-prod-deployer-services"]

    # the same from a report of dev, as it is committed
    report = tmp_path / "needs.json"
    given = ("--handoff", handoff("queue-stream-schedule", tmp_path), "--previous", "none", "--account", "999999999999")
    report.write_text(run("generate", *given, "--format", "report").out, "utf-8")
    promoted = run("apply", "--from", report, *place, env=moto.environment)
    assert (promoted.code, promoted.out) == (0, "user/ci in account 123456789012\n  nothing to do: it has what it is to have\n")


def test_one_policy_document_is_applied_too(moto: Moto, tmp_path: Path) -> None:
    moto.client("iam").create_group(GroupName="deployers")
    policy = tmp_path / "orders-dev.json"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders-dev/*"}
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}), "utf-8")
    done = run("apply", "--from", policy, "--group", "deployers", "--stage", "prod", "--yes", env=moto.environment)
    assert done.code == 0, done.err
    assert "+ s3:GetObject on arn:aws:s3:::orders-prod/*" in done.out
    (held,) = moto.client("iam").list_attached_group_policies(GroupName="deployers")["AttachedPolicies"]
    assert held["PolicyArn"] == f"arn:aws:iam::{ACCOUNT}:policy/leastpriv/orders-prod/orders-prod"


def test_inline_only_where_it_fits(service: Any, moto: Moto) -> None:
    refused = service("--user", "ci", "--account", ACCOUNT, "--inline", "--yes")
    assert refused.code == 2
    assert "and a user has room for 2048 inline\nhelp: leave `--inline` away, or widen" in refused.err
    moto.client("iam").create_role(RoleName="ci", AssumeRolePolicyDocument="{}")
    inline = ("--role", "ci", "--account", ACCOUNT, "--inline")
    assert service(*inline).code == 1
    assert service(*inline, "--yes").code == 0
    assert service(*inline).out == "role/ci\n  nothing to do\n"
    assert moto.client("iam").list_role_policies(RoleName="ci")["PolicyNames"] == ["billing-dev-deployer"]
    assert service(*inline, "--undo", "--yes").code == 0
    assert moto.client("iam").list_role_policies(RoleName="ci")["PolicyNames"] == []


def test_what_cannot_be_is_said_before_anything_changes(service: Any, moto: Moto) -> None:
    cases = {
        ("--account", ACCOUNT): "who holds the policies is not said",
        ("--user", "ci", "--role", "x"): "`--user` and `--role` exclude each other",
        ("--user", "nobody"): "the user `nobody` does not exist",
        (
            "--user",
            "ci",
            "--account",
            "999999999999",
        ): "the credentials are of account 123456789012, and the policy is for 999999999999",
        ("--user", "ci", "--timeout", "soon"): "`--timeout soon` is no number of seconds",
        ("--group", "g", "--boundary", "arn:aws:iam::1:policy/b"): "a group has no permissions boundary",
    }
    for arguments, message in cases.items():
        outcome = service(*arguments, "--yes")
        assert (outcome.code, outcome.err.splitlines()[0]) == (2, f"error: {message}")
    assert moto.client("iam").list_policies(Scope="Local")["Policies"] == []


def test_a_policy_of_that_name_that_is_not_ours_is_left_alone(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    """IAM's names are unique in an account; moto's only under a path, so its refusal is played."""
    iam = Iam(Aws("us-east-1"), "orders-dev-deployer", Holder("user", "ci"))

    def refuse(*_: Any, **__: Any) -> None:
        raise Collision("EntityAlreadyExists")

    monkeypatch.setattr(iam, "_change", refuse)
    with pytest.raises(UsageError, match="there is a policy `orders-dev-deployer` already that `apply` did not make"):
        iam.take(Create("orders-dev-deployer", {}, {}))
    assert moto.client("iam").list_policies(Scope="Local")["Policies"] == []


def test_without_aws_the_error_says_so(moto: Moto, tmp_path: Path) -> None:
    path = handoff("deployment-role", tmp_path)
    environment = {**moto.environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    outcome = run("apply", "--handoff", path, "--user", "ci", "--timeout", "2", env=environment)
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith("error: AWS ")


def test_two_processes_side_by_side_end_in_the_same_state(service: Any, moto: Moto, tmp_path: Path) -> None:
    path = handoff("queue-stream-schedule", tmp_path)
    command = [sys.executable, "-m", "sls_leastpriv", "apply", "--handoff", str(path), "--previous", "none"]
    command += ["--user", "ci", "--account", ACCOUNT, "--yes"]
    both = [subprocess.Popen(command, env={**os.environ, **moto.environment}, stdout=-3, stderr=-3) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    assert attached(moto) == ["billing-dev-deployer-base", "billing-dev-deployer-services"]
    assert service("--user", "ci", "--account", ACCOUNT).code == 0
