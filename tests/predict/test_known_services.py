"""What is said of an ARN's service is certain, where only the id behind it is not known."""

from __future__ import annotations

from pathlib import Path

from tests.commands.run import STACK, run, write


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
