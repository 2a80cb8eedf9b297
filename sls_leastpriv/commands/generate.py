"""`generate`: writes the policy."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sls_leastpriv.commands.artefact import SUFFIXES, artefact
from sls_leastpriv.commands.options import (
    add_policy_options,
    add_service_options,
    check_format,
    inputs_of,
    more_packages,
    wanted_of,
)
from sls_leastpriv.commands.service import Predicted, Wanted, with_more
from sls_leastpriv.commands.several import predicted_together
from sls_leastpriv.errors import UsageError
from sls_leastpriv.read.project import project_settings, read_source
from sls_leastpriv.read.source import Source
from sls_leastpriv.render.summary import summary

FORMATS = ("policy", "report", "yaml", "cloudformation", "terraform", "cdk", "html")
SUMMARY = "write the least-privilege policy of the service's deployer"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `generate`."""
    add_service_options(parser)
    parser.add_argument("--format", default="policy", metavar="NAME", help=f"{', '.join(FORMATS)} (default: policy)")
    parser.add_argument(
        "--output", metavar="DIR|FILE", help="write files instead of stdout; a DIR gets one file per policy; - is stdout"
    )
    add_policy_options(parser)
    parser.set_defaults(several=True)
    parser.add_argument(
        "--boundary",
        action="store_true",
        dest="with_boundary",
        help="let roles be changed within a permissions boundary only, and write that boundary, too",
    )
    parser.add_argument("--with-check", action="store_true", help="grant the deployer what `check` needs, on itself only")
    parser.add_argument("--principal", metavar="ARN", help="the deployer's user or role, for --with-check")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when something is assumed or not known")


def run(arguments: argparse.Namespace) -> int:
    """Prints the artefact on stdout, or writes it; what is not known goes to stderr. Exit code 1 with `--strict` and doubts, or
    where `--fit` cannot be met or the boundary is too long."""
    check_format(arguments.format, FORMATS)
    if arguments.principal is not None and not arguments.with_check:
        raise UsageError("`--principal` goes with `--with-check`", help="nothing else in the policy depends on who the deployer is")
    inputs = inputs_of(arguments)
    source = read_source(inputs)
    output = _output(arguments.output, source)
    # a folder is made to be committed: line numbers would change it with every line above
    folder = output is not None and Path(output).suffix not in SUFFIXES.values()
    places = arguments.format in ("report", "html") and not folder
    wanted = wanted_of(arguments)
    service = predicted_together(inputs, more_packages(arguments), places=places, wanted=wanted, source=source)
    if arguments.with_check:
        service = _with_check(service, arguments.principal, wanted)
    written: list[str] = []
    if output is not None:
        from sls_leastpriv.commands.output import write_output

        written = write_output(output, service, arguments.format)
    else:
        sys.stdout.write(artefact(service, arguments.format))
    for name in written:
        sys.stderr.write(f"wrote {name}\n")
    said = summary(
        service.project,
        service.prediction,
        service.policies,
        service.roles,
        written=bool(written),
        new_role=arguments.split_role,
    )
    sys.stderr.write(said)
    boundary = service.policies.boundary
    if service.policies.unfit or (boundary is not None and not boundary.fits):
        return 1
    return 1 if arguments.strict and _doubts(service) else 0


def _output(option: str | None, source: Source) -> str | None:
    """Where to write: what `--output` names, else `custom.leastpriv.output` beside the configuration; None is stdout."""
    if option is not None:
        return None if option == "-" else option
    setting = project_settings(source.config).get("output")
    return str((source.service_dir or Path()) / setting) if isinstance(setting, str) and setting else None


def _with_check(service: Predicted, principal: str | None, wanted: Wanted) -> Predicted:
    from sls_leastpriv.check.identity import principal_option
    from sls_leastpriv.check.requirements import needs_of_check

    needs, gaps = needs_of_check(None if principal is None else principal_option(principal), service.project.stack)
    return with_more(service, needs, gaps, wanted)


def _doubts(service: Predicted) -> bool:
    return bool(service.prediction.gaps or service.policies.widenings) or any(
        need.cause.assumed for need in service.prediction.needs
    )
