"""Reads one entry as people write it (TOML) into an `Entry`. Strict: what is not in the grammar stops the run, naming file and key.

The grammar is in docs/knowledge.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.entry import Clause, Entry, EntryGap, Naming
from sls_leastpriv.knowledge.when import Expression, parse
from sls_leastpriv.model import PHASES, PRINCIPALS, Condition, Phase

Rules = Mapping[str, Mapping[str, Any]]
"""Name of a general rule → its document."""

ENTRY_KINDS: Final = ("type", "command", "plugin", "variable", "feature")

_ENTRY_KEYS: Final = frozenset(
    {*ENTRY_KINDS, "source", "framework", "name", "arn", "returns", "tagging", "need", "use", "dismissed", "example", "gap", "note"}
)
_CLAUSE_KEYS: Final = frozenset(
    {*PHASES, "command", "when", "for_each", "on", "as", "given", "why", "source", "principal", "framework", "assumed"}
)
_TAGGING_KEYS: Final = frozenset({"property", "tag", "untag", "list", "on", "stack_tags", "as"})


@dataclass(frozen=True, slots=True)
class EntryDocument:
    """An entry with what only its tests need: dismissed permissions with their reasons, and examples."""

    kind: str
    entry: Entry
    dismissed: Mapping[str, str]
    examples: tuple[Mapping[str, Any], ...]


def read_document(document: Mapping[str, Any], *, file: str, rules: Rules, own: bool = True) -> EntryDocument:
    """A parsed TOML document → the entry. KnowledgeError naming `file` and the key for anything outside the grammar.

    An entry of ours (`own`) must name a public source; a project's may name what it likes.
    """
    place = _Place(file)
    place.only(document, _ENTRY_KEYS, "")
    kinds = [kind for kind in ENTRY_KINDS if kind in document]
    if len(kinds) != 1:
        raise place.error("", f"needs exactly one of {', '.join(ENTRY_KINDS)}")
    kind = kinds[0]
    source = place.text(document, "source")
    if own and not source.startswith("https://"):
        raise place.error("source", "must be a public https address")
    subject = document[kind]
    clauses = _clauses(document.get("need", ()), source, place, "need")
    clauses += _used(document.get("use", ()), source, place, rules)
    tagging = document.get("tagging")
    if tagging is not None:
        clauses += _tagging_clauses(tagging, source, place)
    entry = Entry(
        key=subject if isinstance(subject, str) else file,
        source=source,
        clauses=tuple(clauses),
        naming=_naming(document.get("name", {}), place),
        arns=_texts(document.get("arn", {}), place, "arn"),
        returns=_texts(document.get("returns", {}), place, "returns"),
        tag_property=tagging.get("property") if tagging is not None else None,
        stack_tags=bool(tagging.get("stack_tags", True)) if tagging is not None else True,
        commands=_strings(subject) if kind == "command" else (),
        frameworks=_strings(document.get("framework", ())),
        gaps=_gaps(document.get("gap", ()), place),
    )
    _check_places(entry, place)
    return EntryDocument(
        kind=kind,
        entry=entry,
        dismissed=_texts(document.get("dismissed", {}), place, "dismissed"),
        examples=tuple(document.get("example", ())),
    )


def _is_bare(text: str) -> bool:
    """Whether a place holds one property alone, which may be anything, and does not say what kind of reference it is."""
    return text.startswith("${") and text.endswith("}") and text.count("${") == 1 and " as " not in text


class _Place:
    """Where in the knowledge we are, for messages."""

    def __init__(self, file: str) -> None:
        self._file = file

    def error(self, key: str, reason: str) -> KnowledgeError:
        where = f"`{self._file}`" + (f", key `{key}`" if key else "")
        return KnowledgeError(f"{where}: {reason}", help="the grammar of entries is in docs/knowledge.md")

    def only(self, table: Mapping[str, Any], allowed: frozenset[str], key: str) -> None:
        for name in table:
            if name not in allowed:
                raise self.error(f"{key}.{name}".lstrip("."), "is not part of the grammar")

    def text(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a text that is not empty")
        return value


def _strings(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _texts(table: Mapping[str, Any], place: _Place, key: str) -> dict[str, str]:
    return {name: place.text(table, name) for name in _mapping(table, place, key)}


def _mapping(value: Any, place: _Place, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise place.error(key, "must be a table")
    return value


def _naming(table: Mapping[str, Any], place: _Place) -> Naming:
    place.only(table, frozenset({"property", "generated", "limit", "lower"}), "name")
    name = table.get("property")
    return Naming(
        property=tuple(name.split(".")) if name else None,
        generated=table.get("generated", "*"),
        limit=table.get("limit"),
        lower=table.get("lower", False),
    )


def _clauses(tables: Iterable[Mapping[str, Any]], source: str, place: _Place, key: str) -> list[Clause]:
    return [_clause(table, source, place, f"{key}[{index}]") for index, table in enumerate(tables)]


def _clause(table: Mapping[str, Any], source: str, place: _Place, key: str) -> Clause:
    place.only(table, _CLAUSE_KEYS, key)
    actions: dict[Phase, tuple[str, ...]] = {phase: _strings(table[phase]) for phase in PHASES if phase in table}
    if not any(actions.values()):
        raise place.error(key, "grants nothing: name actions under create, read, update or delete")
    if "on" not in table:
        raise place.error(f"{key}.on", "is missing")
    principal = table.get("principal")
    if principal is not None and principal not in PRINCIPALS:
        raise place.error(f"{key}.principal", f"`{principal}` is no principal")
    if any("*" in action for names in actions.values() for action in names):
        raise place.error(key, "an action with a wildcard is never granted")
    on = _strings(table["on"])
    if any(_is_bare(text) for text in on) and "as" not in table:
        raise place.error(f"{key}.as", "is missing: say what kind of reference the property holds")
    return Clause(
        actions=actions,
        on=on,
        why=place.text(table, "why"),
        source=table.get("source", source),
        when=_expression(table.get("when"), place, f"{key}.when"),
        for_each=tuple(table["for_each"].split(".")) if "for_each" in table else None,
        reference=table.get("as"),
        given=_given(table.get("given", {}), place, f"{key}.given"),
        principal=principal,
        frameworks=_strings(table.get("framework", ())),
        commands=_strings(table.get("command", ())),
        assumed=table.get("assumed"),
    )


def _gaps(value: Any, place: _Place) -> tuple[EntryGap, ...]:
    """`gap = ["reason"]`, or `[[gap]]` tables with `when` and `reason`."""
    gaps: list[EntryGap] = []
    for index, one in enumerate([value] if isinstance(value, str) else value):
        key = f"gap[{index}]"
        if isinstance(one, str):
            gaps.append(EntryGap(one))
            continue
        place.only(_mapping(one, place, key), frozenset({"when", "reason"}), key)
        gaps.append(EntryGap(place.text(one, "reason"), _expression(one.get("when"), place, f"{key}.when")))
    return tuple(gaps)


def _expression(text: str | None, place: _Place, key: str) -> Expression | None:
    if text is None:
        return None
    try:
        return parse(text)
    except KnowledgeError as error:
        raise place.error(key, error.message) from error


def _given(table: Mapping[str, Any], place: _Place, key: str) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator, name, _strings(values))
        for operator, tests in _mapping(table, place, key).items()
        for name, values in _mapping(tests, place, f"{key}.{operator}").items()
    )


def _used(tables: Iterable[Mapping[str, Any]], source: str, place: _Place, rules: Rules) -> list[Clause]:
    clauses: list[Clause] = []
    for index, table in enumerate(tables):
        key = f"use[{index}]"
        name = place.text(table, "rule")
        rule = rules.get(name)
        if rule is None:
            raise place.error(f"{key}.rule", f"there is no rule `{name}`")
        arguments = {**rule.get("defaults", {}), **{k: v for k, v in table.items() if k not in ("rule", "when", "for_each")}}
        unknown = set(arguments) - set(rule["parameters"])
        missing = set(rule["parameters"]) - set(arguments)
        if unknown or missing:
            raise place.error(key, f"rule `{name}` takes {sorted(rule['parameters'])}")
        for need in rule["need"]:
            filled: dict[str, Any] = {k: _with_arguments(v, arguments) for k, v in need.items()}
            conditions = [f"({part})" for part in (table.get("when"), filled.get("when")) if part]
            if conditions:
                filled["when"] = " and ".join(conditions)
            if "for_each" in table:
                filled["for_each"] = table["for_each"]
            filled.setdefault("source", rule.get("source", source))
            clauses.append(_clause(filled, source, place, key))
    return clauses


def _with_arguments(value: Any, arguments: Mapping[str, Any]) -> Any:
    """`{{name}}` in a rule's texts is the argument of that name; a text that is one place alone may take a list."""
    if isinstance(value, Mapping):
        return {_with_arguments(key, arguments): _with_arguments(child, arguments) for key, child in value.items()}
    if isinstance(value, list):
        items = [_with_arguments(child, arguments) for child in value]
        return [one for item in items for one in (item if isinstance(item, list) else [item])]
    if isinstance(value, str):
        for name, argument in arguments.items():
            if value == "{{" + name + "}}":
                return argument
            if isinstance(argument, str):
                value = value.replace("{{" + name + "}}", argument)
    return value


def _tagging_clauses(table: Mapping[str, Any], source: str, place: _Place) -> list[Clause]:
    """Tag on create and update, read the tags back, untag on update and when a rollback takes new tags away again."""
    place.only(table, _TAGGING_KEYS, "tagging")
    tag, untag, read = (_strings(table.get(key, ())) for key in ("tag", "untag", "list"))
    phases = {"create": tag, "update": (*tag, *untag, *read), "read": read}
    document: dict[str, Any] = {phase: list(actions) for phase, actions in phases.items() if actions}
    if not document:
        return []
    document |= {
        "when": "tags",
        "on": table.get("on", "self"),
        "why": "tags of the resource or of the stack reach it; they are changed by an update and taken away by its rollback",
    }
    if "as" in table:
        document["as"] = table["as"]
    return [_clause(document, source, place, "tagging")]


def _check_places(entry: Entry, place: _Place) -> None:
    for clause in entry.clauses:
        for text in clause.on:
            if text != "*" and text not in entry.arns and not text.startswith(("arn:", "${")):
                raise place.error("on", f"`{text}` is neither `*`, an ARN of the entry, nor an ARN or place")
