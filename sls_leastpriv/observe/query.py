"""The query that adds up CloudTrail's events: pushed down to the engine that has them, so that only sums come back.

One text for two dialects, which differ in how they look into JSON: DuckDB for files, Athena (Trino) for an organization's logs. The
table has the columns of AWS's own DDL: https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sls_leastpriv.knowledge.trail import SLOTS, trail
from sls_leastpriv.observe.seen import Key, Tally

SUFFIX: Final = ".amazonaws.com"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine takes a scalar out of a JSON text, and the ARN of the first resource out of the column `resources`."""

    name: str
    scalar: str
    resource: str


DUCKDB: Final = Dialect("duckdb", "json_extract_string({column}, '{path}')", "resources[1].arn")
ATHENA: Final = Dialect(
    "athena", "json_extract_scalar({column}, '{path}')", "CASE WHEN cardinality(resources) > 0 THEN resources[1].arn END"
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which events are wanted: from a time, before a time (as CloudTrail writes them), and of which principals."""

    begin: str | None = None
    end: str | None = None
    principals: tuple[str, ...] = ()


def query(table: str, dialect: Dialect, window: Window) -> str:
    """The query over `table`. Its columns are those of `add_rows`."""
    principal = "coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.invokedby, '')"
    slots = [_slot(index, dialect) for index in range(SLOTS)]
    service = f"CASE WHEN sourceipaddress LIKE '%{SUFFIX}' THEN sourceipaddress ELSE '' END"
    result = f"WHEN errorcode IN ({_texts(trail().denied)}) THEN 'denied' ELSE 'failed'"
    columns = [
        (principal, "principal"),
        ("coalesce(eventsource, '')", "source"),
        ("coalesce(eventname, '')", "name"),
        ("coalesce(awsregion, '')", "region"),
        ("coalesce(recipientaccountid, '')", "account"),
        (f"coalesce(useridentity.invokedby, {service})", "invoked_by"),
        (f"CASE WHEN coalesce(errorcode, '') = '' THEN 'ok' {result} END", "result"),
        (f"CASE WHEN eventsource <> 's3{SUFFIX}' THEN {dialect.resource} END", "resource"),
        *((slot, f"name{index}") for index, slot in enumerate(slots, 1)),
        (_role(dialect), "role"),
    ]
    selected = ",\n  ".join(f"{text} AS {name}" for text, name in columns)
    keys = ", ".join(str(index) for index in range(1, len(columns) + 1))
    return (
        f"SELECT\n  {selected},\n  count(*) AS events, min(eventtime) AS first_seen, max(eventtime) AS last_seen\n"
        f"FROM {table}\nWHERE {' AND '.join(_filters(principal, window))}\nGROUP BY {keys}"
    )


def add_rows(rows: Sequence[Sequence[Any]], tally: Tally) -> None:
    """Rows of the query → the tally. Engines that answer in texts give texts for the number too."""
    for row in rows:
        principal, source, name, region, account, invoked_by, result, resource = row[:8]
        names = tuple(one or None for one in row[8 : 8 + SLOTS])
        key = Key(principal, source, name, region, account, invoked_by, result, resource or None, names, row[8 + SLOTS] or None)
        tally.add(key, int(row[9 + SLOTS]), row[10 + SLOTS], row[11 + SLOTS])


def _slot(index: int, dialect: Dialect) -> str:
    cases = [
        f"WHEN '{source}{SUFFIX}' THEN {_first(slots[index].parameters, dialect)}"
        for source, slots in trail().slots.items()
        if index < len(slots)
    ]
    return f"CASE eventsource {' '.join(cases)} END"


def _role(dialect: Dialect) -> str:
    sources = _texts(tuple(f"{one}{SUFFIX}" for one in sorted(trail().no_roles)))
    return f"CASE WHEN eventsource NOT IN ({sources}) THEN {_first(trail().role_parameters, dialect)} END"


def _first(parameters: Sequence[str], dialect: Dialect) -> str:
    found = [dialect.scalar.format(column="requestparameters", path=f"$.{path}") for path in parameters]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _filters(principal: str, window: Window) -> list[str]:
    filters = ["coalesce(eventtype, 'AwsApiCall') = 'AwsApiCall'"]
    if window.begin is not None:
        filters.append(f"eventtime >= {_text(window.begin)}")
    if window.end is not None:
        filters.append(f"eventtime < {_text(window.end)}")
    if window.principals:
        filters.append(f"{principal} IN ({_texts(window.principals)})")
    return filters


def _texts(values: Sequence[str]) -> str:
    return ", ".join(map(_text, values))


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
