"""`coverage`: what is known, assumed and unknown about the service."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Final

from sls_leastpriv.commands.options import add_service_options, inputs_of
from sls_leastpriv.commands.service import overlay_of, predicted
from sls_leastpriv.coverage import coverage
from sls_leastpriv.read.project import read_source
from sls_leastpriv.render.summary import completeness, gap_line

SUMMARY = "say what is known, assumed and unknown about the service"

FORMATS: Final = ("text", "report")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `coverage`."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="text (default), or everything as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when something is assumed or not known")
    add_service_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the table on stdout. Exit code 1 with `--strict` when anything is assumed, not reviewed or not known."""
    inputs = inputs_of(arguments)
    source = read_source(inputs)
    service = predicted(inputs, places=False, source=source)
    rows = coverage(service.project, service.prediction, overlay_of(service.project, source))
    if arguments.format == "report":
        from sls_leastpriv.render.json_text import json_text
        from sls_leastpriv.render.report import report

        whole = report(service.project, service.prediction, service.policies)
        sys.stdout.write(json_text({**whole, "coverage": [asdict(row) for row in rows]}))
    else:
        from sls_leastpriv.render.coverage_text import coverage_summary, coverage_text

        sys.stdout.write(coverage_text(rows))
        sys.stderr.write(coverage_summary(rows) + "\n")
    told = {reason for row in rows for reason in row.gaps}
    for gap in service.prediction.gaps:
        if gap.reason not in told:
            sys.stderr.write(gap_line(gap.subject, gap.reason) + "\n")
    sys.stderr.write(completeness(service.project, service.prediction, service.policies) + "\n")
    doubtful = any(row.assumed or row.basis not in ("entry", "overlay") for row in rows) or bool(service.prediction.gaps)
    return 1 if arguments.strict and doubtful else 0
