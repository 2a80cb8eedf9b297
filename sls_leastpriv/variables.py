"""AWS-backed variables: what their text says about the parameter, object, stack or key that resolving them reads.

Forms: https://www.serverless.com/framework/docs/providers/aws/guide/variables
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sls_leastpriv.facts.lookup import Facts
from sls_leastpriv.model import Stack, Variable
from sls_leastpriv.resolve.unknown import UNKNOWN_ACCOUNT, UNKNOWN_REGION
from sls_leastpriv.resolve.values import Text, Value, concatenate

_FLAGS: Final = frozenset({"raw", "noDecrypt", "decrypt"})
"""What may stand between the parentheses beside a region."""

_RESOLVERS: Final = ("ssm", "s3", "cf")
"""What Serverless 4 reads by `${aws:…}`: `${aws:ssm:/name}`, `${aws:s3:bucket/key}`, `${aws:cf:stack.output}`.

https://github.com/serverless/serverless/blob/main/packages/sf-core/src/lib/resolvers/providers/aws/aws.js
"""

_SECRET: Final = "/aws/reference/secretsmanager/"
"""How the name of a parameter begins that stands for a secret.

https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
"""


def variable_text(variable: Variable) -> str:
    """The variable as the user wrote it."""
    params = f"({', '.join(variable.params)})" if variable.params else ""
    return f"${{{variable.source}{params}:{variable.address}}}"


def variable_facts(variable: Variable, stack: Stack, read: Callable[[str], Value]) -> Facts:
    """The facts that the entry of the variable's source asks about.

    `Address`, `Region`, `Params`; `Resolver`, which is the source, or what `${aws:…}` names; `Decrypted`; and the parts of the
    address: `Object` (`bucket/key`), `StackRead`, `Secret`.
    """
    resolver, written = _resolver(variable)
    address = read(written)
    regions = [param for param in variable.params if param not in _FLAGS]
    region: Value = read(regions[0]) if regions else (stack.region or UNKNOWN_REGION)
    root: dict[str, Any] = {
        "Partition": stack.partition,
        "Account": stack.account or UNKNOWN_ACCOUNT,
        "Region": region,
        "Resolver": resolver,
        "Address": address,
        "Object": _after(_after(address, "s3://"), f"arn:{stack.partition}:s3:::"),
        "StackRead": _before(address, "."),
        "Secret": _before(_after(address, _SECRET), ":"),
        "Params": list(variable.params),
    }
    if "noDecrypt" not in variable.params:
        root["Decrypted"] = True
    return Facts(root)


def _resolver(variable: Variable) -> tuple[str, str]:
    """What reads the variable, and the address that it reads."""
    head, separator, rest = variable.address.partition(":")
    if variable.source == "aws" and separator and head in _RESOLVERS:
        return head, rest
    return variable.source, variable.address


def _after(value: Value, prefix: str) -> Value:
    """The text behind a prefix; the text itself when it does not start with it."""
    if isinstance(value, str):
        return value.removeprefix(prefix)
    if isinstance(value, Text) and isinstance(value.parts[0], str):
        return concatenate([value.parts[0].removeprefix(prefix), *value.parts[1:]])
    return value


def _before(value: Value, separator: str) -> Value:
    """The part of a text in front of the first separator; a text with unknown parts is cut where the separator is seen."""
    if isinstance(value, str):
        return value.partition(separator)[0]
    if not isinstance(value, Text):
        return value
    kept: list[Value] = []
    for part in value.parts:
        if isinstance(part, str) and separator in part:
            kept.append(part.partition(separator)[0])
            break
        kept.append(part)
    return concatenate(kept)
