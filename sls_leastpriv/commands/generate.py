"""`generate`: writes the policy."""

from __future__ import annotations

import argparse
import sys

from sls_leastpriv.commands.artefact import artefact
from sls_leastpriv.commands.options import add_fit_option, add_service_options, fit_of, inputs_of
from sls_leastpriv.commands.service import Predicted, predicted
from sls_leastpriv.errors import UsageError
from sls_leastpriv.render.summary import summary

FORMATS = ("policy", "report")
SUMMARY = "write the least-privilege policy of the service's deployer"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `generate`."""
    add_service_options(parser)
    parser.add_argument("--format", default="policy", metavar="NAME", help=f"{', '.join(FORMATS)} (default: policy)")
    parser.add_argument("--output", metavar="DIR|FILE", help="write files instead of stdout; a DIR gets one file per policy")
    add_fit_option(parser)
    parser.add_argument("--strict", action="store_true", help="exit with 1 when something is assumed or not known")


def run(arguments: argparse.Namespace) -> int:
    """Prints the artefact on stdout, or writes it; what is not known goes to stderr. Exit code 1 with `--strict` and doubts, or
    where `--fit` cannot be met."""
    if arguments.format not in FORMATS:
        raise UsageError(f"`{arguments.format}` is no format that is known", help=f"one of {', '.join(FORMATS)}")
    places = arguments.format == "report" or arguments.output is not None
    service = predicted(inputs_of(arguments), places=places, fit=fit_of(arguments))
    written: list[str] = []
    if arguments.output is not None:
        from sls_leastpriv.commands.output import write_output

        written = write_output(arguments.output, service, arguments.format)
    else:
        sys.stdout.write(artefact(service, arguments.format))
    for name in written:
        sys.stderr.write(f"wrote {name}\n")
    sys.stderr.write(summary(service.project, service.prediction, service.policies, written=bool(written)))
    return 1 if service.policies.unfit or (arguments.strict and _doubts(service)) else 0


def _doubts(service: Predicted) -> bool:
    return bool(service.prediction.gaps or service.policies.widenings) or any(
        need.cause.assumed for need in service.prediction.needs
    )
