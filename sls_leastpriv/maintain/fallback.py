"""The registry fallback: an entry made from the published tables, for each type that has no reviewed one.

It is complete by the schema's word and as narrow as the published ARN formats and the type's own properties allow. Permissions of
other services are scoped by the rules of `data/fallback.toml`, else to the role, key, bucket or secret property that the schema
shows; where it shows none, the grant says that it is assumed. What would make the deployer an administrator, if it were granted on
everything of a kind, is withheld: a gap says so.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.entry import Clause, Entry, EntryGap, Naming
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of, formats_of, published
from sls_leastpriv.knowledge.when import Expression
from sls_leastpriv.maintain.entry_grants import is_whole_kind
from sls_leastpriv.maintain.fallback_rules import dangerous, follows, rules_for
from sls_leastpriv.maintain.published_places import Places
from sls_leastpriv.model import PHASES, Condition, Phase

SOURCE: Final = "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
BLANKET: Final = 40
"""A wildcard of a schema that stands for more actions than this says nothing about what the type needs."""

HELPERS: Final = frozenset({"ec2", "iam", "kms", "logs", "organizations", "route53", "s3", "secretsmanager", "sso"})
"""Services that others call so often that they outnumber a type's own calls."""

REGISTRY: Final = DATA / "published" / "registry"

_WHY: Final = "the registry schema lists it for the type's handlers"
_WHY_TAGS: Final = "the registry schema lists it for the type's tags"
_WHY_PROPERTY: Final = "the registry schema lists it, and this property names what it is for"
_WHY_FOLLOWS: Final = "the registry schema lists it, and it is for what this property switches on"
_UNTOLD: Final = "the registry schema lists this permission of another service without saying for which resource"

_ANYONE: Final = (Condition("StringLike", "iam:PassedToService", ("*.amazonaws.com",)),)
_KINDS: Final = {"iam": "iam-role", "sts": "iam-role", "kms": "kms-key", "secretsmanager": "secret"}
_FIELDS: Final = {"iam-role": ("roles", "role"), "kms-key": ("keys", "key"), "secret": ("secrets", "Secret")}
"""Kind of reference → the field of the record with such properties, and the published resource type."""


@dataclass(frozen=True, slots=True)
class Group:
    """What actions must share to stand in one clause."""

    on: tuple[str, ...]
    why: str
    reference: str | None = None
    given: tuple[Condition, ...] = ()
    assumed: str | None = None
    when: Expression | None = None
    source: str = SOURCE


def fallback_entries() -> Iterator[Entry]:
    """An entry for every type whose schema lists handler permissions, in the order of the files."""
    for path in sorted(REGISTRY.glob("*.json")):
        records: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text("utf-8"))
        for type_name, record in sorted(records.items()):
            if record.get("handlers") is not False:
                yield fallback_entry(type_name, record)


def fallback_entry(type_name: str, record: Mapping[str, Any]) -> Entry:
    """The entry that a type's registry record makes."""
    return _FallbackType(type_name, record).entry()


class _FallbackType:
    """One type of the registry."""

    def __init__(self, type_name: str, record: Mapping[str, Any]) -> None:
        self._type = type_name
        self._record = record
        self._prefix = self._own_prefix()
        self._fill = Places(record, self._prefix, self._own_published())
        self._tag_actions = frozenset(record.get("tagging", {}).get("permissions", ()))
        self._blanket = tuple(wild for wild, number in record.get("expanded", {}).items() if number > BLANKET)

    def entry(self) -> Entry:
        """The entry: one clause per group of actions that share their resources."""
        groups: dict[Group, dict[Phase, list[str]]] = {}
        for phase in PHASES:
            for action in self._actions(phase):
                for group in self._groups(action):
                    groups.setdefault(group, {}).setdefault(phase, []).append(action)
        tagging = self._record.get("tagging", {})
        tag_path = tagging.get("property")
        own = self._own_format()
        return Entry(
            key=self._type,
            source=SOURCE,
            clauses=tuple(_clause(group, phases) for group, phases in groups.items()),
            naming=Naming(property=self._name_property()),
            arns={"self": own} if own is not None else {},
            returns=self._returns(),
            tag_property=tag_path.split("/")[-1] if tag_path else None,
            stack_tags=bool(tagging.get("taggable")),
            gaps=self._gaps(),
        )

    def _actions(self, phase: Phase) -> list[str]:
        listed = [action for action in self._record.get(phase, ()) if not any(_of(wild, action) for wild in self._blanket)]
        if phase == "update":
            # an update can change tags, and its rollback changes them back
            listed += [action for action in sorted(self._tag_actions) if action not in listed]
        return listed

    def _groups(self, action: str) -> Iterable[Group]:
        if action.partition(":")[0] != self._prefix:
            return self._foreign(action)
        if action in self._tag_actions:
            return (Group(self._places(action), _WHY_TAGS, when=("tags",)),)
        return (Group(self._places(action), _WHY),)

    def _foreign(self, action: str) -> Iterator[Group]:
        """A permission of another service: as a rule says, else for the property that names its resource, if there is one."""
        rules = rules_for(self._type, action, self._record) if _is_scoped(action) else ()
        granted = [rule for rule in rules if rule.withheld is None]
        for rule in granted:
            yield Group(rule.on, rule.why, rule.reference, rule.given, rule.assumed, rule.when, rule.source)
        if not rules:
            found = self._by_properties(action)
            if not any(is_whole_kind(place) for place in found.on) or dangerous(action) is None:
                yield found

    def _by_properties(self, action: str) -> Group:
        service = action.partition(":")[0]
        kind = _KINDS.get(service)
        if kind is not None and self._paths(_FIELDS[kind][0]) and _FIELDS[kind][1] in _kinds_of(action):
            given = _ANYONE if action == "iam:PassRole" else ()
            return Group(self._paths(_FIELDS[kind][0]), _WHY_PROPERTY, kind, given)
        if service == "s3" and self._paths("buckets"):
            return Group(self._bucket_places(action), _WHY_PROPERTY)
        when = follows(action, self._record)
        why = _WHY if when is None else _WHY_FOLLOWS
        return Group(self._places(action, own=False), why, assumed=_UNTOLD if _is_scoped(action) else None, when=when)

    def _withheld(self) -> Iterator[str]:
        """What is not granted though the schema lists it, as the reasons of gaps."""
        for action in sorted({action for phase in PHASES for action in self._actions(phase)}):
            if action.partition(":")[0] == self._prefix or any(True for _ in self._foreign(action)):
                continue
            told = [rule.withheld for rule in rules_for(self._type, action, self._record)]
            reason = told[0] if told else dangerous(action)
            yield (
                f"the registry schema lists `{action}` without saying for which resource; it is not granted: {reason}. "
                "If a deploy is denied it, add it to the project's own knowledge for the resource that the denial names"
            )

    def _paths(self, kind: str) -> tuple[str, ...]:
        return tuple("${" + path + "}" for path in self._record.get(kind, ()))

    def _bucket_places(self, action: str) -> tuple[str, ...]:
        record = action_of(action) or {"resources": []}
        tail = "/*" if any(name == "object" for name, _ in record["resources"]) else ""
        return tuple("${" + path + " as s3-bucket}" + tail for path in self._record["buckets"])

    def _places(self, action: str, *, own: bool = True) -> tuple[str, ...]:
        """The ARNs that an action can be authorised on, as far as the type's own properties fill them."""
        record = action_of(action)
        if record is None or not record["resources"]:
            return ("*",)
        prefix = action.partition(":")[0]
        kinds = published(prefix)["resourceTypes"]
        of_type = self._own_published() if own else None
        listed = [(arn, required) for name, required in record["resources"] if name in kinds for arn in formats_of(kinds[name])]
        if of_type is not None and any(arn == of_type for arn, _ in listed):
            # an optional resource type of another name is another type's business: TagResource lists all of the service
            listed = [(arn, required) for arn, required in listed if required or arn == of_type]
        formats = [arn for arn, _ in listed]
        if not formats:
            return ("*",)
        return tuple(dict.fromkeys(self._fill.filled(arn, prefix) for arn in formats))

    def _own_prefix(self) -> str:
        """The IAM prefix of the type's own service: the namespace where it is one, else the most frequent but of helpers."""
        counted: Counter[str] = Counter(action.partition(":")[0] for phase in PHASES for action in self._record.get(phase, ()))
        namespace = self._type.split("::")[1].lower()
        own = counted.keys() - HELPERS or {prefix for prefix in counted if namespace.startswith(prefix)}
        if namespace in counted or not own:
            return namespace
        return max(sorted(own), key=lambda prefix: counted[prefix])

    def _own_published(self) -> str | None:
        """The published ARN format of the type itself: the resource type of its name, or what its deletion is authorised on."""
        wanted = self._type.split("::")[2].lower()
        kinds = published(self._prefix)["resourceTypes"]
        same = [name for name in kinds if re.sub(r"[^a-z0-9]", "", name.lower()) == wanted]
        found = same or self._deleted(kinds)
        return formats_of(kinds[found[0]])[0] if found else None

    def _deleted(self, kinds: Mapping[str, Any]) -> list[str]:
        """The one resource type that the one deleting action of the type requires; nothing where either are several."""
        deletes = [one for one in self._record.get("delete", ()) if one.startswith(self._prefix + ":Delete")]
        records = [record for action in deletes if (record := action_of(action)) is not None]
        required = {name for record in records for name, needed in record["resources"] if needed}
        return list(required & kinds.keys()) if len(deletes) == len(required) == 1 else []

    def _own_format(self) -> str | None:
        own = self._own_published()
        return None if own is None else self._fill.filled(own, self._prefix)

    def _name_property(self) -> tuple[str, ...] | None:
        identifier = self._record.get("identifier", ())
        if len(identifier) == 1 and identifier[0].lower() in self._fill.settable:
            return (identifier[0],)
        return ("Name",) if "name" in self._fill.settable else None

    def _returns(self) -> dict[str, str]:
        name = self._name_property()
        identifier = self._record.get("identifier", ())
        return {"Ref": "${Name}"} if name is not None and tuple(identifier) == name else {}

    def _gaps(self) -> tuple[EntryGap, ...]:
        unpublished = [
            f"the registry schema lists `{action}`, which is no published IAM action; if a deploy is denied it, please report it"
            for action in self._record.get("unpublished", ())
        ]
        blanket = [
            f"the registry schema lists `{wild}`; which of these actions the type really needs is not known, and none is granted"
            for wild in self._blanket
        ]
        return tuple(EntryGap(reason) for reason in [*unpublished, *blanket, *self._withheld()])


def _clause(group: Group, phases: Mapping[Phase, list[str]]) -> Clause:
    return Clause(
        actions={phase: tuple(sorted(actions)) for phase, actions in phases.items()},
        on=group.on,
        why=group.why,
        source=group.source,
        when=group.when,
        reference=group.reference,
        given=group.given,
        assumed=group.assumed,
    )


def _is_scoped(action: str) -> bool:
    return bool(_kinds_of(action))


@cache
def _kinds_of(action: str) -> frozenset[str]:
    """The published resource types that an action can be authorised on."""
    record = action_of(action)
    return frozenset(name for name, _ in record["resources"]) if record is not None else frozenset()


def _of(wild: str, action: str) -> bool:
    return action.startswith(wild.rstrip("*"))
