"""Reads `data/cloudtrail.toml`: how CloudTrail names what IAM authorises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.sdk import Grant, grants_of

SLOTS: Final = 3
"""How many places of an ARN a service may have; each is a column of the query."""

_DATED: Final = re.compile(r"(?:\d{8}(?:v\d+)?|\d{4}_\d\d_\d\d)$")
_SUFFIX: Final = ".amazonaws.com"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a service's ARNs, and the request parameters that fill it, the first that is set."""

    place: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """All that is known of CloudTrail's names. `slots` are by the first label of the event source."""

    services: Mapping[str, tuple[str, ...]]
    events: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[Slot, ...]]
    role_parameters: tuple[str, ...]
    no_roles: frozenset[str]
    passed_to: Mapping[str, str]
    unseen: frozenset[str]
    denied: tuple[str, ...]


@cache
def trail() -> Trail:
    """The names of CloudTrail."""
    document: Mapping[str, Any] = tomllib.loads((DATA / "cloudtrail.toml").read_text("utf-8"))
    passes = document["passes"]
    return Trail(
        services={source: tuple(names) for source, names in document["services"].items()},
        events={event: tuple(actions) for event, actions in document["events"].items()},
        slots={
            one["source"]: tuple(Slot(place, tuple(names)) for place, names in one["places"].items()) for one in document["names"]
        },
        role_parameters=tuple(passes["parameters"]),
        no_roles=frozenset(passes["except"]),
        passed_to=passes["to"],
        unseen=frozenset(document["unseen"]["actions"]),
        denied=tuple(document["denied"]["codes"]),
    )


def _slots(places: Mapping[str, list[str]]) -> tuple[Slot, ...]:
    return tuple(Slot(place, tuple(parameters)) for place, parameters in places.items())


def label(source: str) -> str:
    """`lambda.amazonaws.com` → `lambda`."""
    return source.removesuffix(_SUFFIX)


@cache
def grants_of_event(source: str, name: str, prefer: str | None = None) -> tuple[Grant, ...]:
    """What IAM authorised for an event; empty where no published action is known. `prefer` is the SDK's service to try first."""
    plain = _DATED.sub("", name)
    service = label(source)
    known = trail().events.get(f"{service}:{plain}")
    if known is not None:
        return tuple(Grant(action, ()) for action in known)
    services = trail().services.get(service, (service,))
    for one in sorted(services, key=lambda each: each != prefer):
        found = grants_of(one, plain)
        if found:
            return found
    return ()
