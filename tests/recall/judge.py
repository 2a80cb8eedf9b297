"""A record and the policies that a tool gives for it → which requests they allow, by an evaluator apart from the product's."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sls_leastpriv.cli import main
from tests.policy.oracle import Oracle
from tests.recall.record import Record, Request

ACCOUNT = "111111111111"

Policies = list[dict[str, Any]]
Source = Callable[[Record], Policies]
"""The policy documents of the record's principal."""


class NoPolicy(Exception):
    """A tool gives none for the record."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`misses`: denied requests that the policies do not allow; `broken`: forbidden ones that they do."""

    record: Record
    misses: tuple[Request, ...]
    broken: tuple[Request, ...]
    error: str = ""


def judge(record: Record, source: Source) -> Verdict:
    """Where there is no policy, nothing is allowed."""
    try:
        policies, error = source(record), ""
    except NoPolicy as nothing:
        policies, error = [], str(nothing)
    misses = tuple(request for request in record.denied if not allowed(request, policies))
    broken = tuple(request for request in record.forbid if allowed(request, policies))
    return Verdict(record, misses, broken, error)


def allowed(request: Request, policies: Policies) -> bool:
    """Whether the documents together allow the request."""
    context = {key: [value] for key, value in {**_always(request.resource), **request.context}.items()}
    return Oracle(context).decide(request.action, request.resource, policies) == "allowed"


def _always(resource: str) -> Mapping[str, str]:
    """The condition keys that every request of the benchmark has; those of a resource where it has an account."""
    parts = resource.split(":")
    account = parts[4] if len(parts) > 5 and parts[4].isdigit() else ACCOUNT
    return {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": account}


def predicted(record: Record) -> Policies:
    """What `generate` of this tree writes. Raises `NoPolicy`."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["generate", "--format", "report", "--account", ACCOUNT, *_arguments(record, Path(folder))])
    if code != 0:
        raise NoPolicy(err.getvalue().strip())
    return [one["document"] for one in json.loads(out.getvalue())["policies"] if one["principal"] == record.principal]


def _arguments(record: Record, folder: Path) -> list[str]:
    common = ["--commands", ",".join(record.commands)]
    if record.framework == "none":
        tags = ["--stack-tags", ",".join(f"{key}={value}" for key, value in record.tags.items())] if record.tags else []
        template = ["--template", str(record.folder / "template.yml"), "--framework", "none"]
        return [*common, *template, "--stack-name", record.stack, "--region", record.region, *tags]
    document = json.loads((record.folder / "handoff.json").read_text("utf-8"))
    name, _, version = record.framework.partition("@")
    document |= {"serviceDir": str(record.folder), "framework": {"name": name, "version": f"{version}.0.0"}}
    handoff = folder / "handoff.json"
    handoff.write_text(json.dumps(document), "utf-8")
    return [*common, "--handoff", str(handoff)]


def given(folder: Path) -> Source:
    """Another tool's policies: `<record>.json` in a folder, one document or a list of them."""

    def source(record: Record) -> Policies:
        try:
            documents = json.loads((folder / f"{record.name}.json").read_text("utf-8"))
        except FileNotFoundError as error:
            raise NoPolicy(f"no {record.name}.json") from error
        return documents if isinstance(documents, list) else [documents]

    return source
