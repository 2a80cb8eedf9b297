"""Drafts an entry for a type from the published tables, for a person to finish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sls_leastpriv.errors import UsageError
from sls_leastpriv.knowledge.entry import Clause
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.when import Expression
from sls_leastpriv.maintain.fallback import SOURCE, fallback_entry
from sls_leastpriv.model import PHASES


def draft_path(type_name: str) -> Path:
    """Where the entry of a type belongs: `AWS::SQS::QueuePolicy` → `resources/sqs/queue_policy.toml`."""
    _, service, last = _parts(type_name)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", last).lower()
    return DATA / "resources" / service.lower() / f"{snake}.toml"


def draft(type_name: str) -> str:
    """The text of a first entry: what the fallback knows, with each thing to decide marked `TODO`.

    UsageError for a type that the registry does not know; an entry for it is written by hand from the service's reference.
    """
    service = _parts(type_name)[1].lower()
    path = DATA / "published" / "registry" / f"{service}.json"
    records: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    record = records.get(type_name)
    if record is None or record.get("handlers") is False:
        raise UsageError(
            f"the registry lists no handler permissions of `{type_name}`",
            help="write the entry by hand from the service authorization reference",
        )
    entry = fallback_entry(type_name, record)
    lines = [
        f'type   = "{type_name}"',
        'source = "https://docs.aws.amazon.com/service-authorization/latest/reference/"  # TODO: the page of the service',
        "",
        "[name]",
        f'property  = "{".".join(entry.naming.property)}"' if entry.naming.property else "# TODO: no property names it?",
        'generated = "${StackName}-${LogicalId}-*"  # TODO: is it so, and what is the limit?',
        "",
        "[arn]",
        *(f"{name} = {json.dumps(arn)}" for name, arn in entry.arns.items()),
        "",
        "[returns]",
        'Ref = "${Name}"  # TODO: and every attribute of Fn::GetAtt',
        *(line for clause in entry.clauses for line in _clause_lines(clause)),
        "",
        "[[example]]",
        'title      = "TODO"',
        "properties = { " + ", ".join(f'{name} = "TODO"' for name in record.get("required", ())) + " }",
        "allows     = []",
        "omits      = []",
    ]
    unpublished = record.get("unpublished", ())
    if unpublished:
        lines += ["", "[dismissed]", *(f'"{action}" = "no published IAM action"' for action in unpublished)]
    return "\n".join(lines) + "\n"


def _parts(type_name: str) -> tuple[str, str, str]:
    parts = type_name.split("::")
    if len(parts) != 3 or parts[0] != "AWS":
        raise UsageError(f"`{type_name}` is no CloudFormation type", help="write it as AWS::Service::Type")
    return parts[0], parts[1], parts[2]


def _clause_lines(clause: Clause) -> Iterator[str]:
    yield ""
    yield "[[need]]"
    if clause.when is not None:
        yield f'when   = "{_when_text(clause.when)}"' + ("  # TODO: better as [tagging]" if clause.when == ("tags",) else "")
    for phase in PHASES:
        if clause.actions.get(phase):
            yield f"{phase} = {json.dumps(list(clause.actions[phase]))}"
    yield f"on     = {json.dumps(list(clause.on))}"
    if clause.reference is not None:
        yield f'as     = "{clause.reference}"'
    for condition in clause.given:
        test = f"{json.dumps(condition.key)} = {json.dumps(list(condition.values))}"
        yield f"given  = {{ {condition.operator} = {{ {test} }} }}  # TODO"
    yield f'why    = "TODO"  # {clause.assumed or clause.why}; {SOURCE}'


def _when_text(tree: Expression) -> str:
    """The fallback's conditions as written in an entry: `tags`, a path, a path with its value, or several with `or`."""
    if tree[0] == "or":
        return " or ".join(_when_text(part) for part in tree[1:])
    if tree[0] == "=":
        return f"{'.'.join(tree[1])} = '{tree[2]}'"
    return "tags" if tree[0] == "tags" else ".".join(tree[1])
