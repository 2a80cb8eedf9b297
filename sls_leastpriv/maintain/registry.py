"""The tables of resource types: `published/registry/<namespace>.json`, from the schemas of the CloudFormation registry.

One line per type; lists are sorted, and a field without content is left out, apart from `tagging`:

    create read update delete   actions of the handler, mended; a handler that the type does not have is absent
    handlers                    false for a type whose schema names no permissions at all
    tagging                     taggable, property (a JSON pointer, or null), permissions (mended), system, onCreate
    identifier                  property paths that make the primary identifier, in their order
    readOnly                    top-level properties that the service sets
    createOnly required         property paths, and top-level properties
    properties                  top-level property → string, integer, number, boolean, object, list, any; joined with | when several
    roles keys buckets secrets subnets securityGroups   property paths that refer to such a resource
    mended                      permission of the schema → the actions that stand for it
    expanded                    wildcard of the schema → how many actions it stood for
    unpublished                 permissions of the schema that are no action, dropped

The `list` handler is left out: a deployment never runs it.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sls_leastpriv.maintain.lines import table
from sls_leastpriv.maintain.references import dotted, references, resolved
from sls_leastpriv.maintain.sources import Schema
from sls_leastpriv.maintain.spelling import Spelling
from sls_leastpriv.model import PHASES

TAGS: Final = "/properties/Tags"
JSON_KINDS: Final = {"array": "list"}


def registry_tables(schemas: Mapping[str, Schema], spelling: Spelling) -> dict[str, dict[str, Any]]:
    """Namespace → type → record."""
    tables: dict[str, dict[str, Any]] = {}
    for type_name, schema in schemas.items():
        tables.setdefault(namespace_of(type_name), {})[type_name] = type_record(schema, spelling)
    return tables


def registry_files(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Every registry table: its path below `published/` → its text."""
    return {f"registry/{namespace}.json": table(records) for namespace, records in tables.items()}


def namespace_of(type_name: str) -> str:
    """`AWS::Lambda::Function` → `lambda`, which names the file of the type."""
    return type_name.split("::")[1].lower()


def type_record(schema: Schema, spelling: Spelling) -> dict[str, Any]:
    """The record of one schema; see the module for its fields."""
    record: dict[str, Any] = {"tagging": _tagging(schema, spelling)}
    handlers = schema.get("handlers")
    if not handlers:
        record["handlers"] = False
    for phase in PHASES:
        if handlers and phase in handlers:
            record[phase] = _mended(handlers[phase].get("permissions", ()), spelling)
    lists = {
        "identifier": [dotted(pointer) for pointer in schema.get("primaryIdentifier", ())],
        "readOnly": sorted(path for path in map(dotted, schema.get("readOnlyProperties", ())) if "." not in path),
        "createOnly": sorted(map(dotted, schema.get("createOnlyProperties", ()))),
        "required": sorted(schema.get("required", ())),
        "properties": {name: kind_of(schema, node) for name, node in schema.get("properties", {}).items()},
        **references(schema),
        **_verdicts(schema, spelling),
    }
    return record | {field: value for field, value in lists.items() if value}


def permissions_of(schema: Schema) -> list[str]:
    """Every distinct permission that a schema names for its handlers but `list`, and for tagging, sorted."""
    handlers = schema.get("handlers") or {}
    named = {name for phase in PHASES for name in handlers.get(phase, {}).get("permissions", ())}
    named.update(_tag_permissions(schema))
    # One schema has an empty string in its list, which says nothing.
    return sorted(named - {""})


def _tag_permissions(schema: Schema) -> Iterable[str]:
    return (schema.get("tagging") or {}).get("permissions") or ()


def _mended(permissions: Iterable[str], spelling: Spelling) -> list[str]:
    return sorted({action for permission in permissions for action in spelling.mend(permission).actions})


def _verdicts(schema: Schema, spelling: Spelling) -> dict[str, Any]:
    """What had to be mended, expanded or dropped."""
    found = {permission: spelling.mend(permission) for permission in permissions_of(schema)}
    return {
        "mended": {was: list(now.actions) for was, now in found.items() if now.kind in ("case", "prefix", "renamed")},
        "expanded": {was: len(now.actions) for was, now in found.items() if now.kind == "expanded"},
        "unpublished": [was for was, now in found.items() if now.kind == "unpublished"],
    }


def _tagging(schema: Schema, spelling: Spelling) -> dict[str, Any]:
    """How tags reach the resource; what a schema leaves out has the default of the registry's own schema.

    https://github.com/aws-cloudformation/cloudformation-cli/blob/master/src/rpdk/core/data/schema/provider.definition.schema.v1.json
    """
    tagging = schema.get("tagging")
    if tagging is None:
        # Before `tagging` there was `taggable`; both default to true, which is wrong for a type without any tag property.
        taggable = bool(schema.get("taggable", True)) and "Tags" in schema.get("properties", {})
        tagging = {"taggable": taggable}
    taggable = bool(tagging.get("taggable", True))
    pointer = tagging.get("tagProperty", TAGS) if taggable else None
    return {
        "taggable": taggable,
        "property": pointer if pointer and pointer.split("/")[2] in schema.get("properties", {}) else None,
        "permissions": _mended(_tag_permissions(schema), spelling),
        "system": taggable and bool(tagging.get("cloudFormationSystemTags", True)),
        "onCreate": taggable and bool(tagging.get("tagOnCreate", True)),
    }


def kind_of(schema: Schema, node: Mapping[str, Any]) -> str:
    """What a property holds, in one word; several words joined with `|`."""
    node = resolved(schema, node)
    kinds = node.get("type")
    if kinds is None:
        return "object" if "properties" in node or "patternProperties" in node else "any"
    words = {JSON_KINDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)}
    return "|".join(sorted(words))
