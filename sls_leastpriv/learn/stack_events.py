"""The events of a stack's last operation, also of its nested stacks and of a deleted stack: what CloudFormation says failed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.failures import Denied
from sls_leastpriv.errors import AwsError
from sls_leastpriv.learn.context import phase_of
from sls_leastpriv.learn.denial import Denial, Place, Reading, Unread
from sls_leastpriv.learn.parse import read_message

Event = Mapping[str, Any]

_STACK: Final = "AWS::CloudFormation::Stack"
_STARTS: Final = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS", "IMPORT_IN_PROGRESS")
_ENDS: Final = ("_COMPLETE", "_FAILED")
_ROLLS_BACK: Final = ("CREATE_FAILED", "UPDATE_FAILED")
_GONE: Final = ("DELETE_COMPLETE",)
_DEPTH: Final = 8


def last_operation(aws: Aws, stack: str) -> list[Event]:
    """The events of the last operation on a stack, oldest first. AwsError when there is no such stack, or it may not be read."""
    return list(_events(aws, _stack_id(aws, stack), 0, set()))


def readings_of(events: list[Event]) -> Reading:
    """The denials in events, each with the resource that it is about."""
    denials: list[Denial] = []
    unread: list[Unread] = []
    for event in events:
        reason = event.get("ResourceStatusReason")
        if not isinstance(reason, str):
            continue
        place = Place(str(event["LogicalResourceId"]), event.get("ResourceType"), phase_of(str(event.get("ResourceStatus", ""))))
        reading = read_message(reason, place)
        denials += reading.denials
        unread += [Unread(one.line, f"{place.logical_id}: {one.text}", one.reason, one.help) for one in reading.unread]
    return Reading(tuple(dict.fromkeys(denials)), tuple(unread))


def follow(aws: Aws, stack: str, *, pause: float = 3.0, patience: float = 600.0) -> Iterator[list[Event]]:
    """The new events of a running operation as they come, until it ends. Waits for one to begin for at most `patience` seconds."""
    seen: set[str] = set()
    begun = time.monotonic()
    idle_since = _ended_at(aws, stack, seen)
    while True:
        events = [event for event in _present(aws, stack) if event["EventId"] not in seen]
        seen.update(event["EventId"] for event in events)
        if events:
            yield events
        ended = any(_is_end(event, stack) for event in events)
        if ended or (idle_since and not events and time.monotonic() - begun > patience):
            return
        idle_since = idle_since and not events
        time.sleep(pause)


def _ended_at(aws: Aws, stack: str, seen: set[str]) -> bool:
    """Whether no operation runs now; what is over already is marked as seen."""
    events = _present(aws, stack)
    if events and not any(_is_end(event, stack) for event in events):
        return False
    seen.update(event["EventId"] for event in events)
    return True


def _present(aws: Aws, stack: str) -> list[Event]:
    """The events of the last operation; none as long as there is no such stack."""
    try:
        return last_operation(aws, stack)
    except NoStack:
        return []


def _is_end(event: Event, stack: str) -> bool:
    """Whether the event ends the operation on the stack itself, not that on a nested one."""
    status = str(event.get("ResourceStatus", ""))
    own = event.get("PhysicalResourceId") == event.get("StackId") and stack in (event.get("StackName"), event.get("StackId"))
    return own and status.endswith(_ENDS) and "CLEANUP" not in status and status not in _ROLLS_BACK


class NoStack(AwsError):
    """CloudFormation knows no such stack, not even a deleted one."""

    def __init__(self, stack: str) -> None:
        super().__init__(f"CloudFormation knows no stack `{stack}`", help="check the name, the region and the account")


def _stack_id(aws: Aws, stack: str) -> str:
    """The id of a stack; of one that is deleted too, whose name CloudFormation no longer answers to."""
    if stack.startswith("arn:"):
        return stack
    try:
        return str(aws.call("cloudformation", "describe_stacks", StackName=stack)["Stacks"][0]["StackId"])
    except Denied:
        raise
    except (AwsError, IndexError):
        deleted = aws.pages("cloudformation", "list_stacks", "StackSummaries", StackStatusFilter=list(_GONE))
        named = [one for one in deleted if one["StackName"] == stack]
        if not named:
            raise NoStack(stack) from None
        return str(max(named, key=lambda one: str(one.get("DeletionTime", "")))["StackId"])


def _events(aws: Aws, stack: str, depth: int, seen: set[str]) -> Iterator[Event]:
    seen.add(stack)
    events: list[Event] = []
    for event in aws.pages("cloudformation", "describe_stack_events", "StackEvents", StackName=stack):
        events.append(event)
        if event.get("PhysicalResourceId") == event.get("StackId") and event.get("ResourceStatus") in _STARTS:
            break
    for event in reversed(events):
        nested = str(event.get("PhysicalResourceId") or "")
        if event.get("ResourceType") == _STACK and nested.startswith("arn:") and nested not in seen and depth < _DEPTH:
            yield from _events(aws, nested, depth + 1, seen)
        yield event
