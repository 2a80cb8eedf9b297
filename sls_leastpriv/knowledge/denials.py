"""Reads `data/denials.toml`: how denials are worded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.load import DATA

_TOKEN: Final = r"(?:<[^<>\s]{1,60}>|[^\s\"',;()\]}>])+"
_ARN: Final = rf"arn:aws[\w-]*:[\w-]*:[^\s:\"']*:[^:\"']{{0,40}}?:{_TOKEN}"

PLACES: Final = {
    "principal": r"[\"']?(?P<principal>(?:(?!is not authorized|User:|\bAPI:)[^\"\n]|\n(?!\s*\n)){1,300}?)[\"']?",
    "action": r"[\"']?(?P<action>[A-Za-z][\w-]{0,40}: ?[A-Za-z*][\w*]{0,90})[\"']?",
    "resource": (
        r"(?:\"(?P<quoted>[^\"\n]{1,1024})\"|'(?P<apostrophe>[^'\n]{1,1024})'|"
        r"(?P<kind>role|policy|user|group|instance profile)\s+(?P<kept>[^\s\"',;()]+)|"
        rf"(?P<resource>{_ARN}|{_TOKEN}))"
    ),
    "because": (
        r"(?P<because>[\s,.]*because\s+no\s+[\w\s-]{3,60}?\s+allows?(?:\s+the)?\s+[\"']?[\w-]+:\s?[\w*]+[\"']?\s+action"
        r"|[\s,.]*with\s+an\s+explicit\s+deny"
        r"(?:\s+in\s+(?:an?|the)\s+(?:[a-z -]{4,40}?polic(?:y|ies)\b|permissions?\s+boundary))?"
        r"|[\s,.]*because\s+[^.\n]{3,200})?"
    ),
    "operation": r"[*_]*(?P<operation>[A-Za-z][A-Za-z0-9]{2,80})[*_]*",
    "service": r"(?P<service>[A-Za-z]\w{0,40}(?:(?: \w{1,20}){1,3}(?=[:/]))?)",
    "name": r"(?P<name>[^\s\"']+?)",
    "encoded": r"(?P<encoded>[\w-]{16,}(?:\.\.\.)?)",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to word a denial; what the words do not say stands in the fields."""

    name: str
    match: re.Pattern[str]
    actions: tuple[str, ...]
    on: str | None
    layer: str | None
    whose: str | None
    note: str | None
    weak: bool


@dataclass(frozen=True, slots=True)
class Rollup:
    """A message that only sums up others, and what helps then."""

    match: re.Pattern[str]
    help: str


@dataclass(frozen=True, slots=True)
class Wordings:
    """All that is known of the words of denials."""

    wordings: tuple[Wording, ...]
    strong: re.Pattern[str]
    code: re.Pattern[str]
    rollups: tuple[Rollup, ...]
    layers: tuple[tuple[re.Pattern[str], str], ...]
    owners: tuple[tuple[re.Pattern[str], str], ...]
    services: Mapping[str, str]


@cache
def wordings() -> Wordings:
    """The words of denials. KnowledgeError for an expression that is none."""
    document = tomllib.loads((DATA / "denials.toml").read_text("utf-8"))
    return Wordings(
        wordings=tuple(_wording(one) for one in document["wording"]),
        strong=_compiled(document["looks"]["strong"], "looks"),
        code=_compiled(document["looks"]["code"], "looks"),
        rollups=tuple(Rollup(_compiled(one["text"], "rollup"), one["help"]) for one in document["rollup"]),
        layers=tuple((_compiled(one["text"], "layer"), one["layer"]) for one in document["layer"]),
        owners=tuple((_compiled(one["text"], "owner"), one["whose"]) for one in document["owner"]),
        services=document["services"],
    )


def _wording(document: Mapping[str, Any]) -> Wording:
    if not str(document.get("source", "")).startswith("https://"):
        raise KnowledgeError(f"the wording `{document.get('name')}` has no public source", help='add `source = "https://…"`')
    return Wording(
        name=document["name"],
        match=_compiled(document["text"], document["name"]),
        actions=tuple(document.get("action", ())),
        on=document.get("on"),
        layer=document.get("layer"),
        whose=document.get("whose"),
        note=document.get("note"),
        weak=document.get("weak", False),
    )


def _spaced(part: str) -> str:
    return re.sub(r"(?<!\\) (\??)", lambda space: r"\s*" if space[1] else r"\s+", re.sub(r"(?<=\(\?<!is) \)", r"\\s)", part))


def _compiled(text: str, name: str) -> re.Pattern[str]:
    """The expression with its places filled. Outside of them a space is any white space, `: ?` and ` ?` with none too."""
    parts = re.split(r"\{([a-z]+)\}", text.strip())
    source = "".join(PLACES[part] if index % 2 else _spaced(part) for index, part in enumerate(parts))
    try:
        return re.compile(source, re.IGNORECASE)
    except (re.error, KeyError) as error:
        raise KnowledgeError(f"the wording `{name}` is no expression: {error}", help="mend `denials.toml`") from error
