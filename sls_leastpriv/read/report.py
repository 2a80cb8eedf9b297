"""Reads a report of ours, or the committed `needs.json`, back: the needs of what was deployed last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.model import Cause, Condition, Gap, Need, Subject

_AGAIN: Final = "write it again with `generate --format report`"


def is_report(document: Any) -> bool:
    """Whether a JSON document is a report, and not a template."""
    return isinstance(document, Mapping) and "needs" in document and "Resources" not in document


def service_of_report(document: Mapping[str, Any], stack: str | None, name: str) -> Mapping[str, Any]:
    """What a report says of the service with this stack, else of its first one; nothing where it names none. ServiceError, which
    calls the report `name`, where services are no objects."""
    services = document.get("services")
    listed = _services(document)
    if isinstance(services, list) and len(listed) != len(services):
        raise ServiceError(f"{name} is not in the report's format", help=_AGAIN)
    return next((one for one in listed if stack is not None and one.get("stack") == stack), listed[0] if listed else {})


def needs_of_report(document: Mapping[str, Any], name: str, stack: str | None = None) -> tuple[Need, ...]:
    """The needs that a report of version 1 lists; of a report of several services those of `stack`, where it is among them.

    ServiceError, which calls the report `name`, for anything else.
    """
    needs, own = _read(document, "needs", _need, name), _own(document, stack)
    return tuple(one for one in needs if own in (None, one.cause.subject.stack))


def gaps_of_report(document: Mapping[str, Any], name: str, stack: str | None = None) -> tuple[Gap, ...]:
    """The gaps that a report of version 1 lists, of `stack` as for needs. ServiceError for anything else."""
    gaps = _read(document, "gaps", lambda one: Gap(_subject(one["subject"]), one["reason"]), name)
    own = _own(document, stack)
    return tuple(one for one in gaps if own in (None, one.subject.stack))


def _own(document: Mapping[str, Any], stack: str | None) -> str | None:
    """The stack whose part of the report counts; None where all of it does."""
    stacks = {one.get("stack") for one in _services(document)}
    return stack if len(stacks) > 1 and stack in stacks else None


def _services(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    services = document.get("services")
    return [one for one in services if isinstance(one, Mapping)] if isinstance(services, list) else []


T = TypeVar("T")


def _read(document: Mapping[str, Any], key: str, read: Callable[[Any], T], name: str) -> tuple[T, ...]:
    if document.get("version") != 1:
        raise ServiceError(f"{name} is no report of version 1", help=_AGAIN)
    try:
        return tuple(read(one) for one in document[key])
    except (KeyError, TypeError, AttributeError):
        raise ServiceError(f"{name} is not in the report's format", help=_AGAIN) from None


def _subject(document: Mapping[str, Any]) -> Subject:
    return Subject(
        kind=document["kind"],
        name=document["name"],
        type=document.get("type"),
        where=document.get("where"),
        previous=bool(document.get("previous")),
        stack=document.get("stack"),
    )


def _need(document: Mapping[str, Any]) -> Need:
    return Need(
        action=document["action"],
        resource=document["resource"],
        principal=document["principal"],
        phases=frozenset(document["phases"]),
        cause=Cause(
            subject=_subject(document["subject"]),
            why=document["why"],
            source=document["source"],
            assumed=document.get("assumption"),
            properties=tuple(document.get("properties", ())),
        ),
        conditions=tuple(Condition(one["operator"], one["key"], tuple(one["values"])) for one in document["conditions"]),
    )
