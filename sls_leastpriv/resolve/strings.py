"""Reads the strings of a template and a configuration: what in them stands for something that is resolved later."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from sls_leastpriv.model import Stack, Variable
from sls_leastpriv.resolve.unknown import UNKNOWN_ACCOUNT, UNKNOWN_REGION
from sls_leastpriv.resolve.values import Unresolved, Value, concatenate

PLACEHOLDER: Final = re.compile(r"xleastprivvar(\d+)x", re.IGNORECASE)
"""What the plugin puts where an AWS-backed variable stands, while it packages without AWS."""

DYNAMIC_REFERENCE: Final = re.compile(r"\{\{resolve:[^}]*\}\}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"""

_INCOMPLETE: Final = re.compile(f"({PLACEHOLDER.pattern})|({DYNAMIC_REFERENCE.pattern})", re.IGNORECASE)

ACCOUNT_DIGITS: Final = 12
IMAGE_ACCOUNT: Final = "000000000000.dkr.ecr."
"""How the URI of an image begins that packaging would have built and pushed: the plugin does not know the account."""

UNKNOWN_IMAGE: Final = "xleastprivimagex"
"""The repository in the URI of an image whose address is not known while packaging without AWS."""

_IMAGE: Final = Unresolved("the address of the image is resolved by the Framework")
_VARIABLE: Final = Unresolved("a variable is resolved by the Framework")
_DYNAMIC_REFERENCE: Final = Unresolved("a dynamic reference is resolved by CloudFormation")


def read_text(variables: Sequence[Variable], stack: Stack) -> Callable[[str], Value]:
    """A reader of strings: placeholders of variables and dynamic references in them become unresolved parts.

    `${aws:accountId}` and `${aws:region}` are the stack's own, where they are known.
    """
    places = {variable.index: _value_of(variable, stack) for variable in variables}
    account: Value = stack.account if stack.account is not None else UNKNOWN_ACCOUNT

    def read(text: str) -> Value:
        if text.startswith(IMAGE_ACCOUNT) and UNKNOWN_IMAGE in text:
            return _IMAGE
        if text.startswith(IMAGE_ACCOUNT):
            return concatenate([account, read(text[ACCOUNT_DIGITS:])])
        if "xleastprivvar" not in text.lower() and "{{resolve:" not in text:
            return text
        parts: list[Value] = []
        position = 0
        for found in _INCOMPLETE.finditer(text):
            parts.append(text[position : found.start()])
            position = found.end()
            parts.append(places.get(int(found.group(2)), _VARIABLE) if found.group(2) else _DYNAMIC_REFERENCE)
        return concatenate([*parts, text[position:]])

    return read


def _value_of(variable: Variable, stack: Stack) -> Value:
    if variable.source == "aws" and variable.address == "accountId":
        return stack.account if stack.account is not None else UNKNOWN_ACCOUNT
    if variable.source == "aws" and variable.address == "region":
        return stack.region if stack.region is not None else UNKNOWN_REGION
    return Unresolved(f"`${{{variable.source}:…}}` is resolved by the Framework")
