"""Finds the properties of a registry schema that refer to another service's resource: roles, keys, buckets, secrets, subnets.

The result lets a permission of another service be scoped to the value of a property (`iam:PassRole` to the role that
`Configuration.ExecutionRoleArn` names). A schema says it in three ways, from sure to guess:

    format    cfn-lint's formats, such as AWS::IAM::Role.Arn
    pattern   a regular expression for ARNs of the other service
    name      the property's own name, such as KmsKeyId

A name alone is a guess, so names that are known to mean something else are listed here. Paths are dotted, with `*` for the items of
a list and the values of a map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_STEPS: Final = 10
"""Longer paths only occur in the nested visuals of QuickSight, which hold no references."""

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReferenceKind:
    """How one kind of reference shows.

    `pattern` counts only where `hint` is in the name; `but` are names that mean something else.
    """

    field: str
    formats: frozenset[str]
    pattern: re.Pattern[str]
    hint: re.Pattern[str]
    name: re.Pattern[str]
    but: re.Pattern[str]


def _kind(field: str, formats: set[str], *, pattern: str, hint: str, name: str, but: str) -> ReferenceKind:
    return ReferenceKind(
        field,
        frozenset(formats),
        re.compile(pattern),
        re.compile(hint),
        re.compile(rf"(?:{name})$"),
        re.compile(rf"(?:{but})$"),
    )


KINDS: Final = (
    _kind(
        "roles",
        {"AWS::IAM::Role.Arn"},
        pattern=r":iam:.*role|^\^arn:\.\*role/",
        hint=r"[Rr]ole|Credentials",
        name=r".*[Rr]oles?(?:Arn|ARN|Name)?s?|.*RoleArnForLogging|IamRoleFor\w+Arn|SnsCallerArn"
        r"|AuthorizerCredentials(?:Arn)?|Integration\.Credentials",
        # Roles of people, data, databases and other systems, and of the far side of a connection.
        but=r"GeographicRole|GeographicalRole|ColumnGeographicRole|ParticipantRole|ColumnDataRole|PropertyRole|TargetRole"
        r"|DatabaseAccessControlRole|SnowflakeRole|MasterBackendRole|EnvironmentUserRole|\w+DashRoles|UserRoleName|ApproverRoles"
        r"|LdapServerMetadata\.RoleName|AssertionAttributes\.Role",
    ),
    _kind(
        "keys",
        {"AWS::KMS::Key.Arn", "AWS::KMS::Key.Id", "AWS::KMS::Alias.AliasName"},
        pattern=r":kms:",
        hint=r"[Kk]ey|KMS|Kms|[Cc]mk|CMK",
        name=r"(?i:.*kms\w*key(?:id|arn|identifier)?|\w*kms(?:alias)?arn|\w*cmk(?:id|arn)?|\w*encryptionkey(?:id|arn)?"
        r"|customermanagedkey(?:arn)?|.*encryptionkey\.id|.*(?:encryption|sse)\w*\.(?:provider\.)?key(?:id|arn)|keymanagementservicearn|targetkeyid|primarykeyarn)",
        but=r"KmsKeyProviderUri",
    ),
    _kind(
        "buckets",
        {"AWS::S3::Bucket.Name"},
        pattern=r":s3:::",
        hint=r"[Bb]ucket",
        name=r".*[Bb]ucket(?:Name|Arn|ARN)?s?|.*BucketList(?:\.\*)?",
        # Buckets of S3 Tables and S3 Vectors are no S3 buckets: they have ARNs of their own service.
        but=r".*(?:Table|Vector)Bucket(?:Name|Arn|ARN)?|LogDeliveryBucket",
    ),
    _kind(
        "secrets",
        set(),
        pattern=r"secretsmanager",
        hint=r"",
        name=r".*Secrets?(?:Manager)?(?:Arn|ARN|Id)(?:s|List)?|.*SecretsManager\w*SecretId|AwsSecretStoreArn",
        but=r".*Role\w*",
    ),
    _kind(
        "subnets",
        {"AWS::EC2::Subnet.Id", "AWS::EC2::Subnet.Ids"},
        pattern=r"subnet-",
        hint=r"[Ss]ubnet",
        name=r".*[Ss]ubnet(?:Id|ID)?s?(?:List)?|.*SubnetIdList",
        but=r".*(?:SubnetGroup\w*|SubnetCidr\w*)",
    ),
    _kind(
        "securityGroups",
        {"AWS::EC2::SecurityGroup.Id", "AWS::EC2::SecurityGroup.Ids"},
        pattern=r"sg-",
        hint=r"[Ss]ecurity[Gg]roup|Groups",
        name=r".*[Ss]ecurityGroups?(?:Id|ID)?s?(?:List)?",
        # Security groups of EC2-Classic times and of other services carry the same word.
        but=r"(?:DB|Cache|Cluster|Channel|Input|ClassicLinkVPC)SecurityGroups?(?:Name)?s?|DBSecurityGroup\w*",
    ),
)

OWN: Final = {
    "roles": {"AWS::IAM::Role"},
    "keys": {"AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::KMS::Alias"},
    "buckets": {
        "AWS::S3::Bucket",
        "AWS::Lightsail::Bucket",
        "AWS::S3Express::DirectoryBucket",
        "AWS::S3Outposts::Bucket",
    },
    "secrets": {"AWS::SecretsManager::Secret"},
    "subnets": {"AWS::EC2::Subnet"},
    "securityGroups": {"AWS::EC2::SecurityGroup"},
}
"""Types whose identifier is the resource itself, not a reference to one."""

FOREIGN_BUCKETS: Final = frozenset({"Lightsail", "S3Express", "S3Outposts", "S3Tables", "S3Vectors"})
"""Services whose buckets are not those of Amazon S3, so that their names make no `arn:aws:s3:::` ARN."""


def references(schema: Node) -> dict[str, list[str]]:
    """Field (`roles`, `keys`, …) → the paths of a schema that refer to such a resource; without fields that have none.

    Properties that the service sets are left out, and so is the name of the resource itself.
    """
    type_name: str = schema["typeName"]
    outputs = {dotted(pointer) for pointer in schema.get("readOnlyProperties", ())}
    own = {dotted(pointer) for pointer in schema.get("primaryIdentifier", ())}
    found: dict[str, set[str]] = {}
    for path, node in _strings(schema):
        if any(path == output or path.startswith(output + ".") for output in outputs):
            continue
        for kind in KINDS:
            if path in own and type_name in OWN[kind.field]:
                continue
            if kind.field == "buckets" and type_name.split("::")[1] in FOREIGN_BUCKETS:
                continue
            if refers(kind, path, node):
                found.setdefault(kind.field, set()).add(path)
    return {kind.field: sorted(found[kind.field]) for kind in KINDS if kind.field in found}


def refers(kind: ReferenceKind, path: str, node: Node) -> bool:
    """Whether a string property at a path holds a reference of this kind."""
    steps = [step for step in path.split(".") if step != "*"]
    name, tail = steps[-1], ".".join(steps[-3:])
    if "enum" in node or kind.but.match(name) or kind.but.match(".".join(steps[-2:])):
        return False
    if node.get("format") in kind.formats:
        return True
    if kind.pattern.search(str(node.get("pattern", ""))) and kind.hint.search(name):
        return True
    return bool(kind.name.match(name) or kind.name.match(tail))


def dotted(pointer: str) -> str:
    """`/properties/Code/S3Bucket` → `Code.S3Bucket`, the way in which the tables write paths."""
    return pointer.removeprefix("/properties/").replace("/items/", "/*/").replace("/properties/", "/").replace("/", ".")


def resolved(schema: Node, node: Node) -> Node:
    """A node with its `$ref` followed; the node itself when the reference leads nowhere."""
    for _ in range(MAX_STEPS):
        if "$ref" not in node:
            break
        target: Any = schema
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        if not isinstance(target, Mapping):
            break
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _strings(schema: Node) -> Iterator[tuple[str, Node]]:
    """Every property that can hold a string: its path and its node, once per alternative of the schema."""
    for name, node in schema.get("properties", {}).items():
        yield from _walk(schema, node, (name,), frozenset())


def _walk(schema: Node, node: Node, path: tuple[str, ...], entered: frozenset[str]) -> Iterator[tuple[str, Node]]:
    if len(path) > MAX_STEPS:
        return
    if "$ref" in node:
        # A definition may contain itself; on one path each is entered once.
        if node["$ref"] in entered:
            return
        entered |= {node["$ref"]}
        node = resolved(schema, node)
    if _holds_string(node):
        yield ".".join(path), node
    for step, child in _children(node):
        yield from _walk(schema, child, (*path, step) if step else path, entered)


def _holds_string(node: Node) -> bool:
    kinds = node.get("type")
    if kinds is None:
        return not {"properties", "items", "oneOf", "anyOf", "allOf"} & set(node)
    return "string" in ([kinds] if isinstance(kinds, str) else kinds)


def _children(node: Node) -> Iterator[tuple[str, Node]]:
    """The nodes below a node, each with its step of the path; alternatives have the path of the node itself."""
    yield from node.get("properties", {}).items()
    below = [*node.get("patternProperties", {}).values(), node.get("additionalProperties"), node.get("items")]
    yield from (("*", child) for child in below if isinstance(child, Mapping))
    for word in ("oneOf", "anyOf", "allOf"):
        yield from (("", child) for child in node.get(word, ()) if isinstance(child, Mapping))
