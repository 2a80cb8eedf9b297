"""From what was seen to the actions that it used, on which resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sls_leastpriv.knowledge.published import action_of, formats_of, published
from sls_leastpriv.knowledge.trail import grants_of_event, label, trail
from sls_leastpriv.model import Condition
from sls_leastpriv.observe.seen import Key, Seen
from sls_leastpriv.resolve.arns import parse_arn, partition_of

_PLACE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Use:
    """One action that was used (or denied, or failed) on resources, by whom, how often and when.

    `inferred` says that it is no event of its own: passing a role never is.
    """

    principal: str
    action: str
    resources: tuple[str, ...]
    invoked_by: str
    result: str
    events: int
    first: str
    last: str
    conditions: tuple[Condition, ...] = ()
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An event that no published action is known for."""

    source: str
    name: str
    events: int


def uses_of(seen: Iterable[Seen]) -> tuple[tuple[Use, ...], tuple[Unmapped, ...]]:
    """The uses behind what was seen, and what no action is known for."""
    uses: list[Use] = []
    unmapped: dict[tuple[str, str], int] = {}
    for one in seen:
        grants = grants_of_event(one.key.source, one.key.name, _preferred(one.key))
        for grant in grants:
            uses.append(_use(one, grant.action, _resources(one.key, grant.action, grant.resources)))
        if not grants:
            place = (one.key.source, one.key.name)
            unmapped[place] = unmapped.get(place, 0) + one.events
        if one.key.role is not None and one.key.result == "ok":
            uses += _passed(one, one.key.role)
    return tuple(uses), tuple(Unmapped(*place, events) for place, events in sorted(unmapped.items()))


def _preferred(key: Key) -> str | None:
    """Both versions of API Gateway have one event source; the parameter tells which it was."""
    return "apigatewayv2" if label(key.source) == "apigateway" and key.names[1] is not None and key.names[0] is None else None


def _use(one: Seen, action: str, resources: tuple[str, ...]) -> Use:
    key = one.key
    return Use(key.principal, action, resources, key.invoked_by, key.result, one.events, one.first, one.last)


def _passed(one: Seen, role: str) -> Iterator[Use]:
    arn = parse_arn(role)
    if arn is None or arn.service != "iam" or not arn.resource.startswith("role/"):
        return
    to = trail().passed_to.get(one.key.source, one.key.source)
    condition = Condition("StringEquals", "iam:PassedToService", (to,))
    seen = _use(one, "iam:PassRole", (role,))
    yield replace(seen, conditions=(condition,), inferred=True)


def _resources(key: Key, action: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The ARNs that the action was used on, `*` in them where the event does not tell."""
    record = action_of(action)
    if record is not None and not record["resources"]:
        return ("*",)
    if key.resource is not None and (arn := parse_arn(key.resource)) is not None and arn.service == action.partition(":")[0]:
        return (key.resource,)
    places = _places(key)
    given = tuple(one for one in places.values() if (arn := parse_arn(one)) is not None and arn.service == action.partition(":")[0])
    if given:
        return given[:1]
    formats = _formats(action) or known
    filled = {_filled(text, key, places) for text in formats}
    # of the formats that the event names something of, the one that it leaves least open
    named = sorted((arn.count("*"), arn) for arn, names in filled if names)
    if named:
        return (named[0][1],)
    return tuple(sorted(arn for arn, _ in filled)) or ("*",)


def _places(key: Key) -> dict[str, str]:
    slots = trail().slots.get(label(key.source), ())
    return {slot.place: value for slot, value in zip(slots, key.names, strict=False) if value is not None}


def _formats(action: str) -> tuple[str, ...]:
    prefix = action.partition(":")[0]
    record = action_of(action)
    if record is None or prefix == "apigateway":
        return ()
    kinds = published(prefix)["resourceTypes"]
    return tuple(text for kind, _ in record["resources"] for text in formats_of(kinds[kind]))


def _filled(text: str, key: Key, places: Mapping[str, str]) -> tuple[str, bool]:
    """An ARN format with what the event says → the ARN, and whether it names something."""
    named = False

    def place(match: re.Match[str]) -> str:
        nonlocal named
        fixed = {"Partition": partition_of(key.region), "Region": key.region or "*", "Account": key.account or "*"}.get(match[1])
        if fixed is not None:
            return fixed
        value = places.get(match[1])
        if value is None:
            return "*"
        named = True
        return _name(match[1], value)

    filled = _PLACE.sub(place, text)
    if "/restapis" in filled or "/apis" in filled:
        for name in ("RestApiId", "ApiId"):
            if name in places:
                filled, named = re.sub(r"(/(?:restapis|apis)/)\*", rf"\g<1>{places[name]}", filled, count=1), True
    return filled, named


def _name(place: str, value: str) -> str:
    """The name in a parameter: the last part of a URL; some places leave out the slash that a path begins with."""
    if value.startswith(("https://", "http://")):
        return value.rpartition("/")[2]
    return value.lstrip("/") if place.endswith("WithoutLeadingSlash") else value
