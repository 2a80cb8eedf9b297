"""`observe`: CloudTrail → the actions that were used, and what that says of the prediction.

stdout gets what the overlay lacks (by `--format` a policy from observation alone, the report, or the SQL), stderr the rest. Exit
code 1 when something was used that is not predicted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sls_leastpriv.anonymise import Anonymiser
from sls_leastpriv.bind import BoundStack
from sls_leastpriv.commands.observed import Observed, observed
from sls_leastpriv.commands.options import add_service_options, check_format, inputs_of
from sls_leastpriv.commands.service import OVERLAY_FOLDER, Predicted, predicted
from sls_leastpriv.commands.write_files import write_files
from sls_leastpriv.errors import UsageError
from sls_leastpriv.facts.service import deployment_role
from sls_leastpriv.knowledge import load
from sls_leastpriv.learn.clauses import overlay_files
from sls_leastpriv.model import Project
from sls_leastpriv.observe.corrections import clauses_of
from sls_leastpriv.observe.grants import observed_needs
from sls_leastpriv.observe.query import Window
from sls_leastpriv.observe.reconcile import Reconciled, principals_of, reconcile
from sls_leastpriv.observe.seen import Seen
from sls_leastpriv.observe.uses import Unmapped, Use, uses_of
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.observe_text import observe_text
from sls_leastpriv.resolve.strings import read_text as read_variables

FORMATS: Final = ("overlay", "policy", "report", "sql")
SUMMARY: Final = "say which actions were used, by CloudTrail, and what the prediction lacks"

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `observe`."""
    parser.add_argument(
        "source", nargs="*", metavar="SOURCE", help="CloudTrail's log files, folders of them, or s3://bucket/prefix"
    )
    parser.add_argument("--lookup", action="store_true", help="ask CloudTrail for recent events (default without a source)")
    parser.add_argument("--athena", metavar="DATABASE.TABLE", help="add up in Athena, over a table of CloudTrail's logs")
    parser.add_argument("--athena-output", metavar="S3", help="where Athena puts its results")
    parser.add_argument("--workgroup", metavar="NAME", help="Athena's work group")
    parser.add_argument("--principal", metavar="ARN", action="append", help="only this user or role; repeat for more")
    parser.add_argument("--since", metavar="WHEN", help="7d, 12h or 2026-11-01 (default for a look-up: 7d)")
    parser.add_argument("--until", metavar="WHEN")
    parser.add_argument("--anonymise", action="store_true", help="without accounts and principals, to be shown to anybody")
    parser.add_argument("--format", default="overlay", metavar="NAME", help=f"{', '.join(FORMATS)} (default: overlay)")
    parser.add_argument("--output", metavar="DIR", help=f"write the overlay's files, usually into `{OVERLAY_FOLDER}`")
    add_service_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints what was observed; the exit code is as above."""
    check_format(arguments.format, FORMATS)
    window = _window(arguments)
    if arguments.format == "sql":
        return _print_sql(arguments, window)
    service = _service(arguments)
    found = observed(arguments, window, service.project.stack.region if service is not None else None)
    result = _Result.of(found, service, arguments.principal or ())
    _write(arguments, result)
    return 1 if result.reconciled is not None and result.reconciled.observed_only else 0


@dataclass(frozen=True, slots=True)
class _Result:
    found: Observed
    seen: tuple[Seen, ...]
    uses: tuple[Use, ...]
    unmapped: tuple[Unmapped, ...]
    service: Predicted | None
    reconciled: Reconciled | None

    @staticmethod
    def of(found: Observed, service: Predicted | None, principals: Sequence[str]) -> _Result:
        """What the observation says; of everybody's events only those of who deploys the service, where that is known."""
        seen = found.tally.seen()
        wanted = principals or (principals_of(service.project, seen) if service is not None else ())
        if wanted:
            seen = tuple(one for one in seen if one.key.principal in wanted)
        uses, unmapped = uses_of(seen)
        if service is None:
            return _Result(found, seen, uses, unmapped, None, None)
        reconciled = reconcile(service.project, service.prediction.needs, uses, seen)
        return _Result(found, seen, uses, unmapped, service, reconciled)

    def overlay(self) -> dict[str, str]:
        """The overlay's files for what was used and is not predicted."""
        if self.service is None or self.reconciled is None:
            return {}
        project = self.service.project
        role = deployment_role(project)
        bound = _bound(project)
        return overlay_files(clauses_of(self.reconciled.observed_only, project, bound, role if isinstance(role, str) else None), {})


def _bound(project: Project) -> BoundStack | None:
    template = project.template or project.previous
    if template is None:
        return None
    return BoundStack(template, project.stack, entry_of=load.resource_entry, read=read_variables(project.variables, project.stack))


def _service(arguments: argparse.Namespace) -> Predicted | None:
    inputs = inputs_of(arguments)
    if inputs.handoff is None and inputs.template is None and inputs.package is None:
        return None
    return predicted(inputs, places=False)


def _print_sql(arguments: argparse.Namespace, window: Window) -> int:
    from sls_leastpriv.observe.athena import Place, athena_query

    sys.stdout.write(athena_query(Place(arguments.athena or "default.cloudtrail_logs"), window) + "\n")
    return 0


def _write(arguments: argparse.Namespace, result: _Result) -> None:
    hidden = Anonymiser(frozenset(one.key.principal for one in result.seen)) if arguments.anonymise else str
    files = {name: hidden(text) for name, text in result.overlay().items()}
    written: list[str] = []
    if arguments.output is not None and files:
        written = write_files({Path(arguments.output) / name: text for name, text in files.items()}, arguments.output)
    if arguments.format == "policy":
        sys.stdout.write(hidden(_policy(result)))
    elif arguments.format == "report":
        sys.stdout.write(hidden(_report(result, files)))
    elif arguments.output is None:
        for name, text in files.items():
            sys.stdout.write(f"# {OVERLAY_FOLDER}/{name}\n{text}\n")
    for note in result.found.notes:
        sys.stderr.write(f"note: {note}\n")
    sys.stderr.write(hidden(observe_text(result.seen, result.uses, result.unmapped, result.found.unusable, result.reconciled)))
    for name in written:
        sys.stderr.write(f"wrote {name}\n")


def _policy(result: _Result) -> str:
    project = result.service.project if result.service is not None else None
    names = (project.stack.name, f"{project.service}-{project.stage}") if project is not None else ()
    return json_text(policy_document(merge(observed_needs(result.uses, tuple(dict.fromkeys(names))))))


def _report(result: _Result, files: dict[str, str]) -> str:
    from sls_leastpriv.render.observe_report import observe_report
    from sls_leastpriv.render.report import report

    seen = {"observe": observe_report(result.uses, result.unmapped, result.found.unusable, result.reconciled, files)}
    if result.service is None:
        return json_text({"version": 1, **seen})
    service = result.service
    return json_text({**report(service.project, service.prediction, service.policies, service.roles), **seen})


def _window(arguments: argparse.Namespace) -> Window:
    asks_cloudtrail = not arguments.source and not arguments.athena
    since = arguments.since or ("7d" if asks_cloudtrail else None)
    return Window(_time(since, "--since"), _time(arguments.until, "--until"), tuple(arguments.principal or ()))


def _time(text: str | None, option: str) -> str | None:
    """`7d`, `12h` or a date → as CloudTrail writes times. UsageError for anything else."""
    if text is None:
        return None
    try:
        if text[-1:] in _UNITS and text[:-1].isdigit():
            at = datetime.now(UTC) - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
        else:
            at = datetime.fromisoformat(text)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"`{text}` is no time", help=f"`{option}` takes 7d, 12h, or a date such as 2026-11-01") from None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
