"""Looks into the published tables: actions, the resource types they are authorised on, and those that are not published."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.load import DATA

PUBLISHED: Final = DATA / "published" / "actions"


@cache
def published(prefix: str) -> Mapping[str, Any]:
    """The published actions of one IAM prefix; empty for a prefix that is not published."""
    path = PUBLISHED / f"{prefix}.json"
    if not path.exists():
        return {"actions": {}, "resourceTypes": {}}
    document: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@cache
def unpublished() -> Mapping[str, Any]:
    """Actions that are real though the Service Authorization Reference does not list them."""
    path = DATA / "unpublished.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def action_of(name: str) -> Mapping[str, Any] | None:
    """`lambda:CreateFunction` → its published record, None when it is not published."""
    prefix, _, action = name.partition(":")
    found: Mapping[str, Any] | None = published(prefix)["actions"].get(action)
    return found


def formats_of(kind: Mapping[str, Any]) -> tuple[str, ...]:
    """The ARN formats of a published resource type; the reference joins those of one name with commas."""
    return tuple(part.strip() for part in kind["arn"].split(","))
