"""The options that every verb about a service takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from sls_leastpriv.commands.service import Wanted
from sls_leastpriv.errors import UsageError
from sls_leastpriv.model import Tag
from sls_leastpriv.policy.build import Fit
from sls_leastpriv.policy.size import INLINE, POLICIES_PER_PRINCIPAL
from sls_leastpriv.policy.trust import parse_trust
from sls_leastpriv.read.source import Inputs


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Adds the engine inputs of the command-line contract."""
    group = parser.add_argument_group("the service")
    group.add_argument("--template", metavar="FILE", help="compiled CloudFormation template, JSON or YAML")
    group.add_argument("--package", metavar="DIR", action="append", help="folder that the Framework packaged into; repeat for more")
    group.add_argument("--config", metavar="FILE", help="resolved serverless configuration, JSON or YAML")
    group.add_argument("--handoff", metavar="FILE", help=argparse.SUPPRESS)
    group.add_argument("--framework", metavar="NAME", help="serverless@3, serverless@4, osls@3, osls@4, or none")
    group.add_argument("--commands", metavar="LIST", help="what the deployer runs (default: deploy,remove)")
    group.add_argument("--previous", metavar="FILE", help="template that is deployed now, or none for a first deploy")
    group.add_argument("--stack-name", metavar="NAME")
    group.add_argument("--stage", metavar="NAME")
    group.add_argument("--region", metavar="NAME")
    group.add_argument("--account", metavar="ID")
    group.add_argument("--partition", metavar="NAME")
    group.add_argument("--stack-tags", metavar="K=V,…")


def check_format(name: str, formats: Sequence[str]) -> None:
    """UsageError unless `--format` names one of the verb's formats."""
    if name not in formats:
        raise UsageError(f"`{name}` is no format that is known", help=f"one of {', '.join(formats)}")


def inputs_of(arguments: argparse.Namespace) -> Inputs:
    """The parsed options as `Inputs`."""
    values: dict[str, Any] = {name: getattr(arguments, name, None) for name in Inputs.__dataclass_fields__}
    packages = _packages(arguments)
    if len(packages) > 1 and not getattr(arguments, "several", False):
        raise UsageError("only one service can be named here", help="`generate` and `explain` take several `--package DIR`")
    return Inputs(**{**values, "package": packages[0]})


def more_packages(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The packages beside the service itself."""
    return tuple(folder for folder in _packages(arguments)[1:] if folder is not None)


def _packages(arguments: argparse.Namespace) -> list[str | None]:
    """The service's own package, None where it is a hand-off or a template, then the others."""
    given: list[str | None] = list(arguments.package or ())
    if given and arguments.template is not None:
        raise UsageError(
            "`--template` and `--package` exclude each other", help="give one of `--template FILE` and `--package DIR`"
        )
    return given if given and arguments.handoff is None and arguments.template is None else [None, *given]


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what kind of policy is written."""
    group = parser.add_argument_group("the policy")
    group.add_argument(
        "--fit",
        nargs="?",
        const="1",
        metavar="N|user|group|role",
        help="widen what does not fit N managed policies (1), or inline into a user, group or role; each widening is listed",
    )
    group.add_argument("--split-role", action="store_true", help="as with a CloudFormation role: the deployer only passes it")
    group.add_argument("--require-tag", metavar="K=V", help="hold every action to this tag, where AWS supports that")
    group.add_argument("--trust", metavar="WHO", help="who assumes the deployer's role: github:owner/repo@ref, an account, an ARN")


def wanted_of(arguments: argparse.Namespace) -> Wanted:
    """What the options say of the policy. UsageError for what no policy can be."""
    trust = parse_trust(arguments.trust) if arguments.trust is not None else None
    return Wanted(_fit(arguments.fit), trust, _tag(arguments.require_tag))


def _tag(text: str | None) -> Tag | None:
    if text is None:
        return None
    key, _, value = text.partition("=")
    if not key or not value:
        raise UsageError(f"`{text}` is no tag", help="write `--require-tag Team=A`")
    return Tag(key, value)


def _fit(text: str | None) -> Fit | None:
    if text is None:
        return None
    if text in INLINE:
        return Fit(inline=text)
    if text.isdecimal() and 1 <= int(text) <= POLICIES_PER_PRINCIPAL:
        return Fit(managed=int(text))
    raise UsageError(f"`{text}` is nothing that a policy can fit", help=f"1 to {POLICIES_PER_PRINCIPAL}, user, group or role")
