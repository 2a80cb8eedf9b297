"""The table of the policies that AWS manages: what a role holds that attaches one of them.

`published/managed_policies.json` has one line per policy, by its path and name without the first slash:

    "service-role/AWSLambdaBasicExecutionRole":{"Statement":[…],"Version":"2012-10-17"}

Only those that fit a managed policy of an account are in it: a permissions boundary cannot hold more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sls_leastpriv.maintain.lines import table
from sls_leastpriv.policy.size import MANAGED_POLICY, characters


def managed_policy_files(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The table: its path below `published/` → its text."""
    documents = {f"{record['Path']}{name}".removeprefix("/"): _document(record["Document"]) for name, record in policies.items()}
    fitting = {name: document for name, document in documents.items() if characters(document) <= MANAGED_POLICY}
    return {"managed_policies.json": table(fitting)}


def _document(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the names of its statements, which say nothing."""
    statements = document["Statement"]
    listed = [statements] if isinstance(statements, Mapping) else statements
    return {
        "Version": document.get("Version", "2008-10-17"),
        "Statement": [{key: value for key, value in statement.items() if key != "Sid"} for statement in listed],
    }
