"""What CloudTrail says of calls, added up: one row for all events that are alike. The same row, whoever adds up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sls_leastpriv.knowledge.trail import SLOTS, label, trail

Result = Literal["ok", "denied", "failed"]


class Key(NamedTuple):
    """What makes events alike. `names` fill the places of the service's ARNs; `invoked_by` is a service that made the call."""

    principal: str
    source: str
    name: str
    region: str
    account: str
    invoked_by: str
    result: Result
    resource: str | None
    names: tuple[str | None, ...]
    role: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How often events of one key were seen, and between when; times are as CloudTrail writes them."""

    key: Key
    events: int
    first: str
    last: str


class Tally:
    """Adds up rows of any origin. The memory that it takes grows with what differs, not with how often it is seen."""

    def __init__(self, seen: Iterable[Seen] = ()) -> None:
        self._rows: dict[Key, tuple[int, str, str]] = {}
        for one in seen:
            self.add(one.key, one.events, one.first, one.last)

    def add(self, key: Key, events: int, first: str, last: str) -> None:
        """Adds events of one key."""
        key = key._replace(resource=_scalar(key.resource), names=tuple(map(_scalar, key.names)), role=_scalar(key.role))
        known = self._rows.get(key)
        self._rows[key] = (events, first, last) if known is None else (known[0] + events, min(known[1], first), max(known[2], last))

    @property
    def events(self) -> int:
        """How many events were added up."""
        return sum(number for number, _, _ in self._rows.values())

    def seen(self) -> tuple[Seen, ...]:
        """The rows in a stable order."""
        ordered = sorted(self._rows.items(), key=lambda row: json.dumps(row[0]))
        return tuple(Seen(key, *row) for key, row in ordered)


def _scalar(text: str | None) -> str | None:
    """A parameter that is an object names nothing; engines differ in what they make of it."""
    return None if not text or text[0] in "{[" else text


def key_from(document: Sequence[Any]) -> Key:
    """A key that JSON has made a list of."""
    principal, source, name, region, account, invoked_by, result, resource, names, role = document
    return Key(principal, source, name, region, account, invoked_by, result, resource, tuple(names), role)


def key_of(record: Mapping[str, Any]) -> Key | None:
    """The key of one CloudTrail record; None for what is no call of an API."""
    if record.get("eventType", "AwsApiCall") != "AwsApiCall":
        return None
    identity = record.get("userIdentity") or {}
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    address = record.get("sourceIPAddress") or ""
    source = record.get("eventSource") or ""
    parameters = record.get("requestParameters") or {}
    resources = record.get("resources") or [{}]
    names = [_first(parameters, slot.parameters) for slot in trail().slots.get(label(source), ())]
    return Key(
        principal=issuer.get("arn") or identity.get("arn") or identity.get("invokedBy") or "",
        source=source,
        name=record.get("eventName") or "",
        region=record.get("awsRegion") or "",
        account=record.get("recipientAccountId") or "",
        invoked_by=identity.get("invokedBy") or (address if address.endswith(".amazonaws.com") else ""),
        result=_result(record.get("errorCode")),
        resource=None if source == "s3.amazonaws.com" else _text(resources[0].get("ARN")),
        names=(*names, *[None] * (SLOTS - len(names))),
        role=None if label(source) in trail().no_roles else _first(parameters, trail().role_parameters),
    )


def _result(code: str | None) -> Result:
    return "ok" if not code else "denied" if code in trail().denied else "failed"


def _first(parameters: Mapping[str, Any], paths: Iterable[str]) -> str | None:
    for path in paths:
        value: Any = parameters
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None:
            return _text(value)
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None or isinstance(value, Mapping | list) else str(value)
