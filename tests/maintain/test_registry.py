"""A registry schema becomes the record of its type."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.maintain.registry import kind_of, namespace_of, permissions_of, type_record
from sls_leastpriv.maintain.spelling import Reviewed, Spelling

SPELLING = Spelling(
    ["iam:PassRole", "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:GetFunction", "lambda:TagResource"],
    Reviewed(prefixes={"awslambda": "lambda"}),
)
SCHEMA: dict[str, Any] = {
    "typeName": "AWS::Lambda::Function",
    "properties": {
        "FunctionName": {"type": "string"},
        "Role": {"type": "string", "format": "AWS::IAM::Role.Arn"},
        "Code": {"$ref": "#/definitions/Code"},
        "Tags": {"type": "array", "items": {"type": "object"}},
        "Arn": {"type": "string"},
    },
    "definitions": {"Code": {"type": "object", "properties": {"S3Bucket": {"type": "string"}}}},
    "handlers": {
        "create": {"permissions": ["lambda:createFunction", "iam:PassRole", "lambda:AssociateRuntimeAlias", ""]},
        "read": {"permissions": ["lambda:Get*"]},
        "delete": {"permissions": ["awslambda:DeleteFunction"]},
        "list": {"permissions": ["lambda:ListFunctions"]},
    },
    "tagging": {"taggable": True, "tagProperty": "/properties/Tags", "permissions": ["lambda:TagResource"]},
    "primaryIdentifier": ["/properties/FunctionName"],
    "readOnlyProperties": ["/properties/Arn", "/properties/Snap/Start"],
    "createOnlyProperties": ["/properties/FunctionName", "/properties/Code/S3Bucket"],
    "required": ["Role", "Code"],
}


def test_record() -> None:
    assert type_record(SCHEMA, SPELLING) == {
        "create": ["iam:PassRole", "lambda:CreateFunction"],
        "read": ["lambda:GetFunction"],
        "delete": ["lambda:DeleteFunction"],
        "tagging": {
            "taggable": True,
            "property": "/properties/Tags",
            "permissions": ["lambda:TagResource"],
            "system": True,
            "onCreate": True,
        },
        "identifier": ["FunctionName"],
        "readOnly": ["Arn"],
        "createOnly": ["Code.S3Bucket", "FunctionName"],
        "required": ["Code", "Role"],
        "properties": {"FunctionName": "string", "Role": "string", "Code": "object", "Tags": "list", "Arn": "string"},
        "roles": ["Role"],
        "buckets": ["Code.S3Bucket"],
        "mended": {
            "awslambda:DeleteFunction": ["lambda:DeleteFunction"],
            "lambda:createFunction": ["lambda:CreateFunction"],
        },
        "expanded": {"lambda:Get*": 1},
        "unpublished": ["lambda:AssociateRuntimeAlias"],
    }


def test_permissions_leave_the_list_handler_and_empty_strings() -> None:
    assert permissions_of(SCHEMA) == [
        "awslambda:DeleteFunction",
        "iam:PassRole",
        "lambda:AssociateRuntimeAlias",
        "lambda:Get*",
        "lambda:TagResource",
        "lambda:createFunction",
    ]


def test_a_type_without_handlers_says_so() -> None:
    record = type_record({"typeName": "AWS::Old::Thing", "properties": {"Name": {"type": "string"}}}, SPELLING)
    assert record["handlers"] is False
    assert not {"create", "read", "update", "delete"} & record.keys()


def test_a_handler_without_permissions_is_there_and_empty() -> None:
    record = type_record({"typeName": "AWS::Old::Thing", "handlers": {"create": {"permissions": []}}}, SPELLING)
    assert record["create"] == []
    assert "delete" not in record


@pytest.mark.parametrize(
    ("schema", "taggable", "pointer"),
    [
        ({"properties": {"Tags": {}}, "tagging": {"taggable": True}}, True, "/properties/Tags"),
        ({"properties": {"Tags": {}}, "tagging": {"taggable": False, "tagProperty": "/properties/Tags"}}, False, None),
        ({"properties": {"T": {}}, "tagging": {"taggable": True, "tagProperty": "/properties/T"}}, True, "/properties/T"),
        ({"properties": {}, "tagging": {"taggable": True}}, True, None),
        ({"properties": {"Tags": {}}}, True, "/properties/Tags"),
        ({"properties": {"Tags": {}}, "taggable": False}, False, None),
        ({"properties": {"Name": {}}}, False, None),
    ],
)
def test_tagging(schema: dict[str, Any], taggable: bool, pointer: str | None) -> None:
    tagging = type_record({"typeName": "AWS::Any::Thing", **schema}, SPELLING)["tagging"]
    assert (tagging["taggable"], tagging["property"]) == (taggable, pointer)
    assert tagging["system"] is taggable


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "array"}, "list"),
        ({"type": ["object", "string"]}, "object|string"),
        ({"properties": {}}, "object"),
        ({"$ref": "#/definitions/Code"}, "object"),
        ({"$ref": "#/definitions/Nowhere"}, "any"),
        ({}, "any"),
    ],
)
def test_kinds(node: dict[str, Any], kind: str) -> None:
    assert kind_of(SCHEMA, node) == kind


def test_namespace() -> None:
    assert namespace_of("AWS::ApiGatewayV2::Api") == "apigatewayv2"
