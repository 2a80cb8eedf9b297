"""What a template asks of CloudFormation as a whole: transforms, parameters of SSM's and other types, dynamic references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sls_leastpriv.resolve.strings import DYNAMIC_REFERENCE
from sls_leastpriv.resolve.values import Unresolved, Value

# also within `List<…>` and `AWS::SSM::Parameter::Value<…>`
_CHECKED_TYPE = re.compile(r"AWS::(?!SSM::)\w+::\w+::\w+")


def transforms(template: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The macros a template uses, in `Transform` and `Fn::Transform`, each as {"Name", "Owner"}.

    Macros of AWS belong to the account `aws`; others are the account's own
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html).
    """
    declared = template.get("Transform", [])
    names = [declared] if isinstance(declared, str | Mapping) else list(declared)
    names.extend(node["Fn::Transform"] for node in _objects(template) if "Fn::Transform" in node)
    if any(key.startswith("Fn::ForEach") for node in _objects(template) for key in node):
        names.append("AWS::LanguageExtensions")
    texts = [one.get("Name") if isinstance(one, Mapping) else one for one in names]
    found = sorted({text for text in texts if isinstance(text, str)})
    return [{"Name": text.removeprefix("AWS::"), "Owner": "aws" if text.startswith("AWS::") else "account"} for text in found]


def parameters_read(template: Mapping[str, Any], resolve: Callable[[Any], Value]) -> list[Mapping[str, Value]]:
    """Parameters of type `AWS::SSM::Parameter::…`: {"Parameter": logical name, "Name": name in Parameter Store}."""
    declared = template.get("Parameters")
    found: list[Mapping[str, Value]] = []
    for name, body in declared.items() if isinstance(declared, Mapping) else ():
        if isinstance(body, Mapping) and str(body.get("Type", "")).startswith("AWS::SSM::Parameter::"):
            default = body.get("Default")
            value = resolve(default) if isinstance(default, str) else Unresolved(f"parameter `{name}` has no default")
            found.append({"Parameter": name, "Name": value})
    return found


def parameter_types(template: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The types whose values CloudFormation looks for in the account, such as `AWS::EC2::Subnet::Id`, each as {"Type"}
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html).
    """
    declared = template.get("Parameters")
    bodies = declared.values() if isinstance(declared, Mapping) else ()
    texts = [str(body.get("Type", "")) for body in bodies if isinstance(body, Mapping)]
    return [{"Type": found} for found in sorted({found for text in texts for found in _CHECKED_TYPE.findall(text)})]


def dynamic_references(template: Mapping[str, Any]) -> list[Mapping[str, Value]]:
    """`{{resolve:service:reference}}` in strings of the template: {"Service", "Name", "Text"}.

    A secret's reference is its name or ARN, followed by `:SecretString:json-key:stage:version`
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html).
    """
    texts = {found for text in _strings(template) for found in DYNAMIC_REFERENCE.findall(text)}
    references: list[Mapping[str, Value]] = []
    for text in sorted(texts):
        service, _, reference = text.removeprefix("{{resolve:").removesuffix("}}").partition(":")
        references.append({"Service": service, "Name": _referenced(service, reference), "Text": text})
    return references


def _referenced(service: str, reference: str) -> Value:
    if "${" in reference or not reference:
        return Unresolved("a dynamic reference with parts that only the deploy knows")
    if service == "secretsmanager":
        parts = reference.split(":")
        return ":".join(parts[:7]) if reference.startswith("arn:") else parts[0]
    return reference.split(":")[0]


def _objects(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for child in node.values():
            yield from _objects(child)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for child in node:
            yield from _objects(child)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for child in node.values():
            yield from _strings(child)
    elif isinstance(node, Sequence):
        for child in node:
            yield from _strings(child)
