"""`learn`: denials of a log, of a stack's events or of a running deploy → whose they are, and what the overlay lacks.

stdout gets the overlay's files (with `--format policy` the statements that would have allowed the denied calls, else the report),
stderr the verdicts. Exit code 1 when there was a denial, or something that looks like one.

A service (`--template`, `--package`) tells what is predicted already. Without one every denial is taken as new.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sls_leastpriv.anonymise import Anonymiser
from sls_leastpriv.bind import BoundStack
from sls_leastpriv.commands.options import add_service_options, check_format, inputs_of
from sls_leastpriv.commands.service import OVERLAY_FOLDER, Predicted, overlay_folder, predicted
from sls_leastpriv.commands.write_files import write_files
from sls_leastpriv.errors import UsageError
from sls_leastpriv.knowledge import load
from sls_leastpriv.learn.clauses import Clause, clause_of, overlay_files
from sls_leastpriv.learn.denial import Denial, Reading, Unread, still_encoded
from sls_leastpriv.learn.grants import grants
from sls_leastpriv.learn.judge import Verdict, judge
from sls_leastpriv.learn.proof import proven
from sls_leastpriv.learn.whose import Roles, roles_of
from sls_leastpriv.model import Project
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.read.presence import files_in
from sls_leastpriv.read.project import read_source
from sls_leastpriv.read.source import Source
from sls_leastpriv.read.text_file import read_text
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.learn_text import learn_text
from sls_leastpriv.resolve.strings import read_text as read_variables

FORMATS: Final = ("overlay", "policy", "report")
SUMMARY: Final = "say whose denials are, and write what the knowledge lacks into the overlay"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `learn`."""
    parser.add_argument("log", nargs="*", metavar="LOG", help="logs; `-` is standard input, and the default")
    parser.add_argument("--events", action="store_true", help="the events of the stack's last operation, asked from AWS")
    parser.add_argument("--watch", action="store_true", help="follow a deploy that runs now, or begins soon, by its stack's events")
    parser.add_argument("--decode", action="store_true", help="have AWS decode encoded authorization messages")
    parser.add_argument("--anonymise", action="store_true", help="without accounts and principals, to be shown to anybody")
    parser.add_argument("--format", default="overlay", metavar="NAME", help=f"{', '.join(FORMATS)} (default: overlay)")
    parser.add_argument("--output", metavar="DIR", help=f"write the overlay's files, usually into `{OVERLAY_FOLDER}`")
    add_service_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the verdicts and what is to be added; the exit code is as above."""
    check_format(arguments.format, FORMATS)
    source = _source(arguments)
    service = predicted(inputs_of(arguments), places=False, source=source) if source is not None else None
    reading = _reading(arguments, service)
    result = _judged(reading, service, _overlay_folder(arguments, service, source), arguments)
    _write(arguments, result, service)
    return 1 if result.verdicts or result.unread else 0


@dataclass(frozen=True, slots=True)
class _Result:
    verdicts: tuple[Verdict, ...]
    unread: tuple[Unread, ...]
    files: Mapping[str, str]


def _source(arguments: argparse.Namespace) -> Source | None:
    inputs = inputs_of(arguments)
    if inputs.handoff is None and inputs.template is None and inputs.package is None:
        return None
    return read_source(inputs)


def _reading(arguments: argparse.Namespace, service: Predicted | None) -> Reading:
    """What was read of all sources."""
    found: list[Reading] = []
    asks_aws = arguments.events or arguments.watch
    logs = arguments.log or ([] if asks_aws or arguments.handoff == "-" else ["-"])
    if not logs and not asks_aws:
        raise UsageError("no log is named", help="give a log file, or `--events` to read the stack's events")
    for name in logs:
        from sls_leastpriv.learn.parse import read_denials
        from sls_leastpriv.learn.read_log import read_log

        found.append(read_denials(read_log(name)))
    if asks_aws:
        found += _from_stack(arguments, service)
    denials = tuple(dict.fromkeys(one for reading in found for one in reading.denials))
    if (arguments.decode or asks_aws) and any(one.encoded for one in denials):
        denials = _decoded(denials, arguments, service)
    unread = tuple(one for reading in found for one in reading.unread)
    return Reading(tuple(one for one in denials if one.actions), (*unread, *still_encoded(denials)))


def _from_stack(arguments: argparse.Namespace, service: Predicted | None) -> list[Reading]:
    from sls_leastpriv.check.aws import Aws
    from sls_leastpriv.learn.stack_events import follow, last_operation, readings_of

    name = arguments.stack_name or (service.project.stack.name if service is not None else None)
    if name is None:
        raise UsageError("the stack is not named", help="give `--stack-name NAME`, or the service")
    aws = Aws(_region(arguments, service))
    if not arguments.watch:
        return [readings_of(last_operation(aws, name))]
    found: list[Reading] = []
    sys.stderr.write(f"following stack `{name}`\n")
    try:
        for events in follow(aws, name):
            reading = readings_of(events)
            for one in reading.denials:
                sys.stderr.write(f"denied: {', '.join(one.actions)} on {one.resource or 'what is not said'}\n")
                sys.stderr.flush()
            found.append(reading)
    except KeyboardInterrupt:
        sys.stderr.write("stopped following; what was denied so far:\n")
    return found


def _decoded(denials: tuple[Denial, ...], arguments: argparse.Namespace, service: Predicted | None) -> tuple[Denial, ...]:
    from sls_leastpriv.check.aws import Aws
    from sls_leastpriv.learn.decode import decoded

    found, problem = decoded(denials, Aws(_region(arguments, service)))
    if problem is not None:
        sys.stderr.write(f"note: encoded messages stay encoded: {problem.message}\nhelp: {problem.help}\n")
    return found


def _region(arguments: argparse.Namespace, service: Predicted | None) -> str | None:
    region: str | None = arguments.region or (service.project.stack.region if service is not None else None)
    return region


def _judged(reading: Reading, service: Predicted | None, folder: Path | None, arguments: argparse.Namespace) -> _Result:
    needs = service.prediction.needs if service is not None else ()
    roles = roles_of(service.project, service.prediction) if service is not None else Roles()
    verdicts = tuple(judge(one, needs, roles) for one in reading.denials)
    clauses = _clauses(verdicts, service, arguments)
    return _Result(verdicts, reading.unread, overlay_files(clauses, _before(folder)))


def _clauses(verdicts: Sequence[Verdict], service: Predicted | None, arguments: argparse.Namespace) -> list[Clause]:
    new = [one for one in verdicts if one.outcome == "learned"]
    if service is None:
        project = _nobody(arguments)
        return [clause_of(one, project, None, _evidence(one)) for one in new]
    bound = _bound(service.project)
    return [proven(one, service.project, bound, _evidence(one)) for one in new]


def _bound(project: Project) -> BoundStack | None:
    template = project.template or project.previous
    if template is None:
        return None
    return BoundStack(template, project.stack, entry_of=load.resource_entry, read=read_variables(project.variables, project.stack))


def _evidence(verdict: Verdict) -> str:
    return f"denied: {verdict.denial.text}"


def _nobody(arguments: argparse.Namespace) -> Project:
    """The project when none is given: what the options say of the stack."""
    from sls_leastpriv.model import Framework, Stack
    from sls_leastpriv.resolve.arns import partition_of

    stack = Stack(
        arguments.stack_name or "unknown",
        arguments.region,
        arguments.account,
        arguments.partition or partition_of(arguments.region),
        {},
    )
    return Project(
        framework=Framework("none"),
        service=stack.name,
        stage=arguments.stage or "dev",
        stack=stack,
        commands=("deploy",),
        config=None,
        template=None,
        previous=None,
        previous_known=True,
        nested={},
        variables=(),
    )


def _overlay_folder(arguments: argparse.Namespace, service: Predicted | None, source: Source | None) -> Path | None:
    """Where the overlay is, or will be."""
    if arguments.output is not None:
        return Path(arguments.output)
    if service is None or source is None or source.service_dir is None:
        return None
    return overlay_folder(service.project, source)


def _before(folder: Path | None) -> dict[str, str]:
    """What the overlay's files hold now: new clauses are added to them."""
    files = files_in(folder, "learned-*.toml", "the overlay") if folder is not None else []
    return {path.name: read_text(path, "the overlay") for path in files}


def _write(arguments: argparse.Namespace, result: _Result, service: Predicted | None) -> None:
    principals = frozenset(one.denial.principal for one in result.verdicts if one.denial.principal is not None)
    hidden = Anonymiser(principals) if arguments.anonymise else str
    files = {name: hidden(text) for name, text in result.files.items()}
    written: list[str] = []
    if arguments.output is not None and files:
        written = write_files({Path(arguments.output) / name: text for name, text in files.items()}, arguments.output)
    if arguments.format == "report":
        sys.stdout.write(hidden(_report(result, files, service)))
    elif arguments.format == "policy":
        sys.stdout.write(hidden(json_text(policy_document(merge(grants(result.verdicts))))))
    elif arguments.output is None:
        for name, text in files.items():
            sys.stdout.write(f"# {OVERLAY_FOLDER}/{name}\n{text}\n")
    sys.stderr.write(hidden(learn_text(result.verdicts, result.unread)))
    for name in written:
        sys.stderr.write(f"wrote {name}\n")


def _report(result: _Result, files: Mapping[str, str], service: Predicted | None) -> str:
    from sls_leastpriv.render.learn_report import learn_report
    from sls_leastpriv.render.report import report

    learned = {"learn": learn_report(result.verdicts, result.unread, files)}
    if service is None:
        return json_text({"version": 1, **learned})
    return json_text({**report(service.project, service.prediction, service.policies, service.roles), **learned})
