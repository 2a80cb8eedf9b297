"""How large and how deep a document may be, so that no reader of it runs out of stack, memory or patience.

The bounds hold for the document as it is walked: something that is referred to ten times counts ten times.
"""

from __future__ import annotations

from typing import Any, Final

from sls_leastpriv.errors import ServiceError

# The largest template that CloudFormation takes (1 MB) has some 100,000 values.
MAX_VALUES: Final = 2_000_000

# Python gives up at 1,000 nested calls, and a walk may need several for each level. A Step Functions definition with
# 20 nested `Parallel` states is some 90 levels deep.
MAX_DEPTH: Final = 100


def check_bounds(document: Any, name: str) -> None:
    """Raise ServiceError, which calls it `name`, when the JSON-shaped `document` has too many values or levels.

    Goes level by level, without recursion, and stops as soon as a bound is passed: also for a document that shares
    its parts, and even for one that holds itself.
    """
    level = [document] if isinstance(document, dict | list) else []
    depth = values = 0
    while level:
        depth += 1
        values += sum(map(len, level))
        if depth > MAX_DEPTH:
            raise too_deep(name)
        if values > MAX_VALUES:
            raise too_many(name)
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]


def too_deep(name: str, where: str = "") -> ServiceError:
    """Return the error for a document with too many levels."""
    return ServiceError(
        f"{name} is nested more than {MAX_DEPTH} levels deep{where}",
        help="check what writes it; if a plugin keeps its objects in the configuration, give `--template` alone",
    )


def too_many(name: str) -> ServiceError:
    """Return the error for a document with too many values."""
    return ServiceError(
        f"{name} has more than {MAX_VALUES:,} values once its references are followed",
        help="check what writes this file; a compiled template has at most 500 resources",
    )
