"""Looks into the published tables: actions, the resource types they are authorised on, and those that are not published."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.load import DATA

PUBLISHED: Final = DATA / "published" / "actions"

_PREFIX: Final = re.compile(r"[a-z0-9-]+")

_AWS_POLICY: Final = re.compile(r"arn:[^:]+:iam::aws:policy/(.+)")


@cache
def published(prefix: str) -> Mapping[str, Any]:
    """The published actions of one IAM prefix; empty for a prefix that is not published."""
    path = PUBLISHED / f"{prefix}.json"
    if not _PREFIX.fullmatch(prefix) or not path.exists():
        return {"actions": {}, "resourceTypes": {}}
    document: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@cache
def unpublished() -> Mapping[str, Any]:
    """Actions that are real though the Service Authorization Reference does not list them."""
    path = DATA / "unpublished.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


@cache
def tag_exclusions() -> Mapping[str, str]:
    """IAM prefixes and actions that cannot be held to a tag, each with the reason, whatever condition keys are published."""
    found = tomllib.loads((DATA / "tag_conditions.toml").read_text("utf-8"))
    return {name: record["reason"] for name, record in found.items()}


def action_of(name: str) -> Mapping[str, Any] | None:
    """`lambda:CreateFunction` → its published record, None when it is not published."""
    prefix, _, action = name.partition(":")
    found: Mapping[str, Any] | None = published(prefix)["actions"].get(action)
    return found


@cache
def create_only(type_name: str) -> frozenset[str] | None:
    """The properties that are set when a resource is created and never again, by their first step; None for an unpublished type."""
    parts = type_name.split("::")
    path = DATA / "published" / "registry" / f"{parts[1].lower() if len(parts) == 3 else type_name}.json"
    record = json.loads(path.read_text("utf-8")).get(type_name) if path.exists() else None
    return None if record is None else frozenset(name.partition("/")[0].partition(".")[0] for name in record.get("createOnly", ()))


def managed_policy(arn: str) -> Mapping[str, Any] | None:
    """The document of a policy that AWS manages, by its ARN; None for one that is not known, and for policies of an account.

    The file is large and few of its lines are needed, so it is not parsed as a whole.
    """
    name = _AWS_POLICY.fullmatch(arn)
    start = f"\n{json.dumps(name[1])}:" if name is not None else None
    text = _managed_policies() if start is not None else ""
    place = text.find(start) if start is not None else -1
    if start is None or place < 0:
        return None
    line = text[place + len(start) : text.index("\n", place + len(start))]
    document: Mapping[str, Any] = json.loads(line.removesuffix(","))
    return document


@cache
def _managed_policies() -> str:
    return (DATA / "published" / "managed_policies.json").read_text("utf-8")


def formats_of(kind: Mapping[str, Any]) -> tuple[str, ...]:
    """The ARN formats of a published resource type; the reference joins those of one name with commas."""
    return tuple(part.strip() for part in kind["arn"].split(","))
