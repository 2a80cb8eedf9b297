"""Which resource of a stack a message is about, and in which phase: what the line before it, or the columns beside it, say."""

from __future__ import annotations

import re
from typing import Final

from sls_leastpriv.learn.denial import Place
from sls_leastpriv.model import Phase

_TYPE: Final = r"(?P<type>(?:AWS|Custom|[A-Z]\w+)::[\w:@-]+)"
_ID: Final = r"(?P<id>[A-Za-z][A-Za-z0-9]{0,254})"
_BARE: Final = r"(?P<bare>[A-Za-z][A-Za-z0-9]{0,254})"
_STATUS: Final = r"(?P<status>CREATE|UPDATE|DELETE|IMPORT|ROLLBACK|UPDATE_ROLLBACK)_(?:FAILED|IN_PROGRESS)"

_FORMS: Final = tuple(
    re.compile(text)
    for text in (
        rf"{_STATUS}: {_ID} \({_TYPE}\)",  # serverless 3, osls
        rf"{_STATUS}[\s|,-]+{_TYPE}[\s|,-]+(?:[^\n|]*?\({_ID}\)|{_BARE})",  # events as SAM, the CDK and `-v` print them
        rf"Resource Name: {_ID} \({_TYPE}\)(?:\s+Event Type: (?P<event>create|update|delete))?",  # Amplify
        rf"ResourceLogicalId: ?{_ID}, ResourceType: ?{_TYPE}",  # stack sets
        rf"An error occurred: {_ID} - ",  # serverless 1 and 2
        rf"{_STATUS}[^\n]*?\| {_TYPE}",
        rf"provisioning your stack: {_ID} - ",
    )
)
_NEAR: Final = 420

_PHASES: Final[dict[str, Phase]] = {
    "CREATE": "create",
    "UPDATE": "update",
    "DELETE": "delete",
    "IMPORT": "create",
    "ROLLBACK": "delete",
    "UPDATE_ROLLBACK": "update",
}


def place_before(text: str, offset: int, since: int) -> Place | None:
    """The place that the text in front of `offset` names last, not looking further back than `since`."""
    near = text[max(offset - _NEAR, since) : offset]
    found = [match for form in _FORMS for match in form.finditer(near)]
    if not found:
        return None
    last = max(found, key=lambda match: match.end())
    groups = last.groupdict()
    status, event = groups.get("status"), groups.get("event")
    phase = _PHASES.get(status or "", None) if status else _PHASES.get((event or "").upper())
    logical_id = groups.get("id") or groups.get("bare")
    return Place(logical_id, groups.get("type"), phase) if logical_id else None


def phase_of(status: str) -> Phase | None:
    """`UPDATE_FAILED` and other states of a resource → the phase."""
    return next((phase for name, phase in sorted(_PHASES.items(), reverse=True) if status.startswith(f"{name}_")), None)
