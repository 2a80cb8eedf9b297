"""Every verb, in every format, without AWS: what the tests of this folder run over a service. A new verb needs a line here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sls_leastpriv.cli import VERBS
from sls_leastpriv.commands import check, coverage, diff, generate, init, learn, observe, roles
from tests.observe.events import CLOUDFORMATION, record

ASK_AWS = {"session"}
"""Verbs that do nothing without an account."""

MAY_REFUSE = {"apply": 4, "init": 2}
"""Verbs that may end with this exit code: `apply` has no credentials, and `init` cannot write into another file's settings."""

NOTHING_ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}

NAME = "jobs\x1b[2J\u202e\n::error::FORGED"

LOG = (
    "Error: User: arn:aws:iam::123456789012:user/deployer is not authorized to perform: sqs:CreateQueue on resource: "
    "arn:aws:sqs:eu-west-1:123456789012:jobs because no identity-based policy allows the sqs:CreateQueue action\n"
)


def command_lines(folder: Path) -> Iterator[tuple[str, ...]]:
    """Command lines that want a service behind them; `folder` gets the files that they name."""
    for form in generate.FORMATS:
        yield ("generate", "--format", form)
    yield ("generate", "--output", str(folder / "written"))
    yield ("generate", "--fit", "1")
    yield ("generate", "--with-check")
    yield ("generate", "--split-role", "--trust", "github:acme/orders@main", "--account", "123456789012")
    yield ("generate", "--require-tag", "Team=A")
    yield ("generate", "--stage", "*")
    for form in roles.FORMATS:
        yield ("roles", "--format", form)
    for form in init.FORMATS:
        yield ("init", "--format", form, "--role", "ci")
    yield ("apply", "--role", "ci", "--timeout", "1")
    yield ("explain",)
    for form in coverage.FORMATS:
        yield ("coverage", "--format", form)
    policy = folder / "nothing.json"
    policy.write_text(json.dumps(NOTHING_ALLOWED), "utf-8")
    for form in diff.FORMATS:
        yield ("diff", "--base", str(policy), "--format", form)
    for form in check.FORMATS:
        yield ("check", "--format", form, "--policy", str(policy))
    log = folder / "deploy.log"
    log.write_text(LOG, "utf-8")
    for form in learn.FORMATS:
        yield ("learn", "--format", form, str(log))
    trail = folder / "trail.json"
    calls = [
        record("sqs", "CreateQueue", by=CLOUDFORMATION),
        record("sns", "CreateTopic", {"name": NAME}),
    ]
    trail.write_text(json.dumps({"Records": calls}), "utf-8")
    for form in observe.FORMATS:
        yield ("observe", "--format", form, str(trail))


def covered(folder: Path) -> set[str]:
    """The verbs that the lines are of."""
    return {line[0] for line in command_lines(folder)}


def uncovered(folder: Path) -> set[str]:
    """The verbs that have no line, and should."""
    return set(VERBS) - covered(folder) - ASK_AWS
