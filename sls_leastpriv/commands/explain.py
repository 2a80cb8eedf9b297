"""`explain`: why each action is in the policy."""

from __future__ import annotations

import argparse
import sys

from sls_leastpriv.commands.options import add_service_options, inputs_of, more_packages
from sls_leastpriv.commands.service import Wanted
from sls_leastpriv.commands.several import predicted_together
from sls_leastpriv.explain import explain, explanation_text
from sls_leastpriv.render.summary import completeness

SUMMARY = "say why each action is there"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `explain`."""
    parser.add_argument(
        "pattern", nargs="?", metavar="ACTION|RESOURCE", help="an action, an ARN or a logical id; * and ? are wildcards"
    )
    add_service_options(parser)
    parser.set_defaults(several=True)


def run(arguments: argparse.Namespace) -> int:
    """Prints the reasons on stdout. Exit code 1 when nothing matches the pattern."""
    service = predicted_together(inputs_of(arguments), more_packages(arguments), places=True, wanted=Wanted())
    found = explain(service.policies.whole, arguments.pattern)
    sys.stdout.write(explanation_text(found))
    if not found and arguments.pattern is not None:
        sys.stderr.write(f"nothing in the policy matches `{arguments.pattern}`\n")
    sys.stderr.write(completeness(service.project, service.prediction, service.policies) + "\n")
    return 0 if found else 1
