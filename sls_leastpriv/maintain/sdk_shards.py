"""Compiles what turns a call of an SDK into grants: `sdk.json`, and `sdk/<iam-prefix>.json`.

`sdk.json` has one line per service: its names, its IAM prefix, and the operations that need something else than the action of
their own name:

    "lambda":{"names":["lambda"],"prefix":"lambda","operations":{"Invoke":["lambda:InvokeFunction"]}}

`sdk/lambda.json` has one line per resource: the widest of its kind, and the actions that are authorised on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from typing import Any, Final

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import formats_of, published
from sls_leastpriv.knowledge.sdk import WAIT, plain_name
from sls_leastpriv.maintain.sdk_differences import Difference, differences
from sls_leastpriv.maintain.sdk_services import BY_PATH
from sls_leastpriv.policy.patterns import arn_covers

_KEPT: Final = frozenset({"Partition", "Region", "Account"})


def sdk_shards() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every shard: its name, and its content."""
    table: Mapping[str, Any] = json.loads((DATA / "published" / "sdk.json").read_text("utf-8"))
    different = differences()
    services = {name: _service(name, record, different.get(name, Difference())) for name, record in table.items()}
    yield "sdk", services
    permission_only: Mapping[str, Any] = json.loads((DATA / "published" / "permission_only.json").read_text("utf-8"))
    wanted = {action.partition(" ")[0] for service in services.values() for action in _named(service)}
    prefixes = {action.partition(":")[0] for action in wanted}
    prefixes |= {service["prefix"] for service in services.values() if "prefix" in service}
    for prefix in sorted(prefixes):
        left_out = {action for action in permission_only.get(prefix, ()) if f"{prefix}:{action}" not in wanted}
        yield f"sdk/{prefix}", _resources(prefix, left_out)


def _service(name: str, record: Mapping[str, Any], different: Difference) -> dict[str, Any]:
    prefix = different.prefix or record.get("prefix")
    operations = {operation: list(actions) for operation, actions in different.operations.items()}
    for operation, (method, path) in record.get("requests", {}).items():
        operations[operation] = [f"{BY_PATH}:{method} arn:${{Partition}}:{BY_PATH}:${{Region}}::{path}"]
    # services without a prefix have no actions of their own name
    for waiter, operation in record.get("waiters", {}).items() if prefix else ():
        operations[f"{WAIT}{waiter}"] = operations.get(operation, [f"{prefix}:{operation}"])
    names = {plain_name(one) for one in (name, record["id"], *different.names)}
    found = {"names": sorted(names), "prefix": prefix, "operations": operations}
    return {key: value for key, value in found.items() if value}


def _named(service: Mapping[str, Any]) -> Iterator[str]:
    for actions in service.get("operations", {}).values():
        yield from actions


def _resources(prefix: str, left_out: Set[str]) -> dict[str, list[str]]:
    """Pattern → the actions that are authorised on it; `*` for those without a resource."""
    table = published(prefix)
    resources: dict[str, list[str]] = {}
    for action, record in sorted(table["actions"].items()):
        if action in left_out:
            continue
        formats = [one for kind, _ in record["resources"] for one in formats_of(table["resourceTypes"][kind])]
        for pattern in _widest({_any_of_its_kind(one) for one in formats}) or ["*"]:
            resources.setdefault(pattern, []).append(action)
    return resources


def _any_of_its_kind(arn: str) -> str:
    """The ARN format with every part but partition, region and account open."""
    return re.sub(r"\$\{(\w+)\}", lambda place: place[0] if place[1] in _KEPT else "*", arn)


def _widest(patterns: set[str]) -> list[str]:
    """The patterns without those that another one holds."""
    return sorted(one for one in patterns if not any(other != one and arn_covers(_open(other), _open(one)) for other in patterns))


def _open(pattern: str) -> str:
    """The pattern as a policy would hold it, so that it can be compared."""
    return re.sub(r"\$\{\w+\}", "x", pattern)
