"""`session`: the needs of this change only, as a session policy, and a command that runs under it.

What is deployed is asked from CloudFormation, or is `--previous FILE`. stdout gets the policy (or the report), stderr what
changes and how the policy is handed to `sts:AssumeRole`.

    session --package .serverless                                        prints the policy of this deploy
    session --package .serverless --role-arn ARN --exec -- sls deploy    assumes the role under it, and deploys

With `--exec` nothing goes to stdout but what the command writes, and the exit code is the command's. Its environment holds the
session's credentials and no others.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sls_leastpriv.commands.options import add_service_options, check_format, inputs_of
from sls_leastpriv.commands.service import overlay_of
from sls_leastpriv.errors import UsageError
from sls_leastpriv.model import Prediction, Project
from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.predict import predict
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.summary import counted, gap_line
from sls_leastpriv.session.change import Change, changes
from sls_leastpriv.session.phases import PhasesOfChange
from sls_leastpriv.session.policy import TEXT, SessionPolicy, session_policy

FORMATS: Final = ("policy", "report")
SUMMARY: Final = "write the needs of this change only, as a session policy; run a command under it"

_LONGEST: Final = 43200
"""The longest session of a role, in seconds (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html)."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `session`."""
    add_service_options(parser)
    parser.add_argument("--format", default="policy", metavar="NAME", help=f"{', '.join(FORMATS)} (default: policy)")
    parser.add_argument("--role-arn", metavar="ARN", help="the deployer's role, which --exec assumes")
    parser.add_argument("--duration", default="3600", metavar="SECONDS", help="how long the session lasts (default: 3600)")
    parser.add_argument(
        "--exec", nargs="?", const="", metavar="COMMAND", help="run a command under the policy: --exec -- sls deploy"
    )
    parser.add_argument("words", nargs="*", metavar="-- COMMAND", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Prints the policy, or runs the command and returns its exit code."""
    command = _command(arguments)
    inputs = inputs_of(arguments)
    source = read_source(inputs)
    project = _deploying(project_of(replace(inputs, commands="deploy"), source))
    if project.template is None:
        raise UsageError("there is no compiled template", help="package the service first, or give `--template FILE`")
    project, tags_differ = (project, False) if arguments.previous is not None else _asked(project)
    found = _changes(project, tags_differ=tags_differ)
    overlay = overlay_of(project, source)
    prediction = predict(project, overlay=overlay, phases_of=PhasesOfChange(found, project))
    policy = session_policy(project.stack.name, prediction.needs)
    sys.stderr.write(_text(found, prediction, predict(project, overlay=overlay), policy))
    if command:
        return _execute(project, policy, arguments, command)
    sys.stdout.write(json_text(policy.document if arguments.format == "policy" else _report(found, policy)))
    return 0


def _command(arguments: argparse.Namespace) -> list[str]:
    """The command that is to run, as words; UsageError for options that contradict each other."""
    check_format(arguments.format, FORMATS)
    words = [*shlex.split(arguments.exec or ""), *arguments.words]
    if arguments.exec is None and words:
        raise UsageError(f"`{words[0]}` is no option", help="a command stands behind `--exec --`")
    if arguments.exec is not None and not words:
        raise UsageError("`--exec` has no command to run", help="write it behind: `--exec -- sls deploy --package .serverless`")
    if words and arguments.role_arn is None:
        raise UsageError("which role to assume is not known", help="give `--role-arn ARN`, the deployer's role")
    if not arguments.duration.isdecimal() or not 900 <= int(arguments.duration) <= _LONGEST:
        raise UsageError(f"`{arguments.duration}` is no length of a session", help=f"900 to {_LONGEST} seconds")
    return words


def _deploying(project: Project) -> Project:
    if project.previous_needs and project.previous is None:
        # the committed baseline holds needs, and a change is told from templates
        return replace(project, previous_needs=(), previous_known=False)
    return project


def _asked(project: Project) -> tuple[Project, bool]:
    """The project with what CloudFormation says is deployed, and whether the stack's tags are to change."""
    from sls_leastpriv.check.aws import Aws
    from sls_leastpriv.session.deployed import deployed

    found = deployed(Aws(project.stack.region), project.stack.name)
    if found is None:
        return replace(project, previous=None, previous_known=True), False
    own = {key: value for key, value in found.tags.items() if not key.startswith("aws:")}
    return replace(project, previous=found.template, previous_known=True), own != dict(project.stack.tags)


def _changes(project: Project, *, tags_differ: bool) -> tuple[Change, ...]:
    current = next(bound_stacks(project, project.template or {}))
    previous = None if project.previous is None else next(bound_stacks(project, project.previous))
    found = changes(previous, current)
    if not tags_differ:
        return found
    return tuple(replace(one, kind="changed", properties=("Tags",)) if one.kind == "unchanged" else one for one in found)


def _execute(project: Project, policy: SessionPolicy, arguments: argparse.Namespace, command: Sequence[str]) -> int:
    from sls_leastpriv.check.aws import Aws
    from sls_leastpriv.session.assume import assumed

    aws = Aws(project.stack.region)
    with assumed(aws, arguments.role_arn, policy, os.environ, int(arguments.duration)) as session:
        if session.packed is not None:
            sys.stderr.write(f"the session's policies take {session.packed} % of their packed size\n")
        try:
            code = subprocess.run(list(command), env=dict(session.environment), check=False).returncode
        except OSError as error:
            reason = (error.strerror or "it failed").lower()
            raise UsageError(f"`{command[0]}` cannot be run: {reason}", help="name a command that is on the PATH") from error
    return code if code >= 0 else 128 - code


def _report(found: Sequence[Change], policy: SessionPolicy) -> dict[str, object]:
    return {
        "version": 1,
        "changes": [
            {"logicalId": one.logical_id, "type": one.type, "kind": one.kind, "properties": list(one.properties)}
            for one in found
            if one.kind != "unchanged"
        ],
        "session": {
            "name": policy.name,
            "characters": policy.size,
            "asText": not policy.managed,
            "document": policy.document,
            "managed": [{"name": name, "document": document} for name, document in policy.managed],
        },
    }


def _text(found: Sequence[Change], prediction: Prediction, whole: Prediction, policy: SessionPolicy) -> str:
    lines = [gap_line(gap.subject, gap.reason) for gap in prediction.gaps]
    for one in found:
        if one.kind != "unchanged":
            properties = f": {', '.join(one.properties)}" if one.properties else ""
            lines.append(f"{one.kind}: {one.logical_id} ({one.type}){properties}")
    how = f"as text, within {TEXT}"
    if policy.managed:
        parts = len(policy.managed)
        how = f"more than the {TEXT} of a text, as {parts} managed {'policy' if parts == 1 else 'policies'}"
    lines.append(f"{policy.name}: {policy.size} characters, {how}")
    granted, all_of_it = ({need.action for need in one.needs if need.principal == "deployer"} for one in (prediction, whole))
    lines.append(f"{counted(len(granted), 'action')} of the {len(all_of_it)} that any deploy of this service may need")
    return "".join(f"{line}\n" for line in lines)
