"""What identity policies grant, action by action: their statements expanded by AWS's published list of actions.

An action is granted where a statement may allow it, under a condition too; one that a statement denies everywhere, or that no
statement of the permissions boundary is about, is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sls_leastpriv.check.evidence import Document
from sls_leastpriv.knowledge.published import PUBLISHED, published
from sls_leastpriv.policy.wildcards import parse, regex


@dataclass(frozen=True, slots=True)
class Grant:
    """One `Allow` statement, the published actions that it names, and on which resources."""

    policy: str
    position: int
    patterns: tuple[str, ...]
    actions: frozenset[str]
    resources: tuple[str, ...]
    all_but: bool
    conditional: bool


def grants_of(identity: Sequence[Document], boundary: Sequence[Document] | None) -> tuple[Grant, ...]:
    """The grants that are left of the identity policies."""
    denied = frozenset(action for policy in (*identity, *(boundary or ())) for action in _denied_everywhere(policy))
    limit = (
        None if boundary is None else frozenset(action for policy in boundary for one in _allows(policy) for action in one.actions)
    )
    found = []
    for policy in identity:
        for grant in _allows(policy):
            actions = grant.actions - denied if limit is None else (grant.actions - denied) & limit
            found.append(
                Grant(grant.policy, grant.position, grant.patterns, actions, grant.resources, grant.all_but, grant.conditional)
            )
    return tuple(found)


def _allows(policy: Document) -> Iterator[Grant]:
    for position, statement in _statements(policy):
        if statement.get("Effect") != "Allow":
            continue
        patterns = _texts(statement, "Action")
        all_but = "NotResource" in statement
        yield Grant(
            policy=policy.name,
            position=position,
            patterns=patterns,
            actions=_named(statement),
            resources=_texts(statement, "NotResource" if all_but else "Resource"),
            all_but=all_but,
            conditional=bool(statement.get("Condition")),
        )


def _denied_everywhere(policy: Document) -> Iterator[str]:
    for _, statement in _statements(policy):
        if statement.get("Effect") == "Deny" and not statement.get("Condition") and "*" in _texts(statement, "Resource"):
            yield from _named(statement)


def _statements(policy: Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    statements = policy.document.get("Statement", ())
    yield from enumerate([statements] if isinstance(statements, Mapping) else statements, 1)


def _named(statement: Mapping[str, Any]) -> frozenset[str]:
    """The published actions that a statement is about."""
    if "NotAction" in statement:
        spared = _expand(_texts(statement, "NotAction"), _services())
        return frozenset(action for service in _services() for action in _actions(service)) - spared
    patterns = _texts(statement, "Action")
    whole = {pattern.partition(":")[0].lower() for pattern in patterns}
    wild = any("*" in service or "?" in service for service in whole)
    return _expand(patterns, _services() if wild else whole)


def _expand(patterns: Iterable[str], services: Iterable[str]) -> frozenset[str]:
    matches = _matcher(patterns)
    return frozenset(action for service in services for action in _actions(service) if matches.fullmatch(action.lower()))


def _matcher(patterns: Iterable[str]) -> re.Pattern[str]:
    return regex(tuple(parse(pattern.lower(), "text") for pattern in patterns))


def _actions(service: str) -> Iterator[str]:
    yield from (f"{service}:{action}" for action in published(service)["actions"])


def _services() -> list[str]:
    return sorted(path.stem for path in PUBLISHED.glob("*.json"))


def _texts(statement: Mapping[str, Any], element: str) -> tuple[str, ...]:
    value = statement.get(element, ())
    return (value,) if isinstance(value, str) else tuple(value)
