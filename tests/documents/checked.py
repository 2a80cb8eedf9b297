"""Blocks that are no commands: each is read by what it is written for."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import jsonschema
import yaml
from sybil import Example

from sls_leastpriv.diff.approvals import read_approvals
from sls_leastpriv.errors import LeastprivError
from sls_leastpriv.knowledge.document import read_document
from sls_leastpriv.knowledge.read_overlay import overlay_of
from sls_leastpriv.knowledge.rules import rules
from sls_leastpriv.knowledge.when import parse
from sls_leastpriv.maintain.examples import failures, service_failures
from sls_leastpriv.policy.compile import compile_policy
from tests.documents.play import Play
from tests.documents.shell import wrong_in
from tests.fixture import FIXTURES

ROOT: Final = FIXTURES.parent
SERVICE_KEYS: Final = {"service", "plugins", "provider", "custom", "functions", "resources", "package", "frameworkVersion"}
OUR_ACTION: Final = "OWNER/serverless-leastpriv@"


def check_yaml(example: Example) -> str | None:
    """A workflow of GitHub, a job of GitLab, hooks of pre-commit, or a part of serverless.yml, which goes into the scene's."""
    document = yaml.safe_load(example.parsed)
    if set(document) <= SERVICE_KEYS:
        return _service(document, example)
    if "jobs" in document:
        return "; ".join(_workflow(document)) or None
    if "repos" in document:
        hooks = [hook for repository in document["repos"] for hook in repository["hooks"]]
        return "; ".join(wrong for hook in hooks for wrong in wrong_in(hook["entry"])) or None
    scripts = [line for job in document.values() for line in job["script"]]
    return "; ".join(wrong for line in scripts for wrong in wrong_in(line)) or None


def check_json(example: Example) -> str | None:
    """A list of approvals, or a policy."""
    document = json.loads(example.parsed)
    try:
        if "approved" in document:
            read_approvals(document, "the list")
        else:
            compile_policy(document)
    except LeastprivError as error:
        return error.message
    return None


def check_toml(example: Example) -> str | None:
    """An entry of the knowledge, whose examples hold, or one of a project's overlay."""
    document = tomllib.loads(example.parsed)
    _play(example).put(lambda _: example.parsed)
    try:
        if "source" not in document:
            overlay_of({"example.toml": example.parsed})
            return None
        entry = read_document(document, file="example.toml", rules=rules())
    except LeastprivError as error:
        return error.message
    wrong = failures(entry) if entry.kind == "type" else service_failures(entry)
    return "; ".join(wrong) or None


def check_when(example: Example) -> str | None:
    """Conditions of the knowledge, one a line; after two blanks comes what they mean."""
    for line in example.parsed.splitlines():
        for condition in re.split(r"\s{2,}", line)[0].split(" / "):
            try:
                parse(condition)
            except LeastprivError as error:
                return error.message
    return None


def check_javascript(example: Example) -> str | None:
    """That Node reads it."""
    read = subprocess.run(["node", "--check", "-"], input=example.parsed, capture_output=True, text=True, check=False)
    return read.stderr if read.returncode else None


def check_diagram(example: Example) -> str | None:
    """A drawing says nothing that a program could read; it must be one."""
    return None if re.search("[─│▶▼▲]", example.parsed) else "a block of `text` is a drawing; name the language of any other"


def _play(example: Example) -> Play:
    play: Play = example.namespace["play"]
    return play


def _service(document: Mapping[str, Any], example: Example) -> str | None:
    settings = document.get("custom", {})
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_settings_schema()).iter_errors(settings))
    if error is not None:
        return str(error.message)
    _play(example).put(lambda before: _with(before, document, example.parsed))
    return None


def _with(service: str, document: Mapping[str, Any], block: str) -> str:
    """The service's file with the block: at its end, where that goes, else written anew."""
    keys = list(yaml.safe_load(service))
    if list(document) == keys[-1:]:
        return f"{service.rstrip()}\n{block.partition(chr(10))[2]}"
    if not set(keys) & set(document):
        return f"{service.rstrip()}\n\n{block}"
    return yaml.safe_dump(_merged(yaml.safe_load(service), document), sort_keys=False)


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {key: _merged(one.get(key), other.get(key)) for key in {**one, **other}}
    return one if other is None else other


@cache
def _settings_schema() -> dict[str, Any]:
    program = "console.log(JSON.stringify(require('./shim/settings').settingsSchema))"
    read = subprocess.run(["node", "-e", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    schema: dict[str, Any] = json.loads(read.stdout)
    return schema


def _workflow(document: Mapping[str, Any]) -> Iterator[str]:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    for job in document["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith(OUR_ACTION):
                for name in set(step.get("with", {})) - set(action["inputs"]):
                    yield f"the action has no input `{name}`"
            yield from wrong_in(step.get("run", ""))
