"""The policy of one deploy, in the form that `sts:AssumeRole` takes.

A session has what its role allows and its session policies allow, too. One policy is handed over as text, within 2,048 characters;
more than that takes managed policies of the account, at most ten.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sls_leastpriv.declared.identity import Document
from sls_leastpriv.errors import ServiceError
from sls_leastpriv.model import Need
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.size import MANAGED_POLICY, POLICIES_PER_PRINCIPAL, characters
from sls_leastpriv.policy.split import split

TEXT: Final = 2048


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """The whole document, and the managed policies that it is cut into where it is too long to be handed over as text."""

    name: str
    document: Document
    managed: tuple[tuple[str, Document], ...] = ()

    @property
    def size(self) -> int:
        """Its characters."""
        return characters(self.document)


def session_policy(stack_name: str, needs: Iterable[Need]) -> SessionPolicy:
    """The session policy for the deployer's needs. ServiceError where even the managed policies of a session cannot hold it."""
    name = f"{stack_name}-session"
    statements = merge(need for need in needs if need.principal == "deployer")
    document = policy_document(statements)
    if characters(document) <= TEXT:
        return SessionPolicy(name, document)
    parts = split(name, "deployer", statements)
    if len(parts) > POLICIES_PER_PRINCIPAL:
        raise ServiceError(
            f"this deploy needs {characters(document)} characters, and ten session policies hold {MANAGED_POLICY} each",
            help="deploy with the deployer's own policy, or in smaller steps",
        )
    return SessionPolicy(name, document, tuple((one.name, policy_document(one.statements)) for one in parts))
