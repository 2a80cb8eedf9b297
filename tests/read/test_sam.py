"""SAM templates are expanded by AWS's translator, without asking AWS."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.read.sam import expanded
from tests.commands.run import run

SAM = "AWS::Serverless-2016-10-31"
FUNCTION = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "CodeUri": "./src",
        "Handler": "app.handle",
        "Runtime": "python3.13",
        "Policies": ["AWSLambdaBasicExecutionRole"],
        "Events": {"Get": {"Type": "Api", "Properties": {"Path": "/orders", "Method": "get"}}},
    },
}
APPLICATION = {
    "Type": "AWS::Serverless::Application",
    "Properties": {
        "Location": {
            "ApplicationId": "arn:aws:serverlessrepo:us-east-1:222222222222:applications/resizer",
            "SemanticVersion": "1.0.0",
        }
    },
}


def template(**resources: Any) -> dict[str, Any]:
    return {"Transform": SAM, "Resources": resources}


def types_of(document: Any) -> set[str]:
    return {body["Type"] for body in document["Resources"].values()}


def test_a_function_becomes_what_cloudformation_deploys() -> None:
    types = types_of(expanded(template(Orders=FUNCTION), "eu-west-1"))
    assert {"AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Lambda::Permission", "AWS::ApiGateway::RestApi"} <= types
    assert not any(name.startswith("AWS::Serverless::") for name in types)


def test_an_application_is_not_asked_for() -> None:
    document = expanded(template(Orders=FUNCTION, Resizer=APPLICATION), None)
    assert document["Resources"]["Resizer"] == APPLICATION
    assert document["Transform"] == SAM


def test_the_given_template_is_left_alone() -> None:
    given = template(Orders=FUNCTION)
    before = json.dumps(given)
    expanded(given, "eu-west-1")
    assert json.dumps(given) == before


@pytest.mark.parametrize(
    "document",
    [
        {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}},
        template(Orders={"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": 7}}),
        template(Orders={"Type": "AWS::Serverless::Function"}),
        template(Orders={"Type": "AWS::Serverless::Function", "Properties": "none"}),
    ],
)
def test_what_cannot_be_expanded_stays(document: dict[str, Any]) -> None:
    assert expanded(document, "eu-west-1") == document


def test_without_the_translator_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator", None)
    monkeypatch.setattr("sls_leastpriv.read.sam._is_installed", lambda: False)
    assert types_of(expanded(template(Orders=FUNCTION), "eu-west-1")) == {"AWS::Serverless::Function"}


def test_the_policy_is_that_of_the_expanded_template(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template(Orders=FUNCTION)), "utf-8")
    options = ["--stack-name", "orders", "--region", "eu-west-1", "--account", "111111111111", "--previous", "none"]
    finished = run("generate", "--template", str(file), *options, "--format", "report")
    assert finished.code == 0, finished.err
    needs = {(need["action"], need["resource"]) for need in json.loads(finished.out)["needs"]}
    assert ("lambda:CreateFunction", "arn:aws:lambda:eu-west-1:111111111111:function:orders-Orders-*") in needs
    assert (
        "cloudformation:CreateChangeSet",
        f"arn:aws:cloudformation:eu-west-1:aws:transform/{SAM.removeprefix('AWS::')}",
    ) in needs
    code = [need for need in json.loads(finished.out)["needs"] if need["action"] == "s3:GetObject"]
    assert code and all(need["assumed"] for need in code), "where the code will be, only its packaging knows"
