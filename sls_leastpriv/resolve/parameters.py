"""Pseudo-parameters and parameters of a template, with their values as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sls_leastpriv.model import Stack
from sls_leastpriv.resolve.unknown import MINTED, UNKNOWN_ACCOUNT, UNKNOWN_REGION, text_of_pattern
from sls_leastpriv.resolve.values import NO_VALUE, Unresolved, Value, concatenate


def pseudo_parameters(stack: Stack) -> dict[str, Value]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""
    suffix = {"aws-cn": "amazonaws.com.cn"}.get(stack.partition, "amazonaws.com")
    name = text_of_pattern(stack.name)
    region: Value = stack.region if stack.region is not None else UNKNOWN_REGION
    account: Value = stack.account if stack.account is not None else UNKNOWN_ACCOUNT
    return {
        "AWS::AccountId": account,
        "AWS::NoValue": NO_VALUE,
        "AWS::NotificationARNs": Unresolved("the stack's notification topics"),
        "AWS::Partition": stack.partition,
        "AWS::Region": region,
        "AWS::StackId": concatenate(
            ["arn:", stack.partition, ":cloudformation:", region, ":", account, ":stack/", name, "/", MINTED]
        ),
        "AWS::StackName": name,
        "AWS::URLSuffix": suffix,
    }


def declared_parameters(
    template: Mapping[str, Any], arguments: Mapping[str, Value], read: Callable[[str], Value]
) -> dict[str, Value]:
    """Parameters with what a parent stack passes, else with their defaults."""
    declared = template.get("Parameters")
    values: dict[str, Value] = {}
    for name, body in declared.items() if isinstance(declared, Mapping) else ():
        values[name] = arguments[name] if name in arguments else _default(name, body, read)
    return values


def _default(name: str, body: Any, read: Callable[[str], Value]) -> Value:
    kind = body.get("Type", "String") if isinstance(body, Mapping) else "String"
    if str(kind).startswith("AWS::SSM::Parameter::"):
        return Unresolved(f"parameter `{name}` is read from Parameter Store at deploy time")
    if not isinstance(body, Mapping) or "Default" not in body:
        return Unresolved(f"parameter `{name}` has no default")
    default = body["Default"]
    if isinstance(default, str):
        if kind == "CommaDelimitedList" or str(kind).startswith("List<"):
            return [read(item.strip()) for item in default.split(",")]
        return read(default)
    return str(default) if isinstance(default, int | float) and not isinstance(default, bool) else default
