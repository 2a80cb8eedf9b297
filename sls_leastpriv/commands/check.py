"""`check`: what the current principal lacks for this service, and what it has too much.

The text goes to stderr, the report (`--format report`) to stdout. GitHub annotations go to stdout with `--format github`, and to
stderr beside the text where GitHub runs us.

Exit codes:

- 0  nothing is missing. What cannot be known is said, and with `--strict` is an error.
- 1  something is missing; with `--strict` also when a need cannot be known or the prediction has a gap.
- 4  AWS could not be asked, or does not let the principal see enough of its own policies, and nothing is known to be missing.
- 2, 3 and 70 as everywhere: the command line, the service, our bug.

`--mode warn` says the same, and exits with 0 where `--mode error`, the default, exits with 1 or 4: the plugin's hook before a
deploy passes the setting `custom.leastpriv.check` on, and stops the deploy by the exit code.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sls_leastpriv.check.answer import Answer, answer_of
from sls_leastpriv.check.evidence import Evidence
from sls_leastpriv.check.identity import Identity, principal_option
from sls_leastpriv.commands.options import add_service_options, inputs_of
from sls_leastpriv.commands.service import Predicted, predicted
from sls_leastpriv.errors import AwsError, UsageError
from sls_leastpriv.escalation.paths import Path as Escalation
from sls_leastpriv.facts.service import deployment_role
from sls_leastpriv.model import Need, Principal
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.read.source import Inputs, Source

FORMATS: Final = ("text", "report", "github")
MODES: Final = ("error", "warn")
SUMMARY: Final = "say what the current principal lacks for this service, and what it has too much"

_MAX_AGE: Final = "SLS_LEASTPRIV_CHECK_MAX_AGE"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `check`."""
    add_service_options(parser)
    group = parser.add_argument_group("the principal (default: that of the AWS credentials)")
    group.add_argument("--policy", metavar="FILE", nargs="+", action="extend", help="its policies as files; AWS is not asked")
    group.add_argument("--boundary", metavar="FILE", help="its permissions boundary as a file, beside --policy")
    group.add_argument("--principal", metavar="ARN", help="another user or role")
    parser.add_argument("--mode", default="error", metavar="NAME", help="error (default), or warn: the exit code is 0")
    parser.add_argument("--format", default="text", metavar="NAME", help=f"{', '.join(FORMATS)} (default: text)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when something cannot be known")
    parser.add_argument("--timeout", default="20", metavar="SECONDS", help="how long AWS may be silent (default: 20)")
    parser.add_argument("--max-age", metavar="SECONDS", help=f"how old a cached answer may be (default: ${_MAX_AGE}, else 300)")


def run(arguments: argparse.Namespace) -> int:
    """Prints the answer; the exit code is as above."""
    _refuse_nonsense(arguments)
    inputs = inputs_of(arguments)
    source = read_source(inputs)
    session = _Session(arguments, inputs, source)
    service, answer = session.answered()
    _write(arguments, session, service, answer)
    if arguments.mode == "warn":
        return 0
    if answer.missing:
        return 1
    if not answer.evidence.complete:
        return AwsError.exit_code
    return 1 if arguments.strict and (answer.unknown or service.prediction.gaps) else 0


class _Session:
    """One check: who is asked about, and what is known of it."""

    def __init__(self, arguments: argparse.Namespace, inputs: Inputs, source: Source) -> None:
        self._arguments = arguments
        self._source = source
        self._stack = project_of(inputs, source).stack
        self._max_age = _seconds(arguments.max_age or os.environ.get(_MAX_AGE, "300"), "--max-age")
        self._timeout = _seconds(arguments.timeout, "--timeout")
        self._failure: AwsError | None = None
        self._principal = self._who()
        known = self._stack.account or (self._principal.account if self._principal is not None else None)
        self._inputs = replace(inputs, account=inputs.account or known)
        self.notes: list[str] = []

    @property
    def folder(self) -> Path | None:
        """Where the service is."""
        return self._source.service_dir

    def answered(self) -> tuple[Predicted, Answer]:
        """The service and the answer. Places in the configuration are only looked up where something is to be said about them."""
        service = predicted(self._inputs, places=self._arguments.format == "report", source=self._source)
        needs = self._needs(service)
        evidence = self._evidence(service, needs)
        ever = self._ever(service, needs) if evidence.has_policies else None
        answer = answer_of(needs, evidence, service.project, ever)
        if answer.missing and self._arguments.format != "report":
            service = predicted(self._inputs, places=True, source=self._source)
            answer = answer_of(self._needs(service), evidence, service.project, ever)
        self._note(service)
        return service, answer

    def _who(self) -> Identity | None:
        if self._arguments.principal is not None:
            return principal_option(self._arguments.principal)
        if self._arguments.policy is not None:
            return None
        from sls_leastpriv.check.aws import Aws
        from sls_leastpriv.check.cache import Cache
        from sls_leastpriv.check.principal import who_am_i
        from sls_leastpriv.check.progress import Progress

        try:
            with Progress("asking AWS who the credentials are of"):
                return who_am_i(Aws(self._stack.region, self._timeout), Cache(self._max_age))
        except AwsError as error:
            self._failure = error
            return None

    def _evidence(self, service: Predicted, needs: Sequence[Need]) -> Evidence:
        if self._arguments.policy is not None:
            from sls_leastpriv.check.files import evidence_of_files

            boundaries = [self._arguments.boundary] if self._arguments.boundary is not None else []
            return evidence_of_files(self._arguments.policy, boundaries, self._principal)
        if self._principal is not None:
            try:
                return self._asked(self._principal, service, needs)
            except AwsError as error:
                self._failure = error
        assert self._failure is not None
        return Evidence(kind="none", principal=self._principal, reason=self._failure.message, help=self._failure.help)

    def _asked(self, principal: Identity, service: Predicted, needs: Sequence[Need]) -> Evidence:
        from sls_leastpriv.check.aws import Aws
        from sls_leastpriv.check.cache import Cache
        from sls_leastpriv.check.gather import gather
        from sls_leastpriv.check.trials import asks_of, simulator_trials

        asks, project = asks_of(needs), service.project

        def suffices(evidence: Evidence) -> bool:
            answer = answer_of(needs, evidence, project)
            return not answer.missing and not (self._arguments.strict and answer.unknown)

        return gather(
            Aws(project.stack.region, self._timeout),
            Cache(self._max_age),
            principal,
            lambda who: simulator_trials(asks, project.stack, who),
            suffices,
        )

    def _ever(self, service: Predicted, needs: list[Need]) -> list[Need] | None:
        """The principal's needs for whatever it runs; None where a command is checked that knows no template."""
        if "deploy" not in service.project.commands:
            return None
        if self._inputs.commands is None:
            return needs
        return needs + self._needs(predicted(replace(self._inputs, commands=None), places=False, source=self._source))

    def _needs(self, service: Predicted) -> list[Need]:
        whose = self._whose(service)
        return [need for need in service.prediction.needs if need.principal == whose]

    def _whose(self, service: Predicted) -> Principal:
        """Whose needs are asked about: the deployer's, unless `--principal` is the service's own CloudFormation role."""
        role = deployment_role(service.project)
        return "cloudformation" if role is not None and role == self._arguments.principal else "deployer"

    def _note(self, service: Predicted) -> None:
        expected = self._stack.account
        if self._principal is not None and expected is not None and expected != self._principal.account:
            self.notes.append(f"{self._principal.label} is not in the account {expected} that the service is deployed to")
        others = sum(need.principal == "cloudformation" for need in service.prediction.needs)
        if others and self._whose(service) == "deployer":
            self.notes.append(
                f"what CloudFormation's own role needs ({others}) is not checked; `check --principal ARN` with its ARN does that"
            )


def _refuse_nonsense(arguments: argparse.Namespace) -> None:
    for option, known in (("mode", MODES), ("format", FORMATS)):
        if getattr(arguments, option) not in known:
            raise UsageError(f"`{getattr(arguments, option)}` is no {option} that is known", help=f"one of {', '.join(known)}")
    if arguments.boundary is not None and arguments.policy is None:
        raise UsageError("`--boundary` goes with `--policy`", help="without `--policy` the boundary is read from AWS")


def _seconds(text: str, option: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e9:
        raise UsageError(f"`{text}` is no number of seconds", help=f"`{option}` takes a number such as 20")
    return seconds


def _write(arguments: argparse.Namespace, session: _Session, service: Predicted, answer: Answer) -> None:
    level = "error" if arguments.mode == "error" else "warning"
    evidence = answer.evidence
    if evidence.kind == "none":
        sys.stderr.write(f"{level}: the check cannot be made: {evidence.reason}\nhelp: {evidence.help}\n")
    for note in session.notes:
        sys.stderr.write(f"note: {note}\n")
    if arguments.format == "report":
        from sls_leastpriv.render.check_report import check_report
        from sls_leastpriv.render.escalations import escalation_report
        from sls_leastpriv.render.json_text import json_text
        from sls_leastpriv.render.report import report

        whole = report(service.project, service.prediction, service.policies)
        paths = escalation_report(_paths(service, answer))
        checked = {**check_report(answer, mode=arguments.mode), "notes": session.notes, "escalations": paths}
        sys.stdout.write(json_text({**whole, "check": checked}))
        return
    if arguments.mode == "warn" and answer.missing:
        sys.stderr.write("note: in mode warn what is missing does not fail this check\n")
    if arguments.format == "github" or os.environ.get("GITHUB_ACTIONS") == "true":
        from sls_leastpriv.render.annotations import github_annotations

        stream = sys.stdout if arguments.format == "github" else sys.stderr
        folder = _in_repository(session.folder)
        stream.write(github_annotations(answer, level="error" if level == "error" else "warning", folder=folder))
    from sls_leastpriv.render.check_text import check_text

    beyond = _paths(service, answer) if arguments.policy is not None else ()
    sys.stderr.write(check_text(service.project, answer, gaps=service.prediction.gaps, paths=beyond, now=time.time()))


def _paths(service: Predicted, answer: Answer) -> Sequence[Escalation]:
    """By which paths the principal gets more than its policies say; none where its policies are not at hand."""
    from sls_leastpriv.escalation.service import given_paths

    evidence = answer.evidence
    boundary = None if evidence.boundary is None else [one.document for one in evidence.boundary]
    return given_paths(service.project, [one.document for one in evidence.identity], boundary)


def _in_repository(folder: Path | None) -> str:
    """The service's folder relative to the checkout of GitHub's runner, with a slash at the end."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if folder is None or not workspace:
        return ""
    try:
        inside = folder.resolve().relative_to(Path(workspace).resolve())
    except (ValueError, OSError):
        return ""
    return "" if inside == Path() else f"{inside.as_posix()}/"
