"""Wildcards: `*` is any text, `?` any one character; in an ARN each field is compared on its own.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import cache


def like(pattern: str, text: str) -> bool:
    """Does the text match, in the same case?"""
    return _compiled(pattern).fullmatch(text) is not None


def like_action(pattern: str, action: str) -> bool:
    """Actions are compared without case."""
    return like(pattern.lower(), action.lower())


def arn_like(pattern: str, arn: str) -> bool:
    """A wildcard reaches to the end of its field, but for the last one, which has everything behind the fifth colon."""
    if pattern == "*":
        return True
    fields, values = pattern.split(":", 5), arn.split(":", 5)
    return len(fields) == len(values) and all(map(like, fields, values))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character) or re.escape(character) for character in pattern), re.DOTALL)
