"""From the words of one message to a denial."""

from __future__ import annotations

import re
from typing import Final, cast

from sls_leastpriv.knowledge.denials import Wording, wordings
from sls_leastpriv.learn.denial import Denial, Layer
from sls_leastpriv.learn.names import (
    account_of,
    actions_named,
    actions_of_operation,
    anywhere,
    beginning_with,
    resource_named,
    service_named,
)
from sls_leastpriv.model import Principal
from sls_leastpriv.resolve.arns import parse_arn

NOT_NAMED: Final = "no action is named"
_CUT: Final = "the message is cut off within the resource"
_SERVICE: Final = re.compile(r"\(?Service: ?(?P<service>[\w ]+?)[,;)]")
_ALLOWED: Final = re.compile(r"allows?(?: the)? [\"']?(?P<action>[\w-]+: ?[\w*]+)")
_BEHIND: Final = 400


def denial_of(wording: Wording, match: re.Match[str], text: str) -> Denial:
    """What a match says. Without `actions` where no published action can be told; `doubt` says why."""
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    principal = _principal(groups.get("principal"))
    because = groups.get("because") or match[0]
    actions, doubt = _actions(wording, groups, text[match.start() : match.end() + _BEHIND])
    resource, unclear = _resource(wording, groups, account_of(principal))
    return Denial(
        wording=wording.name,
        line=0,
        text="",
        actions=actions,
        resource=resource,
        principal=principal,
        layer=cast(Layer, wording.layer) if wording.layer else _layer(because),
        explicit="explicit deny" in re.sub(r"\s+", " ", because).lower() or "explicit" in groups,
        whose=cast(Principal, wording.whose) if wording.whose else None,
        note=wording.note,
        encoded=groups.get("encoded"),
        doubt=doubt or unclear,
    )


def _principal(text: str | None) -> str | None:
    """The principal in one word: a wrapped ARN put together, the words in front of it left out."""
    if text is None:
        return None
    words = re.sub(r"\s+", " ", text).strip(" '\"")
    arn = re.search(r"arn:\S.*", words)
    return re.sub(r"\s", "", arn[0]) if arn else words.rpartition(" ")[2] or None


def _layer(because: str) -> Layer:
    plain = re.sub(r"\s+", " ", because)
    return next((cast(Layer, layer) for pattern, layer in wordings().layers if pattern.search(plain)), "unknown")


def _actions(wording: Wording, groups: dict[str, str], behind: str) -> tuple[tuple[str, ...], str | None]:
    """The actions, and what is doubtful about them."""
    if "action" in groups:
        return _named(groups["action"], groups.get("because"))
    service, operation = groups.get("service"), groups.get("operation")
    named: list[str] = []
    for text in wording.actions:
        if text == "{operation}":
            said = _SERVICE.search(behind)
            if said is None:
                candidates = anywhere(operation or "")
                doubt = None if len(candidates) == 1 else "the message does not say of which service"
                return candidates, doubt if candidates else f"`{operation}` is no operation that is known"
            named += actions_of_operation(said["service"], operation or "")
        elif "{" not in text:
            named.append(text)
        elif operation is not None:
            named += actions_of_operation(text.partition(":")[0].format(service=service_named(service or "")), operation)
    if named:
        return tuple(dict.fromkeys(named)), None
    return (), NOT_NAMED if operation is None else f"`{operation}` is no operation that is known"


def _named(text: str, because: str | None) -> tuple[tuple[str, ...], str | None]:
    """An action that the words spell out. Where they spell it twice, the second is the one that no policy allows."""
    allowed = _ALLOWED.search(re.sub(r"\s+", " ", because or ""))
    for said in (allowed["action"] if allowed else "", text):
        actions = actions_named(said)
        if actions:
            return actions, None
    possible = beginning_with(re.sub(r"\s", "", text))
    name = re.sub(r"\s", "", text)
    if len(possible) == 1:
        return possible, f"`{name}` is cut off; no other action begins like it"
    some = f"; it may be {', '.join(possible[:4])}" if possible else ""
    return (), f"`{name}` is no published action{some}"


def _resource(wording: Wording, groups: dict[str, str], account: str | None) -> tuple[str | None, str | None]:
    """The resource, and what is doubtful about it."""
    said = next((groups[group] for group in ("quoted", "apostrophe", "resource", "kept") if group in groups), None)
    if said is None:
        return (wording.on.format(name=groups.get("name", "*")), None) if wording.on is not None else (None, None)
    if said.endswith("..."):
        begun = resource_named(groups.get("kind"), said.rstrip("."), account=account)
        return (f"{begun}*" if parse_arn(begun) is not None else None), _CUT
    found = resource_named(groups.get("kind"), said.rstrip("."), account=account)
    if found == "*" or parse_arn(found) is not None:
        return found, None
    return None, f"`{said}` is no ARN" if not said.startswith("arn:") else _CUT
