"""Reads a report of ours, or the committed `needs.json`, back: the needs of what was deployed last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.model import Cause, Condition, Need, Subject


def is_report(document: Any) -> bool:
    """Whether a JSON document is a report, and not a template."""
    return isinstance(document, Mapping) and "needs" in document and "Resources" not in document


def needs_of_report(document: Mapping[str, Any], name: str) -> tuple[Need, ...]:
    """The needs that a report of version 1 lists. ServiceError, which calls the report `name`, for anything else."""
    if document.get("version") != 1:
        raise ServiceError(f"{name} is no report of version 1", help="write it again with `generate --format report`")
    try:
        return tuple(_need(one) for one in document["needs"])
    except (KeyError, TypeError, AttributeError):
        raise ServiceError(f"{name} is not in the report's format", help="write it again with `generate --format report`") from None


def _need(document: Mapping[str, Any]) -> Need:
    subject = document["subject"]
    return Need(
        action=document["action"],
        resource=document["resource"],
        principal=document["principal"],
        phases=frozenset(document["phases"]),
        cause=Cause(
            subject=Subject(
                subject["kind"], subject["name"], subject.get("type"), subject.get("where"), bool(subject.get("previous"))
            ),
            why=document["why"],
            source=document["source"],
            assumed=document.get("assumption"),
            properties=tuple(document.get("properties", ())),
        ),
        conditions=tuple(Condition(one["operator"], one["key"], tuple(one["values"])) for one in document["conditions"]),
    )
