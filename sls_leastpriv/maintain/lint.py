"""Says what is unproven in the entries: permissions nobody decided on, actions on resources they cannot be authorised on, clauses
that no example exercises."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.document import EntryDocument
from sls_leastpriv.knowledge.entry import Clause
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of, formats_of, published
from sls_leastpriv.maintain.compile import documents
from sls_leastpriv.maintain.examples import failures, predict_example, service_failures
from sls_leastpriv.model import Need
from sls_leastpriv.policy.patterns import action_covers, intersects

_PLACE: Final = re.compile(r"\$\{[^}]*\}")


def lint(folder: str = "resources") -> Iterator[str]:
    """All findings over the entries below `folder`, one line each."""
    for path, document in documents(folder):
        name = path.relative_to(DATA).as_posix()
        if document.kind != "type":
            findings = [*service_failures(document), *_commandless(document)]
            yield from (f"{name}: {finding}" for finding in findings)
            continue
        for finding in (*_undecided(document), *failures(document), *_misplaced(document), *_unproven(document)):
            yield f"{name}: {finding}"


def _commandless(document: EntryDocument) -> Iterator[str]:
    """Clauses of a plugin that do not say in which command the plugin makes its calls."""
    if document.kind == "plugin":
        for clause in document.entry.clauses:
            if not clause.commands:
                yield f"the clause `{clause.why}` names no command"


def _undecided(document: EntryDocument) -> Iterator[str]:
    """Registry permissions of the type that are neither used by a clause nor dismissed.

    A wildcard of the schema may be dismissed as such: then only those of its actions are looked at that a clause uses.
    """
    used = {action for clause in document.entry.clauses for actions in clause.actions.values() for action in actions}
    listed = _registry_permissions(document.entry.key)
    wild = _registry_wildcards(document.entry.key) & set(document.dismissed)
    listed = {action for action in listed if not any(action_covers(one, action) for one in wild)} | wild
    for action in sorted(listed - used - set(document.dismissed)):
        yield f"`{action}` is listed by the registry, and neither used nor dismissed"
    for action in sorted(set(document.dismissed) - listed):
        yield f"`{action}` is dismissed, but the registry does not list it"
    for action in sorted(set(document.dismissed) & used):
        yield f"`{action}` is dismissed, and used by a clause"


@cache
def _registry(shard: str) -> Mapping[str, Any]:
    path = DATA / "published" / "registry" / f"{shard}.json"
    document: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return document


def _record(type_name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _registry(type_name.split("::")[1].lower()).get(type_name, {})
    return found


def _registry_wildcards(type_name: str) -> set[str]:
    return set(_record(type_name).get("expanded", ()))


def _registry_permissions(type_name: str) -> set[str]:
    record = _record(type_name)
    listed = {action for phase in ("create", "read", "update", "delete") for action in record.get(phase, ())}
    return listed | set(record.get("unpublished", ()))


def _misplaced(document: EntryDocument) -> Iterator[str]:
    """Needs of the examples whose resource is none of those that the action can be authorised on."""
    found: dict[str, None] = {}
    for example in document.examples:
        for need in predict_example(document, example).needs:
            if not _placeable(need):
                found.setdefault(f"`{need.action}` cannot be authorised on `{need.resource}`")
    yield from found


@cache
def _anywhere_in_service() -> Mapping[str, Any]:
    """Actions that are authorised on more resource types of their service than the reference lists for them."""
    return tomllib.loads((DATA / "places.toml").read_text("utf-8"))


def _placeable(need: Need) -> bool:
    record = action_of(need.action)
    if record is None or need.resource == "*":
        return True
    kinds = published(need.action.partition(":")[0])["resourceTypes"]
    names = kinds if need.action in _anywhere_in_service() else [name for name, _ in record["resources"] if name in kinds]
    formats = [_PLACE.sub("*", arn) for name in names for arn in formats_of(kinds[name])]
    return not formats or any(_same_kind(arn, need.resource) for arn in formats)


def _same_kind(arn: str, resource: str) -> bool:
    """Whether an ARN format and a resource can meet, field by field, so that a wildcard at the end does not reach over fields."""
    fields, wanted = arn.split(":", 5), resource.split(":", 5)
    return len(fields) == len(wanted) and all(intersects(field, one) for field, one in zip(fields, wanted, strict=True))


def _unproven(document: EntryDocument) -> Iterator[str]:
    """Clauses that no example exercises, or that every example does though they are conditional."""
    seen = [{(need.cause.why, need.action) for need in predict_example(document, example).needs} for example in document.examples]
    for clause in document.entry.clauses:
        marks = _marks(clause)
        exercised = [bool(marks & needs) for needs in seen]
        if not any(exercised):
            yield f"no example exercises the clause `{clause.why}`"
        elif (clause.when is not None or clause.for_each is not None) and all(exercised):
            yield f"no example goes without the clause `{clause.why}`"
    if document.entry.clauses and not any(example.get("allows") for example in document.examples):
        yield "no example allows anything"
    if document.examples and not any(example.get("omits") for example in document.examples):
        yield "no example omits anything"


def _marks(clause: Clause) -> set[tuple[str, str]]:
    return {(clause.why, action) for actions in clause.actions.values() for action in actions}
