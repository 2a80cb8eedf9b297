"""The functions of a service, as the Framework names them, and what entries ask about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sls_leastpriv.bind import BoundStack
from sls_leastpriv.facts.configured import at, mapping
from sls_leastpriv.facts.images import function_image
from sls_leastpriv.model import Project
from sls_leastpriv.resolve.values import NO_VALUE, Text, Unresolved, Value, pattern


def function_facts(project: Project, bound: BoundStack, provider: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    """The service's own functions, as the Framework names them, with what else entries ask about them.

    Without a configuration they are those of the template.
    """
    if project.config is None:
        return [{"Name": one.name} for one in bound.resources if one.type == "AWS::Lambda::Function"]
    functions: list[Mapping[str, Value]] = []
    for key, body in _function_bodies(project.config):
        # an intrinsic that stands for a whole function has none of its properties
        resolved: Mapping[str, Value] = mapping(bound.intrinsics.resolve(body))
        name = resolved.get("name") or f"{project.service}-{project.stage}-{key}"
        derived = {
            "InVpc": bool(resolved.get("vpc") or provider.get("vpc")) or NO_VALUE,
            "EncryptionKey": resolved.get("kmsKeyArn") or provider.get("kmsKeyArn") or NO_VALUE,
            "LayerArns": _layer_arns(body, project.config, bound),
            "Artifact": _artifact(resolved, project, bound),
            "Image": function_image(resolved.get("image"), provider, project),
            **_role(body, mapping(project.config.get("provider")), bound),
        }
        known = {key: value for key, value in derived.items() if value is not NO_VALUE}
        functions.append({**resolved, "Key": key, "Name": name, **known})
    return functions


def _function_bodies(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    configured = config.get("functions")
    for one in configured if isinstance(configured, list) else [configured]:
        for key, body in mapping(one).items():
            yield key, mapping(body)


def _role(body: Mapping[str, Any], provider: Mapping[str, Any], bound: BoundStack) -> dict[str, Value]:
    """The execution role that is not the Framework's own, as `deploy function` hands it to Lambda: `Role`, an ARN.

    `RoleName` is the name that the Framework asks IAM about, where the role is given by `Fn::GetAtt`: the logical id
    (https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/deploy-function.js).
    """
    own = at(provider, "iam", "role")
    given = isinstance(own, str) or any("::" in key for key in mapping(own))
    role = body.get("role") or (own if given else None) or provider.get("role")
    if isinstance(role, str) and ":" not in role and bound.resource(role) is not None:
        return {"Role": bound.attribute(role, "Arn")}
    if isinstance(role, str):
        return {"Role": bound.intrinsics.resolve(role)}
    target = mapping(role).get("Fn::GetAtt")
    if isinstance(target, str):
        target = target.split(".")
    if isinstance(target, list) and target and isinstance(target[0], str):
        return {"Role": bound.intrinsics.resolve(role), "RoleName": target[0]}
    return {}


def _layer_arns(body: Mapping[str, Any], config: Mapping[str, Any], bound: BoundStack) -> list[Value]:
    """The layers that `deploy function` sets: it leaves those alone that only CloudFormation can resolve."""
    layers = body.get("layers") or at(config, "provider", "layers")
    if not isinstance(layers, list) or not all(isinstance(layer, str) for layer in layers):
        return []
    return [bound.intrinsics.resolve(layer) for layer in layers]


def _artifact(function: Mapping[str, Value], project: Project, bound: BoundStack) -> Value:
    """The package that lies in S3, as `s3://bucket/key`; one that is not known may lie there."""
    if function.get("image"):
        return NO_VALUE
    artifact = at(function, "package", "artifact") or bound.intrinsics.resolve(at(project.config, "package", "artifact"))
    if isinstance(artifact, Unresolved):
        return artifact
    if isinstance(artifact, Text):
        known = artifact.parts[0] if isinstance(artifact.parts[0], str) else ""
        return artifact if known.startswith("s3://") or ".amazonaws.com/" in pattern(artifact) else NO_VALUE
    found = _S3_ADDRESS.match(artifact) if isinstance(artifact, str) else None
    if found is None:
        return NO_VALUE
    bucket, key = next((found[name], found[name.replace("bucket", "key")]) for name in _BUCKETS if found[name])
    return f"s3://{bucket}/{key}"


_S3_ADDRESS: Final = re.compile(
    r"s3://(?P<bucket1>[^/]+)/(?P<key1>[^?#]+)"
    r"|(https?://)?s3([.-][a-z0-9-]+)?\.amazonaws\.com/(?P<bucket2>[^/]+)/(?P<key2>[^?#]+)"
    r"|(https?://)?(?P<bucket3>[^/]+)\.s3([.-][a-z0-9-]+)?\.amazonaws\.com/(?P<key3>[^?#]+)"
)
_BUCKETS: Final = ("bucket1", "bucket2", "bucket3")
