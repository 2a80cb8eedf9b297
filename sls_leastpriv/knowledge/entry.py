"""What an entry of the knowledge is, once read: frozen, typed, the same for our own entries, the registry fallback and overlays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sls_leastpriv.knowledge.when import Expression
from sls_leastpriv.model import Condition, Phase, Principal


@dataclass(frozen=True, slots=True)
class Clause:
    """Actions per phase, on which resources, under which circumstances, and why.

    `on` holds `*`, the name of one of the entry's ARNs, or a text with `${…}` places. `reference` names the kind of reference
    that a property holds (`iam-role`, `kms-key`, …). `commands` are the Framework commands in which it holds. `unscoped` are the
    actions of the clause that IAM authorises on `*` only.
    """

    actions: Mapping[Phase, tuple[str, ...]]
    on: tuple[str, ...]
    why: str
    source: str
    when: Expression | None = None
    for_each: tuple[str, ...] | None = None
    reference: str | None = None
    given: tuple[Condition, ...] = ()
    unscoped: frozenset[str] = frozenset()
    principal: Principal | None = None
    frameworks: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    assumed: str | None = None


@dataclass(frozen=True, slots=True)
class EntryGap:
    """What cannot be known about a subject, always or where `when` holds."""

    reason: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """How a resource gets its name: a property, else a generated pattern within `limit` characters."""

    property: tuple[str, ...] | None = None
    generated: str = "*"
    limit: int | None = None
    lower: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known about one resource type, plugin, variable source or Framework command."""

    key: str
    source: str
    clauses: tuple[Clause, ...] = ()
    naming: Naming = field(default_factory=Naming)
    arns: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    tag_property: str | None = None
    stack_tags: bool = True
    commands: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    gaps: tuple[EntryGap, ...] = ()


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """The compiled form of an entry; what equals its default is left out."""
    naming = entry.naming
    document = {
        "key": entry.key,
        "source": entry.source,
        "clauses": [_clause_to_json(clause, entry.source) for clause in entry.clauses],
        "name": {
            "property": list(naming.property) if naming.property else None,
            "generated": naming.generated,
            "limit": naming.limit,
            "lower": naming.lower,
        },
        "arns": dict(entry.arns),
        "returns": dict(entry.returns),
        "tagProperty": entry.tag_property,
        "noStackTags": not entry.stack_tags,
        "commands": list(entry.commands),
        "frameworks": list(entry.frameworks),
        "gaps": [[gap.reason, gap.when] for gap in entry.gaps],
    }
    return {key: value for key, value in document.items() if value}


def _clause_to_json(clause: Clause, source: str) -> dict[str, Any]:
    document = {
        "actions": {phase: list(actions) for phase, actions in clause.actions.items()},
        "on": list(clause.on),
        "why": clause.why,
        "source": clause.source if clause.source != source else None,
        "when": clause.when,
        "each": list(clause.for_each) if clause.for_each is not None else None,
        "as": clause.reference,
        "given": [[condition.operator, condition.key, list(condition.values)] for condition in clause.given],
        "unscoped": sorted(clause.unscoped),
        "principal": clause.principal,
        "frameworks": list(clause.frameworks),
        "commands": list(clause.commands),
        "assumed": clause.assumed,
    }
    return {key: value for key, value in document.items() if value or (key == "each" and value is not None)}


def entry_from_json(document: Mapping[str, Any]) -> Entry:
    """The reverse of `entry_to_json`."""
    name = document.get("name", {})
    return Entry(
        key=document["key"],
        source=document["source"],
        clauses=tuple(_clause_from_json(clause, document["source"]) for clause in document.get("clauses", ())),
        naming=Naming(
            property=tuple(name["property"]) if name.get("property") else None,
            generated=name.get("generated", "*"),
            limit=name.get("limit"),
            lower=name.get("lower", False),
        ),
        arns=document.get("arns", {}),
        returns=document.get("returns", {}),
        tag_property=document.get("tagProperty"),
        stack_tags=not document.get("noStackTags", False),
        commands=tuple(document.get("commands", ())),
        frameworks=tuple(document.get("frameworks", ())),
        gaps=tuple(EntryGap(reason, _tree(when)) for reason, when in document.get("gaps", ())),
    )


def _clause_from_json(document: Mapping[str, Any], source: str) -> Clause:
    return Clause(
        actions={phase: tuple(actions) for phase, actions in document["actions"].items()},
        on=tuple(document["on"]),
        why=document["why"],
        source=document.get("source", source),
        when=_tree(document["when"]) if "when" in document else None,
        for_each=tuple(document["each"]) if "each" in document else None,
        reference=document.get("as"),
        given=tuple(Condition(operator, key, tuple(values)) for operator, key, values in document.get("given", ())),
        unscoped=frozenset(document.get("unscoped", ())),
        principal=document.get("principal"),
        frameworks=tuple(document.get("frameworks", ())),
        commands=tuple(document.get("commands", ())),
        assumed=document.get("assumed"),
    )


def _tree(node: Any) -> Any:
    return tuple(_tree(child) for child in node) if isinstance(node, list) else node
