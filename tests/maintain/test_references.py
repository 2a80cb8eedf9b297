"""The properties of a schema that refer to another service's resource are found, and their look-alikes are not."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.maintain.references import MAX_STEPS, dotted, references


def schema(properties: dict[str, Any], type_name: str = "AWS::Any::Thing", **rest: Any) -> dict[str, Any]:
    return {"typeName": type_name, "properties": properties, **rest}


def test_finds_references_by_format_pattern_and_name() -> None:
    found = references(
        schema(
            {
                "Execution": {"type": "string", "format": "AWS::IAM::Role.Arn"},
                "CredentialsArn": {"type": "string", "pattern": "arn:(aws|aws-cn):iam::[0-9]*:(role|user)/.+"},
                "ServiceRole": {"type": "string"},
                "KmsMasterKeyId": {"type": "string", "anyOf": [{"format": "AWS::KMS::Key.Id"}]},
                "BucketARN": {"type": "string", "pattern": "arn:.*"},
                "BasicAuth": {"type": "string", "pattern": "^arn:[^:]+:secretsmanager:.*$"},
                "SubnetIds": {"type": "array", "items": {"type": "string"}},
                "SecurityGroups": {"type": "array", "items": {"type": "string", "format": "AWS::EC2::SecurityGroup.Id"}},
            }
        )
    )
    assert found == {
        "roles": ["CredentialsArn", "Execution", "ServiceRole"],
        "keys": ["KmsMasterKeyId"],
        "buckets": ["BucketARN"],
        "secrets": ["BasicAuth"],
        "subnets": ["SubnetIds.*"],
        "securityGroups": ["SecurityGroups.*"],
    }


@pytest.mark.parametrize(
    "properties",
    [
        {"Role": {"type": "string", "enum": ["PRIMARY", "SECONDARY"]}},
        {"GeographicRole": {"type": "string"}},
        {"LdapServerMetadata": {"type": "object", "properties": {"RoleName": {"type": "string"}}}},
        {"BucketOwner": {"type": "string"}},
        {"TableBucketArn": {"type": "string"}},
        {"ClientSecret": {"type": "string"}},
        {"DBSubnetGroupName": {"type": "string"}},
        {"DBSecurityGroups": {"type": "array", "items": {"type": "string", "format": "AWS::EC2::SecurityGroup.Id"}}},
        {"Tags": {"type": "array", "items": {"type": "object", "properties": {"Key": {"type": "string"}}}}},
        {"KmsKey": {"type": "object", "properties": {}}},
        {"EncryptionKeyType": {"type": "string"}},
    ],
)
def test_leaves_look_alikes(properties: dict[str, Any]) -> None:
    assert references(schema(properties)) == {}


def test_walks_references_lists_maps_and_alternatives() -> None:
    definitions = {"Item": {"type": "object", "properties": {"RoleArn": {"type": "string"}}}}
    item = {"$ref": "#/definitions/Item"}
    found = references(
        schema(
            {
                "One": item,
                "List": {"type": "array", "items": item},
                "Map": {"type": "object", "patternProperties": {".*": item}},
                "Either": {"oneOf": [{"type": "string"}, item]},
            },
            definitions=definitions,
        )
    )
    assert found == {"roles": ["Either.RoleArn", "List.*.RoleArn", "Map.*.RoleArn", "One.RoleArn"]}


def test_a_definition_that_contains_itself_ends() -> None:
    node = {"$ref": "#/definitions/Statement"}
    statement = {"type": "object", "properties": {"RoleArn": {"type": "string"}, "And": {"type": "array", "items": node}}}
    found = references(schema({"Statement": node}, definitions={"Statement": statement}))
    assert found == {"roles": ["Statement.RoleArn"]}


def test_paths_are_cut_off() -> None:
    node: dict[str, Any] = {"type": "string"}
    for step in ["RoleArn", *(f"S{index}" for index in range(MAX_STEPS + 1))]:
        node = {"type": "object", "properties": {step: node}}
    assert references(schema({"Root": node})) == {}


def test_leaves_what_the_service_sets_and_the_resource_itself() -> None:
    role = {"RoleName": {"type": "string"}, "Arn": {"type": "string", "format": "AWS::IAM::Role.Arn"}}
    found = references(
        schema(role, "AWS::IAM::Role", primaryIdentifier=["/properties/RoleName"], readOnlyProperties=["/properties/Arn"])
    )
    assert found == {}
    secret = {"MasterUserSecret": {"type": "object", "properties": {"SecretArn": {"type": "string"}}}}
    assert references(schema(secret, readOnlyProperties=["/properties/MasterUserSecret/SecretArn"])) == {}


def test_buckets_of_other_services_are_no_s3_buckets() -> None:
    assert references(schema({"BucketName": {"type": "string"}}, "AWS::Lightsail::Bucket")) == {}


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("/properties/FunctionName", "FunctionName"),
        ("/properties/Code/S3Bucket", "Code.S3Bucket"),
        ("/properties/Rules/*/Id", "Rules.*.Id"),
        ("/properties/Code/properties/S3Bucket", "Code.S3Bucket"),
        ("/properties/Rules/items/Id", "Rules.*.Id"),
    ],
)
def test_pointers_become_paths(pointer: str, path: str) -> None:
    assert dotted(pointer) == path
