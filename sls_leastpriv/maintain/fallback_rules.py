"""The fallback's rules for permissions of other services (`data/fallback.toml`): where published facts say more than the schema."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.when import Expression, parse
from sls_leastpriv.model import PHASES, Condition

LINKED: Final = "linked-roles"
"""In a rule's `on`: the service-linked roles of the type's service."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of some permissions of a type: granted `on` something, or withheld for a reason."""

    on: tuple[str, ...]
    why: str
    source: str
    reference: str | None
    given: tuple[Condition, ...]
    when: Expression | None
    assumed: str | None
    withheld: str | None


def rules_for(type_name: str, action: str, record: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules for a permission of a type: all that fit and name the type, else the first of the others that fits.

    `record` is the type's record of the registry. Empty where no rule says anything.
    """
    fitting = list(_fitting(type_name, action, record))
    typed = tuple(rule for table, rule in fitting if "types" in table)
    return typed or tuple(rule for _, rule in fitting[:1])


def _fitting(type_name: str, action: str, record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Rule]]:
    for table in _tables()["rule"]:
        if not _matches(table.get("types", ("*",)), type_name) or not _matches(table["actions"], action):
            continue
        if "lists" in table and not any(table["lists"] in record.get(phase, ()) for phase in PHASES):
            continue
        if "unnamed" in table and record.get(table["unnamed"]):
            continue
        on = _places(table.get("on", ()), type_name)
        if on or "withheld" in table:
            yield table, _rule(table, on)


def _places(on: list[str], type_name: str) -> tuple[str, ...]:
    if on != [LINKED]:
        return tuple(on)
    services = [name for table in _tables()["linked"] if _matches(table["types"], type_name) for name in table["services"]]
    return tuple("arn:${Partition}:iam::${Account}:role/aws-service-role/" + name + "/*" for name in services)


def _rule(table: Mapping[str, Any], on: tuple[str, ...]) -> Rule:
    return Rule(
        on=on,
        why=table["why"],
        source=table["source"],
        reference=table.get("as"),
        given=tuple(
            Condition(operator, key, (value,)) for operator, tests in table.get("given", {}).items() for key, value in tests.items()
        ),
        when=parse(table["when"]) if "when" in table else None,
        assumed=table.get("assumed"),
        withheld=table.get("withheld"),
    )


def follows(action: str, record: Mapping[str, Any]) -> Expression | None:
    """The condition of a permission of another service: one of the properties that it is for is set. None: always.

    Only where the absence of those properties says something, and only where the type has any.
    """
    for table in _tables()["follows"]:
        if _matches(table["actions"], action):
            tests = tuple(("set", tuple(path.split("."))) for path in sorted(_followed(table, record)))
            return None if not tests else tests[0] if len(tests) == 1 else ("or", *tests)
    return None


def _followed(table: Mapping[str, Any], record: Mapping[str, Any]) -> set[str]:
    if "properties" in table:
        named = re.compile(table["properties"])
        settable = set(record.get("properties", ())) - set(record.get("readOnly", ()))
        return {name for name in settable if named.search(name)}
    paths = [path for kind in table["references"] for path in record.get(kind, ())]
    if not table.get("inside"):
        return set(paths)
    objects = {path.split(".")[0] for path in paths if "." in path.removesuffix(".*")}
    return objects if len(objects) == len({path.split(".")[0] for path in paths}) else set()


def dangerous(action: str) -> str | None:
    """Why a permission is never granted on a whole kind of another service: what it could do to all of them. None: it may be."""
    if action in _steps_of_escalation():
        return "on all of them it would let the deployer become others, or give itself any permission"
    return next((str(table["why"]) for table in _tables()["opens"] if action in table["actions"]), None)


@cache
def _steps_of_escalation() -> frozenset[str]:
    """The actions of all published methods of escalation on their target, or on what runs as it."""
    methods = tomllib.loads((DATA / "escalations.toml").read_text("utf-8"))["method"]
    steps = [step for method in methods for step in method["step"] if step.get("on") in ("target", "workload")]
    return frozenset(action for step in steps for action in step["any"])


def _matches(patterns: list[str] | tuple[str, ...], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "fallback.toml").read_text("utf-8"))
