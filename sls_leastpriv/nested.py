"""Finds the template of a nested stack among those at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sls_leastpriv.bind import BoundResource
from sls_leastpriv.resolve.values import Text, Unresolved


def nested_template(resource: BoundResource, nested: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The template that a nested stack's `TemplateURL` names, by the last part of its path."""
    url = resource.value_of("TemplateURL")
    last = url.parts[-1] if isinstance(url, Text) else url
    if isinstance(last, Unresolved) or not isinstance(last, str):
        return None
    return nested.get(last.rsplit("/", 1)[-1])
