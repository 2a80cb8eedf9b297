"""Three principals, never mixed."""

from __future__ import annotations

from tests.project import needs, predicted

ROLE = "arn:aws:iam::111111111111:role/cfn-exec"
RESOURCES = {
    "Run": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "run"}},
    "F": {
        "Type": "AWS::Lambda::Function",
        "Properties": {"FunctionName": "orders-dev-f", "Role": {"Fn::GetAtt": ["Run", "Arn"]}},
    },
}
CONFIG = {"service": "orders", "provider": {"name": "aws", "iam": {"deploymentRole": ROLE}}, "functions": {"f": {}}}


def test_without_a_cloudformation_role_everything_is_the_deployers() -> None:
    prediction = predicted(RESOURCES, framework="osls@4", config={**CONFIG, "provider": {"name": "aws"}})
    assert {need.principal for need in prediction.needs} == {"deployer"}


def test_with_a_cloudformation_role_the_deployer_is_lean() -> None:
    prediction = predicted(RESOURCES, framework="osls@4", config=CONFIG)
    assert needs(prediction, "lambda:CreateFunction", principal="cloudformation")
    assert not needs(prediction, "lambda:CreateFunction", principal="deployer")
    assert needs(prediction, "cloudformation:CreateChangeSet", principal="deployer")
    assert not needs(prediction, "cloudformation:CreateChangeSet", principal="cloudformation")


def test_each_principal_passes_only_its_own_roles() -> None:
    prediction = predicted(RESOURCES, framework="osls@4", config=CONFIG)
    passed = {
        (need.principal, need.resource, condition.values)
        for need in needs(prediction, "iam:PassRole")
        for condition in need.conditions
    }
    assert passed == {
        ("deployer", ROLE, ("cloudformation.amazonaws.com",)),
        ("cloudformation", "arn:aws:iam::111111111111:role/run", ("lambda.amazonaws.com",)),
    }


def test_the_older_setting_counts_too() -> None:
    config = {"service": "orders", "provider": {"name": "aws", "cfnRole": ROLE}}
    assert needs(predicted(RESOURCES, framework="serverless@3", config=config), "lambda:CreateFunction", principal="cloudformation")


def test_a_role_that_only_the_deploy_knows_never_becomes_a_bare_wildcard() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Role": {"Fn::ImportValue": "shared"}}}
    (need,) = needs(predicted({"F": function}), "iam:PassRole")
    assert need.resource == "arn:aws:iam::111111111111:role/*"
    assert need.cause.assumed == "imported from another stack"
    assert [condition.key for condition in need.conditions] == ["iam:PassedToService"]
