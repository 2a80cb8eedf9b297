"""Reads a resolved serverless configuration: JSON, or YAML with CloudFormation's short forms."""

from __future__ import annotations

from typing import Any

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.bounds import check_bounds
from sls_leastpriv.read.cycled_json import resolve_references
from sls_leastpriv.read.json_text import parse_json


def load_configuration(text: str, name: str) -> dict[str, Any]:
    """The text of a configuration → its object. ServiceError for anything that is no object."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        document = resolve_references(parse_json(text, name))
    else:
        from sls_leastpriv.read.yaml_template import parse_yaml_template

        document = parse_yaml_template(text, name)
    if not isinstance(document, dict):
        raise ServiceError(f"{name} is no serverless configuration", help="give the resolved configuration, an object")
    check_bounds(document, name)
    return document
