"""SARIF of `diff`: the shape that SARIF 2.1.0 and GitHub's code scanning ask for, and where the results stand."""

from __future__ import annotations

from typing import Any

import jsonschema

from tests.commands.run import write
from tests.commands.test_diff import QUEUE, Service, service

__all__ = ["service"]

TEXT = {"type": "string", "minLength": 1}
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": TEXT}, "additionalProperties": False}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "pattern": "^[^/:][^:]*$"}},
            "additionalProperties": False,
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "properties": {"startLine": {"type": "integer", "minimum": 1}},
            "additionalProperties": False,
        },
    },
}
RULE = {
    "type": "object",
    "required": ["id", "shortDescription"],
    "additionalProperties": False,
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": MESSAGE,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}, "additionalProperties": False},
        "properties": {
            "type": "object",
            "properties": {"tags": {"type": "array", "items": TEXT, "uniqueItems": True}, "security-severity": TEXT},
            "additionalProperties": False,
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "locations"],
    "additionalProperties": False,
    "properties": {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "properties": {"physicalLocation": PLACE}, "additionalProperties": False},
        },
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"enum": ["inSource", "external"]}, "justification": TEXT},
                "additionalProperties": False,
            },
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": TEXT,
                                    "version": TEXT,
                                    "informationUri": {"type": "string", "format": "uri"},
                                    "rules": {"type": "array", "items": RULE, "uniqueItems": True},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""The parts of the published schema that are used, closed: a property that SARIF does not know fails."""


def run_of(service: Service) -> dict[str, Any]:
    document = service.run("diff", "--format", "sarif").json()
    jsonschema.validate(document, SARIF)
    found: dict[str, Any] = document["runs"][0]
    rules = found["tool"]["driver"]["rules"]
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return found


def test_results_stand_on_the_lines_of_the_configuration(service: Service) -> None:
    assert run_of(service)["results"] == []
    service.resources["Refunds"] = QUEUE
    del service.resources["Accounts"]
    function = service.resources["InvoiceLambdaFunction"]["Properties"]
    function["VpcConfig"] = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    results = run_of(service)["results"]
    places = {one["ruleId"]: one["locations"][0]["physicalLocation"] for one in results}
    assert {place["artifactLocation"]["uri"] for place in places.values()} == {"services/billing/serverless.yml"}
    line = (service.folder / "serverless.yml").read_text("utf-8").splitlines().index("  invoice:") + 1
    assert places["new-service"]["region"]["startLine"] == line
    assert {one["ruleId"]: one["level"] for one in results} == {"new-service": "warning", "delete": "warning", "narrowed": "note"}


def test_a_result_keeps_its_fingerprint_when_lines_move(service: Service) -> None:
    service.resources["Refunds"] = QUEUE
    before = run_of(service)["results"][0]
    config = service.folder / "serverless.yml"
    config.write_text("# a comment\n\n" + config.read_text("utf-8"), "utf-8")
    assert run_of(service)["results"][0]["partialFingerprints"] == before["partialFingerprints"]


def test_what_is_approved_is_suppressed(service: Service) -> None:
    service.resources["Refunds"] = QUEUE
    assert "suppressions" not in run_of(service)["results"][0]
    write(service.folder / "leastpriv" / "approved.json", {"approved": [{"action": "sqs:*", "reason": "wanted"}]})
    assert run_of(service)["results"][0]["suppressions"] == [{"kind": "external", "justification": "wanted"}]
