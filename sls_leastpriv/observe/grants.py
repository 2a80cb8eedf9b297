"""A policy from observation alone: what was used, generalised to the names of the service, so that it fits the next deploy too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sls_leastpriv.learn.clauses import phase_of_action
from sls_leastpriv.model import Cause, Need, Subject
from sls_leastpriv.observe.uses import Use

_MINTED: Final = re.compile(
    r"(?<=[/:])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{10})(?=$|[/:])"
)
_SOURCE: Final = "CloudTrail"


def observed_needs(uses: Iterable[Use], names: Sequence[str]) -> Iterator[Need]:
    """The uses that succeeded, as needs. `names` are those that the service's resources begin with."""
    for use in uses:
        if use.result != "ok":
            continue
        for resource in use.resources:
            yield Need(
                action=use.action,
                resource=generalised(resource, names),
                principal="deployer",
                phases=frozenset({phase_of_action(use.action)}),
                cause=Cause(Subject("event", use.action), f"it was used {use.events} times", _SOURCE),
                conditions=use.conditions,
            )


def generalised(resource: str, names: Sequence[str]) -> str:
    """`…:function:orders-dev-list` → `…:function:orders-dev-*`; ids that services give become `*`."""
    head, colon, name = _parts(resource)
    for one in names:
        name = re.sub(rf"(?<![A-Za-z0-9]){re.escape(one)}-[^/:]*", f"{one}-*", name)
    return f"{head}{colon}{_MINTED.sub('*', colon + name)[len(colon) :]}"


def _parts(resource: str) -> tuple[str, str, str]:
    segments = resource.split(":", 5)
    return (":".join(segments[:5]), ":", segments[5]) if len(segments) == 6 else ("", "", resource)
