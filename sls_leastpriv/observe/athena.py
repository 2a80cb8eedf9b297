"""Years of an organization's logs, added up where they are: the query runs in Athena, and only its sums come back.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any, Final

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.errors import AwsError, UsageError
from sls_leastpriv.observe.query import ATHENA, Window, add_rows, query
from sls_leastpriv.observe.seen import Tally

_PAUSE: Final = 1.0
_TABLE: Final = re.compile(r"[A-Za-z0-9_]+\.[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the query runs: `database.table`, the S3 location of its results, a work group."""

    table: str
    output: str | None = None
    workgroup: str | None = None

    def __post_init__(self) -> None:
        """UsageError for what is no `database.table`."""
        if not _TABLE.fullmatch(self.table):
            raise UsageError(f"`{self.table}` is no table", help="give `--athena DATABASE.TABLE`, the table of CloudTrail's logs")

    @property
    def quoted(self) -> str:
        """The table as SQL writes it."""
        database, _, table = self.table.partition(".")
        return f'"{database}"."{table}"'


def athena_query(place: Place, window: Window) -> str:
    """The SQL for Athena."""
    return query(place.quoted, ATHENA, window)


def add_up(aws: Aws, place: Place, window: Window, tally: Tally) -> None:
    """Runs the query and adds its rows to the tally. AwsError when it fails."""
    parameters: dict[str, Any] = {"QueryString": athena_query(place, window)}
    if place.output is not None:
        parameters["ResultConfiguration"] = {"OutputLocation": place.output}
    if place.workgroup is not None:
        parameters["WorkGroup"] = place.workgroup
    execution = aws.call("athena", "start_query_execution", **parameters)["QueryExecutionId"]
    _wait(aws, execution)
    first = True
    token: dict[str, Any] = {}
    while True:
        answer = aws.call("athena", "get_query_results", QueryExecutionId=execution, **token)
        rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer["ResultSet"]["Rows"]]
        # the first row of the first page holds the names of the columns
        add_rows(rows[1:] if first else rows, tally)
        first = False
        if answer.get("NextToken") is None:
            return
        token = {"NextToken": answer["NextToken"]}


def _wait(aws: Aws, execution: str) -> None:
    while True:
        status = aws.call("athena", "get_query_execution", QueryExecutionId=execution)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            return
        if status["State"] in ("FAILED", "CANCELLED"):
            raise AwsError(
                f"the Athena query ended as {status['State'].lower()}",
                help="see it in Athena's history; `observe --athena … --format sql` prints it",
            )
        time.sleep(_PAUSE)
