"""Reads a report of ours, or the committed `needs.json`, back: the needs of what was deployed last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.model import Cause, Condition, Gap, Need, Subject


def is_report(document: Any) -> bool:
    """Whether a JSON document is a report, and not a template."""
    return isinstance(document, Mapping) and "needs" in document and "Resources" not in document


def needs_of_report(document: Mapping[str, Any], name: str) -> tuple[Need, ...]:
    """The needs that a report of version 1 lists. ServiceError, which calls the report `name`, for anything else."""
    return _read(document, "needs", _need, name)


def gaps_of_report(document: Mapping[str, Any], name: str) -> tuple[Gap, ...]:
    """The gaps that a report of version 1 lists. ServiceError for anything else."""
    return _read(document, "gaps", lambda one: Gap(_subject(one["subject"]), one["reason"]), name)


T = TypeVar("T")


def _read(document: Mapping[str, Any], key: str, read: Callable[[Any], T], name: str) -> tuple[T, ...]:
    if document.get("version") != 1:
        raise ServiceError(f"{name} is no report of version 1", help="write it again with `generate --format report`")
    try:
        return tuple(read(one) for one in document[key])
    except (KeyError, TypeError, AttributeError):
        raise ServiceError(f"{name} is not in the report's format", help="write it again with `generate --format report`") from None


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
