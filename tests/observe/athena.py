"""An Athena whose table `audit.cloudtrail_logs` holds some records: DuckDB runs the query, put into its own SQL by sqlglot."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import sqlglot

from tests.stub_aws import Operation

TABLE = "audit.cloudtrail_logs"
COLUMNS = (
    "userIdentity: 'STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, invokedBy VARCHAR, "
    "sessionContext STRUCT(sessionIssuer STRUCT(type VARCHAR, arn VARCHAR, userName VARCHAR)))', eventTime: 'VARCHAR', "
    "eventSource: 'VARCHAR', eventName: 'VARCHAR', awsRegion: 'VARCHAR', sourceIPAddress: 'VARCHAR', errorCode: 'VARCHAR', "
    "requestParameters: 'VARCHAR', resources: 'STRUCT(ARN VARCHAR, accountId VARCHAR, type VARCHAR)[]', eventType: 'VARCHAR', "
    "recipientAccountId: 'VARCHAR'"
)
"""https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html"""


def rows_of(sql: str, records: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """What a query in Athena's SQL gives for the records."""
    (transpiled,) = sqlglot.transpile(sql, read="athena", write="duckdb")
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder) / "all.json"
        file.write_text(json.dumps(records), "utf-8")
        connection.execute("CREATE SCHEMA audit")
        connection.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM read_json('{file}', columns = {{{COLUMNS}}})")
        return connection.execute(transpiled).fetchall()


def athena(records: Sequence[Mapping[str, Any]]) -> dict[str, Operation]:
    """The operations of an Athena with the records, for `stub_aws`. One query at a time."""
    results: list[dict[str, Any]] = []

    def start(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        rows = rows_of(parameters["QueryString"], records)
        # the first row has the names of the columns
        results[:] = [cells(["column"] * len(rows[0] if rows else ())), *map(cells, rows)]
        return {"QueryExecutionId": "1"}

    return {
        "StartQueryExecution": start,
        "GetQueryExecution": lambda _: {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}},
        "GetQueryResults": lambda _: {"ResultSet": {"Rows": results}},
    }


def cells(values: Sequence[Any]) -> dict[str, Any]:
    """A row as Athena answers it."""
    return {"Data": [{} if value is None else {"VarCharValue": str(value)} for value in values]}
