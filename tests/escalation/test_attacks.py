"""Three services attacked as their deployer, each attempt by itself, and then everything at once.

The judge is the tests' own evaluator. The deployer holds what `generate --boundary` wrote, and nothing else; the functions' roles
carry the boundary that it computed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from sls_leastpriv.commands.service import Predicted
from tests.escalation.account import (
    ADMIN_ROLE,
    DEPLOYER,
    OTHER_FUNCTION,
    account_of,
    service_of,
)
from tests.escalation.world import ACCOUNT, ADMINISTRATOR, IAM, Variant, World

SERVICES = ("rest-api", "state-machine", "bucket-topic")
LAMBDA = "lambda.amazonaws.com"
SECRETS = [
    ("iam:CreateUser", f"{IAM}:user/evil"),
    ("iam:CreateAccessKey", f"{IAM}:user/root-like"),
    ("iam:PutRolePolicy", ADMIN_ROLE),
    ("iam:AttachRolePolicy", ADMIN_ROLE),
    ("iam:PassRole", ADMIN_ROLE),
    ("iam:CreatePolicyVersion", f"{IAM}:policy/other"),
    ("sts:AssumeRole", ADMIN_ROLE),
    ("s3:GetObject", "arn:aws:s3:::payroll-secrets/2026.csv"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::payroll-secrets"),
    ("dynamodb:GetItem", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/payroll"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:payroll"),
    ("ssm:GetParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/payroll"),
    ("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"),
    ("lambda:UpdateFunctionCode", OTHER_FUNCTION),
    ("lambda:InvokeFunction", OTHER_FUNCTION),
    ("ec2:RunInstances", "*"),
    ("cloudformation:UpdateStack", f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/payroll-prod/1"),
    ("logs:FilterLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/payroll:log-stream:a"),
]


@cache
def service(name: str, boundary: bool = True) -> Predicted:
    return service_of(name, Path(mkdtemp()), boundary=boundary)


def world(name: str, boundary: bool = True) -> World:
    return account_of(service(name, boundary))


def deployer(account: World) -> Variant:
    (found,) = (one for one in account.controlled if one.principal == DEPLOYER)
    return found


def boundary_of(name: str) -> str:
    boundary = service(name).policies.boundary
    assert boundary is not None
    return boundary.arn


def roles(account: World) -> list[str]:
    """The service's own roles."""
    return sorted(one.principal for one in account.variants if one.boundary is not None)


def limits(name: str, boundary: bool = True) -> list[str]:
    found = [f"{IAM}:policy/{policy.name}" for policy in service(name, boundary).policies.whole]
    return [*found, boundary_of(name)] if boundary else found


ROLE_ATTEMPTS = {
    "write a role that has no boundary": ("iam:PutRolePolicy", {}),
    "write a role that has another boundary": ("iam:PutRolePolicy", {"PermissionsBoundary": f"{IAM}:policy/wide"}),
    "attach the administrator's policy": ("iam:AttachRolePolicy", {"PolicyARN": ADMINISTRATOR}),
    "attach it to a role with the boundary": ("iam:AttachRolePolicy", {"PolicyARN": ADMINISTRATOR, "PermissionsBoundary": "own"}),
    "take the boundary off": ("iam:DeleteRolePermissionsBoundary", {"PermissionsBoundary": "own"}),
    "replace the boundary by the administrator's policy": (
        "iam:PutRolePermissionsBoundary",
        {"PermissionsBoundary": ADMINISTRATOR},
    ),
    "make the role anew without a boundary": ("iam:CreateRole", {}),
    "make the role anew with another boundary": ("iam:CreateRole", {"PermissionsBoundary": f"{IAM}:policy/wide"}),
    "let itself assume a role without the boundary": ("iam:UpdateAssumeRolePolicy", {}),
    "delete a role without the boundary": ("iam:DeleteRole", {}),
    "hand the role to EC2": ("iam:PassRole", {"PassedToService": "ec2.amazonaws.com"}),
    "hand the role to Glue": ("iam:PassRole", {"PassedToService": "glue.amazonaws.com"}),
    "hand the role to CloudFormation": ("iam:PassRole", {"PassedToService": "cloudformation.amazonaws.com"}),
    "assume the role": ("sts:AssumeRole", {}),
}


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("attempt", ROLE_ATTEMPTS)
def test_an_attempt_on_the_services_own_roles_is_denied(name: str, attempt: str) -> None:
    account = world(name)
    action, given = ROLE_ATTEMPTS[attempt]
    context = {key: boundary_of(name) if value == "own" else value for key, value in given.items()}
    assert roles(account)
    for role in roles(account):
        assert not account.may(deployer(account), action, role, **context)


OTHER_ATTEMPTS = {
    "write a new version of the boundary": ("iam:CreatePolicyVersion", "boundary", {}),
    "go back to an older version of the boundary": ("iam:SetDefaultPolicyVersion", "boundary", {}),
    "delete the boundary": ("iam:DeletePolicy", "boundary", {}),
    "write a new version of its own policy": ("iam:CreatePolicyVersion", "policy", {}),
    "write its own role": ("iam:PutRolePolicy", DEPLOYER, {}),
    "write its own role with the boundary on it": ("iam:PutRolePolicy", DEPLOYER, {"PermissionsBoundary": "own"}),
    "attach a policy to its own role": ("iam:AttachRolePolicy", DEPLOYER, {"PolicyARN": ADMINISTRATOR}),
    "change who may assume its own role": ("iam:UpdateAssumeRolePolicy", DEPLOYER, {}),
    "put a boundary on its own role": ("iam:PutRolePermissionsBoundary", DEPLOYER, {"PermissionsBoundary": "own"}),
    "write the administrators' role": ("iam:PutRolePolicy", ADMIN_ROLE, {}),
    "let itself assume the administrators' role": ("iam:UpdateAssumeRolePolicy", ADMIN_ROLE, {}),
    "hand the administrators' role to its function": ("iam:PassRole", ADMIN_ROLE, {"PassedToService": LAMBDA}),
    "hand it to its stack": ("iam:PassRole", ADMIN_ROLE, {"PassedToService": "cloudformation.amazonaws.com"}),
    "assume the administrators' role": ("sts:AssumeRole", ADMIN_ROLE, {}),
    "make a role of another name": ("iam:CreateRole", f"{IAM}:role/evil", {"PermissionsBoundary": "own"}),
    "change a stronger function": ("lambda:UpdateFunctionCode", OTHER_FUNCTION, {}),
    "put a layer under a stronger function": ("lambda:UpdateFunctionConfiguration", OTHER_FUNCTION, {}),
    "change a stack with a stronger role": (
        "cloudformation:UpdateStack",
        f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/payroll-prod/1",
        {},
    ),
    "make an access key": ("iam:CreateAccessKey", f"{IAM}:user/root-like", {}),
    "change a password": ("iam:UpdateLoginProfile", f"{IAM}:user/root-like", {}),
    "join the administrators": ("iam:AddUserToGroup", f"{IAM}:group/admins", {}),
    "write a user": ("iam:PutUserPolicy", f"{IAM}:user/root-like", {}),
}


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("attempt", OTHER_ATTEMPTS)
def test_an_attempt_on_everything_else_is_denied(name: str, attempt: str) -> None:
    account = world(name)
    action, place, given = OTHER_ATTEMPTS[attempt]
    resource = {"boundary": boundary_of(name), "policy": limits(name)[0]}.get(place, place)
    context = {key: boundary_of(name) if value == "own" else value for key, value in given.items()}
    assert not account.may(deployer(account), action, resource, **context)


@pytest.mark.parametrize("name", SERVICES)
def test_the_deployer_can_still_do_its_work(name: str) -> None:
    account = world(name)
    for role in roles(account):
        for action in ("iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:DeleteRole", "iam:UpdateAssumeRolePolicy"):
            assert account.may(deployer(account), action, role, PermissionsBoundary=boundary_of(name))


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_that_the_attacker_rewrites_can_do_what_the_boundary_allows_and_no_more(name: str) -> None:
    """The attacker writes `*` on `*` into a role and puts its own code into the function: both are part of a deploy."""
    account = world(name)
    for role in roles(account):
        shaped = Variant(role, ("anything",), boundary_of(name))
        allowed = Variant(role, (boundary_of(name),))
        for action, resource in [*SECRETS, *_probes(account)]:
            assert account.may(shaped, action, resource) == account.may(allowed, action, resource)
        assert not any(account.may(shaped, action, resource) for action, resource in SECRETS if action.startswith(("iam:", "s3:")))


@pytest.mark.parametrize("name", SERVICES)
def test_with_the_boundary_nothing_beyond_boundary_and_policy_is_won(name: str) -> None:
    account = world(name)
    account.run()
    shaped = {one for one in account.controlled if "anything" in one.policies}
    assert shaped and all(one.boundary == boundary_of(name) for one in shaped)
    assert account.excess(limits(name), [*SECRETS, *_probes(account)]) == set()


def _probes(account: World) -> list[tuple[str, str]]:
    """Every action and resource that some document of the account names, with the wildcards filled."""
    found: set[tuple[str, str]] = set()
    for document in account.documents.values():
        for statement in document["Statement"]:
            actions, resources = statement.get("Action", []), statement.get("Resource", [])
            for action in [actions] if isinstance(actions, str) else actions:
                for resource in [resources] if isinstance(resources, str) else resources:
                    found |= {(action.replace("*", "X"), resource.replace("*", text)) for text in ("X", "payroll")}
    return sorted(found)


@pytest.mark.parametrize("name", SERVICES)
def test_without_the_boundary_everything_is_won(name: str) -> None:
    account = world(name, boundary=False)
    account.run()
    assert {action for _, action, _ in account.excess(limits(name, boundary=False), SECRETS)} == {one for one, _ in SECRETS}


def test_who_makes_the_role_of_an_apis_logs_is_said() -> None:
    gaps = [gap.reason for gap in service("rest-api").prediction.gaps]
    assert any("aws iam create-role --role-name serverlessApiGatewayCloudWatchRole" in reason for reason in gaps)
    assert any("roleManagedExternally" in reason for reason in gaps)
