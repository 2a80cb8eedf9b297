"""Why something is granted though no story asked for it.

`reasons.toml` has what only people know, with a public source. The rest follows from what is published: CloudFormation's registry
lists for each type which permissions its handlers need, https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html.
A need that neither explains is not known to be one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of
from tests.minimality.grants import ReportedNeed

TABLE = Path(__file__).with_name("reasons.toml")

TYPES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"

KINDS: Final = {
    "another story": "asked in another story, which is told too",
    "change": "only asked when something changes that these stories leave as it is",
    "failure": "only asked when something fails, or is rolled back",
    "not emulated": "AWS asks for it inside of another call, which the emulators do not",
    "no handler": "the type's handler is declared to call it; LocalStack has no handler for the type, or one without calls",
    "tags": "the type's handler is declared to set, list or remove tags by it; LocalStack's does not, and none is taken away here",
    "read back": "the type's handler is declared to read the resource back by it, which LocalStack's does not",
    "update": "the type's handler is declared to update by it, which no change in these stories takes",
    "handler": "the type's handler is declared to call it, which LocalStack's does not",
}


_TAGS = re.compile(r"(?i)tag")


class Reason(NamedTuple):
    """`kind` is one of KINDS; `plot` the other story, by its name in `tests/e2e/plots.py`."""

    kind: str
    says: str
    source: str
    plot: str | None = None


def reason_for(need: ReportedNeed, is_played: bool = True) -> Reason | None:
    """The reason, from the table or the registry; None where there is none. `is_played`: LocalStack makes calls for the type."""
    return next((reason for row, reason in known_reasons() if _fits(row, need)), None) or _declared(need, is_played)


@cache
def known_reasons() -> tuple[tuple[dict[str, Any], Reason], ...]:
    """The rows of the table, each with the reason that it gives."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["reason"]
    return tuple((row, Reason(row["kind"], row["says"], row["source"], row.get("plot"))) for row in rows)


def _fits(row: dict[str, Any], need: ReportedNeed) -> bool:
    subject = need["subject"]
    names = (subject["kind"], subject["name"], subject.get("type", ""))
    return (
        need["action"] in row["actions"]
        and any(fnmatchcase(name, row["of"]) for name in names)
        and fnmatchcase(need["resource"], row.get("on", "*"))
    )


def _declared(need: ReportedNeed, is_played: bool) -> Reason | None:
    """What the registry says of the type."""
    name, action = need["subject"].get("type", ""), need["action"]
    schema = _registry().get(name, {})
    phases = [phase for phase in need["phases"] if _lists(schema.get(phase, ()), action)]
    tags = _lists(schema.get("tagging", {}).get("permissions", ()), action) and _TAGS.search(f"{action} {need['resource']}")
    if not phases and not tags:
        return None
    kind = "handler"
    if not is_played:
        kind = "no handler"
    elif tags:
        kind = "tags"
    elif _reads(action):
        kind = "read back"
    elif phases == ["update"]:
        kind = "update"
    says = f"the registry schema of {name} declares it for {', '.join(phases) or 'tags'}"
    return Reason(kind, says, TYPES + name.lower().replace("::", "-"))


def _lists(permissions: Iterable[str], action: str) -> bool:
    return action.lower() in {one.lower() for one in permissions}


@cache
def _registry() -> dict[str, Any]:
    files = (DATA / "published" / "registry").glob("*.json")
    return {name: schema for file in files for name, schema in json.loads(file.read_text("utf-8")).items()}


def _reads(action: str) -> bool:
    return (action_of(action) or {}).get("level") in ("Read", "List")
