"""What is certain of a value that only the deploy knows: the service of an ARN, and that an import is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.run import STACK, run, write
from tests.project import predicted


def test_a_web_acl_of_a_resource_that_is_made(tmp_path: Path) -> None:
    resources = {
        "Graph": {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": "graph", "AuthenticationType": "API_KEY"}},
        "Tie": {
            "Type": "AWS::WAFv2::WebACLAssociation",
            "Properties": {
                "ResourceArn": {"Fn::GetAtt": ["Graph", "Arn"]},
                "WebACLArn": "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/edge/1",
            },
        },
    }
    path = write(tmp_path / "t.json", {"Resources": resources})
    report = run("generate", "--template", path, *STACK, "--format", "report", "--strict", "--previous", "none")
    assert report.code == 0
    needs = report.json()["needs"]
    assert {need["action"].partition(":")[0] for need in needs if need["subject"]["name"] == "Tie"} == {"appsync", "wafv2"}
    assert not [need for need in needs if need["assumed"]]


@pytest.mark.parametrize(("api", "expected"), [({"Fn::ImportValue": "shared-api"}, False), (None, True)])
def test_the_stage_of_an_imported_api_is_left_to_its_owner(api: object, expected: bool) -> None:
    provider = {"name": "aws", "tags": {"team": "shop"}, "apiGateway": {"restApiId": api} if api else {}}
    functions = {"list": {"handler": "a.b", "events": [{"http": {"path": "orders", "method": "get"}}]}}
    config = {"service": "orders", "provider": provider, "functions": functions}
    needs = predicted(None, config=config, framework="osls@3").needs
    settings = [need for need in needs if need.action == "apigateway:PUT" and need.cause.subject.kind == "command"]
    assert bool(settings) == expected
