"""Who a principal is, read from its ARN.

Forms: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, Literal

from sls_leastpriv.errors import UsageError
from sls_leastpriv.resolve.arns import parse_arn

Kind = Literal["user", "role", "federated", "root", "other"]

_SSO_PREFIX: Final = "AWSReservedSSO_"
_SSO_PATH: Final = "/aws-reserved/sso.amazonaws.com/"


@dataclass(frozen=True, slots=True)
class Identity:
    """A principal. `name` is the user's or the role's name; `path` is None where it cannot be known.

    The ARN of an assumed role says the role's name and never its path. `session` says that the principal acts through temporary
    credentials of a role; `long_lived` that it acts through an access key of a user, which carries no session's context.
    """

    kind: Kind
    name: str
    account: str
    partition: str
    path: str | None = None
    session: bool = False
    long_lived: bool = False

    @property
    def arn(self) -> str:
        """The ARN of the user or the role; of a role whose path is not known, as if it had none."""
        if self.kind == "root":
            return f"arn:{self.partition}:iam::{self.account}:root"
        if self.kind in ("user", "role"):
            return f"arn:{self.partition}:iam::{self.account}:{self.kind}{self.path or '/'}{self.name}"
        return f"arn:{self.partition}:sts::{self.account}:{self.name}"

    @property
    def label(self) -> str:
        """The principal for messages: role `deployer` of 111111111111."""
        if self.kind == "root":
            return f"the root user of {self.account}"
        kinds: dict[str, str] = {"federated": "the federated user", "other": "the principal"}
        return f"{kinds.get(self.kind, self.kind)} `{self.name}` of {self.account}"

    @property
    def possible_arns(self) -> tuple[str, ...]:
        """The ARN, or those that a role may have whose path cannot be read: Identity Center's roles have a path of their own."""
        if self.kind == "role" and self.path is None and self.name.startswith(_SSO_PREFIX):
            return (f"arn:{self.partition}:iam::{self.account}:role{_SSO_PATH}{self.name}", self.arn)
        return (self.arn,)


def parse_identity(arn: str, *, long_lived: bool = False) -> Identity | None:
    """The ARN of a principal → who it is; None for what is no principal's ARN."""
    parsed = parse_arn(arn)
    if parsed is None or not parsed.account.isdigit() or parsed.service not in ("iam", "sts"):
        return None
    kind, _, rest = parsed.resource.partition("/")
    of = functools.partial(Identity, account=parsed.account, partition=parsed.partition)
    if parsed.resource == "root":
        return of("root", "root", long_lived=long_lived)
    if parsed.service == "iam" and kind in ("user", "role") and rest:
        path, _, name = rest.rpartition("/")
        found: Kind = "user" if kind == "user" else "role"
        return of(found, name, path=f"/{path}/" if path else "/", long_lived=long_lived and kind == "user")
    if kind == "assumed-role" and rest:
        return of("role", rest.partition("/")[0], session=True)
    if kind == "federated-user" and rest:
        return of("federated", rest)
    return of("other", parsed.resource)


def principal_option(arn: str) -> Identity:
    """What `--principal` names. UsageError unless it is a user, a role or a session of a role."""
    found = parse_identity(arn)
    if found is None or found.kind not in ("user", "role") or not found.name:
        raise UsageError(
            f"`{arn}` is no user, role or session of a role",
            help="give an ARN such as `arn:aws:iam::123456789012:role/deployer`",
        )
    return found
