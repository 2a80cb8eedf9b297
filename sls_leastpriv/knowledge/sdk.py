"""What a call of an AWS SDK needs: the IAM actions behind an operation, and the widest resource of their kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.load import shard

WAIT: Final = "WaitUntil"
"""What the name of a waiter starts with; the SDK repeats an operation until it gives a certain answer."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One action and the patterns of what it may be authorised on, with places for partition, region and account."""

    action: str
    resources: tuple[str, ...]


def plain_name(name: str) -> str:
    """`CloudWatchLogs`, `cloudwatch-logs` and `CloudWatch Logs` are one service."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def knows_service(name: str) -> bool:
    """Whether an SDK has a service of this name."""
    return plain_name(name) in _services()


def grants_of(service: str, operation: str) -> tuple[Grant, ...]:
    """What calling an operation needs; nothing for one that is not known, or that no published action stands for."""
    record = _services().get(plain_name(service), {})
    others = {name.lower(): actions for name, actions in record.get("operations", {}).items()}
    actions = others.get(operation.lower(), [f"{record.get('prefix')}:{operation}"])
    return tuple(grant for action in actions if (grant := _grant(action)) is not None)


def _grant(text: str) -> Grant | None:
    """`s3:GetObject`, or `apigateway:GET arn:…` where the operation tells the resource."""
    action, _, resource = text.partition(" ")
    prefix, _, name = action.partition(":")
    spelling, resources = _actions(prefix).get(name.lower(), ("", ()))
    if not spelling:
        return None
    return Grant(f"{prefix}:{spelling}", (resource,) if resource else resources)


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    return {name: service for service in shard("sdk").values() for name in service["names"]}


@cache
def _actions(prefix: str) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Action in lower case → its published spelling, its resources. SDKs and IAM disagree about case (`GetBucketCors`)."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for resource, actions in shard(f"sdk/{prefix}").items():
        for action in actions:
            found[action.lower()] = (action, (*found.get(action.lower(), ("", ()))[1], resource))
    return found
