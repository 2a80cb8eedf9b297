"""What a log says of denials. Nouns only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sls_leastpriv.model import Phase, Principal

Layer = Literal["identity", "resource", "boundary", "scp", "rcp", "session", "endpoint", "trust", "account", "unknown"]
"""Which kind of policy denied: `account` stands for what no policy of the account can allow."""


@dataclass(frozen=True, slots=True)
class Place:
    """The resource of a stack that a message is about."""

    logical_id: str
    type: str | None = None
    phase: Phase | None = None


@dataclass(frozen=True, slots=True)
class Denial:
    """One denial, as far as its words tell.

    `actions` are in the published spelling; several are asked for together, or are the candidates where `doubt` says so. `resource`
    is an ARN, a pattern or `*`; None where the words name none. `principal` is an ARN or a name. `explicit` says that a statement
    denies. `whose` is set where the words tell it by themselves. `encoded` is a message for `sts:DecodeAuthorizationMessage`.
    """

    wording: str
    line: int
    text: str
    actions: tuple[str, ...]
    resource: str | None = None
    principal: str | None = None
    layer: Layer = "unknown"
    explicit: bool = False
    place: Place | None = None
    whose: Principal | None = None
    note: str | None = None
    encoded: str | None = None
    doubt: str | None = None
    times: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """What looks like a denial and does not say enough: where it stands, its words, why, and what helps."""

    line: int
    text: str
    reason: str
    help: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All denials of a log, each once, and all that looks like one and could not be read."""

    denials: tuple[Denial, ...]
    unread: tuple[Unread, ...]


def still_encoded(denials: tuple[Denial, ...]) -> tuple[Unread, ...]:
    """Those of which nothing but an encoded message is known, as not read."""
    return tuple(
        Unread(one.line, one.text, "what was denied is only in an encoded message", "`learn --decode` has AWS decode it")
        for one in denials
        if not one.actions
    )
