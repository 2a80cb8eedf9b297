"""`apply`: brings the policies into an account. A plan, unless `--yes`.

Exit codes: 0 where the account has what it is to have, or was brought there; 1 where a plan has something to do and `--yes` is
missing; 4 where AWS could not be asked or refuses.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sls_leastpriv.commands.options import add_policy_options, add_service_options
from sls_leastpriv.errors import UsageError

SUMMARY = "create or update the policies in an account; a plan unless --yes"

_KINDS = ("user", "role", "group")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `apply`."""
    add_service_options(parser)
    parser.add_argument("--from", dest="source_file", metavar="FILE", help="a report, or a policy document, instead of a service")
    parser.add_argument("--from-stage", metavar="NAME", help="the stage that the names of a policy document are of (default: dev)")
    add_policy_options(parser)
    group = parser.add_argument_group("the account; --account, --stage, --region and --stack-name say what the names are to be of")
    for kind in _KINDS:
        group.add_argument(f"--{kind}", metavar="NAME", help=f"the {kind} that holds the deployer's policies")
    group.add_argument("--boundary", metavar="ARN", help="set this permissions boundary on it")
    group.add_argument("--inline", action="store_true", help="one inline policy instead of managed ones, where it fits")
    group.add_argument("--profile", metavar="NAME", help="the AWS profile whose credentials are used")
    group.add_argument("--assume-role", metavar="ARN", help="assume this role, as of another account")
    group.add_argument("--timeout", default="20", metavar="SECONDS", help="how long AWS may be silent (default: 20)")
    parser.add_argument("--yes", action="store_true", help="carry the plan out")
    parser.add_argument("--undo", action="store_true", help="go back to how it was before the last run")


def run(arguments: argparse.Namespace) -> int:
    """Prints the plan on stdout, and with `--yes` carries it out."""
    from sls_leastpriv.apply.session import aws_of
    from sls_leastpriv.commands.apply_bundle import apply_bundle, apply_inline
    from sls_leastpriv.commands.wanted_policies import wanted_policies

    _refuse_nonsense(arguments)
    aws = aws_of(arguments.region, float(arguments.timeout), profile=arguments.profile, role=arguments.assume_role)
    wanted = wanted_policies(arguments, lambda: str(aws.call("sts", "get_caller_identity")["Account"]))
    for old, new in sorted(wanted.replaced.items()):
        sys.stderr.write(f"retargeted: {old} → {new}\n")
    pending = False
    for bundle in reversed(wanted.bundles) if arguments.undo else wanted.bundles:
        one = apply_inline if arguments.inline and bundle.principal == "deployer" else apply_bundle
        pending |= one(arguments, aws, bundle, wanted.place.account)
    if pending:
        sys.stderr.write("nothing was changed: `--yes` carries the plan out\n")
    return 1 if pending else 0


def _refuse_nonsense(arguments: argparse.Namespace) -> None:
    given = [kind for kind in _KINDS if getattr(arguments, kind) is not None]
    if len(given) > 1:
        raise UsageError(f"`--{given[0]}` and `--{given[1]}` exclude each other", help="name one principal; apply again for others")
    if arguments.boundary is not None and arguments.group is not None:
        raise UsageError("a group has no permissions boundary", help="set it on the users of the group")
    _number(arguments.timeout)


def _number(text: Any) -> None:
    if not str(text).replace(".", "", 1).isdigit():
        raise UsageError(f"`--timeout {text}` is no number of seconds", help="write `--timeout 20`")
