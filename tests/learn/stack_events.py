"""Events of stacks, as `cloudformation:DescribeStackEvents` answers them."""

from __future__ import annotations

from typing import Any


def event(
    stack: str, number: int, logical_id: str, kind: str, status: str, physical: str = "", reason: str | None = None
) -> dict[str, Any]:
    """One event of a stack, which is named by its ARN."""
    return {
        "EventId": f"{stack}-{number}",
        "StackId": stack,
        "StackName": stack.split("/")[1],
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical,
        "ResourceType": kind,
        "ResourceStatus": status,
        "Timestamp": "2026-11-27T19:00:00Z",
        **({"ResourceStatusReason": reason} if reason else {}),
    }
