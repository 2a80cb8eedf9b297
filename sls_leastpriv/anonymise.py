"""Takes accounts and principals out of a text, so that a report can be shown to anybody. The same stays the same within a text."""

from __future__ import annotations

import re
from typing import Final

_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_PRINCIPAL: Final = re.compile(r"(arn:[\w-]+:(?:iam|sts)::)([^:\s\"'`]*):(user|role|assumed-role|federated-user)/([^\s\"'`,;)]+)")
_ORGANIZATION: Final = re.compile(r"\bo-[a-z0-9]{10,32}\b")
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


class Anonymiser:
    """Replaces account ids, the given principals, sessions, organizations and mail addresses."""

    def __init__(self, principals: frozenset[str]) -> None:
        """`principals` are ARNs; a role counts whatever session acts for it."""
        self._principals = {_identity(one) for one in principals}
        self._names: dict[str, str] = {}
        self._accounts: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text without them."""
        text = _PRINCIPAL.sub(self._principal, text)
        text = _ACCOUNT.sub(lambda match: self._account(match[0]), text)
        return _ADDRESS.sub("somebody@example.com", _ORGANIZATION.sub("o-exampleorgid", text))

    def _principal(self, match: re.Match[str]) -> str:
        start, account, kind, rest = match.groups()
        identity = _identity(match[0])
        if identity not in self._principals:
            return match[0]
        name = self._names.setdefault(identity, f"principal-{len(self._names) + 1}")
        session = "/session" if kind == "assumed-role" and "/" in rest else ""
        return f"{start}{account}:{kind}/{name}{session}"

    def _account(self, account: str) -> str:
        number = len(self._accounts) + 1
        return self._accounts.setdefault(account, str(number % 10) * 12 if number < 10 else f"{number:012d}")


def _identity(arn: str) -> str:
    """What is the same for a role and all of its sessions: the kind and the name, without a path."""
    match = _PRINCIPAL.match(arn)
    if match is None:
        return arn
    kind, rest = match[3], match[4]
    if kind == "assumed-role":
        return f"role/{rest.partition('/')[0]}"
    return f"{kind}/{rest.rpartition('/')[2]}"
