"""The registry fallback: an entry made from the published tables, for each type that has no reviewed one.

It is complete by the schema's word and as narrow as the published ARN formats and the type's own properties allow. Permissions of
other services are scoped to the role, key, bucket or secret property that the schema shows; where it shows none, the grant says
that it is assumed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.entry import Clause, Entry, EntryGap, Naming
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of, formats_of, published
from sls_leastpriv.knowledge.when import Expression
from sls_leastpriv.maintain.fallback_conditions import follows
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

Group = tuple[tuple[str, ...], str | None, tuple[Condition, ...], str, str | None, Expression | None]
"""What actions must share to stand in one clause: on, kind of reference, conditions, why, assumption, when."""


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

    def _groups(self, action: str) -> Iterator[Group]:
        if action in self._tag_actions and action.partition(":")[0] == self._prefix:
            yield (self._places(action), None, (), _WHY_TAGS, None, ("tags",))
        elif action.partition(":")[0] == self._prefix:
            yield (self._places(action), None, (), _WHY, None, None)
        else:
            yield self._foreign(action)

    def _foreign(self, action: str) -> Group:
        """A permission of another service: for the property that names its resource, where the schema shows one."""
        service, _, name = action.partition(":")
        if action == "iam:PassRole":
            given = (Condition("StringLike", "iam:PassedToService", ("*.amazonaws.com",)),)
            if self._paths("roles"):
                return (self._paths("roles"), "iam-role", given, _WHY_PROPERTY, None, None)
            return (("arn:${Partition}:iam::${Account}:role/*",), None, given, _WHY, _UNTOLD, None)
        if action == "iam:CreateServiceLinkedRole":
            return (("arn:${Partition}:iam::${Account}:role/aws-service-role/*",), None, (), _WHY, _UNTOLD, None)
        kind = {"kms": ("keys", "kms-key"), "secretsmanager": ("secrets", "secret")}.get(service)
        if service == "iam" and "Role" in name:
            kind = ("roles", "iam-role")
        if kind is not None and self._paths(kind[0]) and _is_scoped(action):
            return (self._paths(kind[0]), kind[1], (), _WHY_PROPERTY, None, None)
        if service == "s3" and self._paths("buckets"):
            return (self._bucket_places(action), None, (), _WHY_PROPERTY, None, None)
        when = follows(action, self._record)
        why = _WHY if when is None else _WHY_FOLLOWS
        return (self._places(action, own=False), None, (), why, _UNTOLD if _is_scoped(action) else None, when)

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
        if namespace in counted or not counted:
            return namespace
        return max(sorted(counted.keys() - HELPERS or counted), key=lambda prefix: counted[prefix])

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
        return tuple(EntryGap(reason) for reason in unpublished + blanket)


def _clause(group: Group, phases: Mapping[Phase, list[str]]) -> Clause:
    on, reference, given, why, assumed, when = group
    return Clause(
        actions={phase: tuple(sorted(actions)) for phase, actions in phases.items()},
        on=on,
        why=why,
        source=SOURCE,
        when=when,
        reference=reference,
        given=given,
        assumed=assumed,
    )


@cache
def _is_scoped(action: str) -> bool:
    record = action_of(action)
    return record is not None and len(record["resources"]) > 0


def _of(wild: str, action: str) -> bool:
    return action.startswith(wild.rstrip("*"))
