"""`apply` for the policies of one principal: asks the account, says the plan, and carries it out where that is wanted."""

from __future__ import annotations

import argparse
import sys

from sls_leastpriv.apply.iam import Iam
from sls_leastpriv.apply.inline import Inline
from sls_leastpriv.apply.run import Planner, apply_planner, carry_out, undo_planner
from sls_leastpriv.apply.state import Holder, Kind, Target
from sls_leastpriv.apply.steps import Step
from sls_leastpriv.apply.text import plan_text, step_text
from sls_leastpriv.check.aws import Aws
from sls_leastpriv.commands.wanted_policies import Bundle
from sls_leastpriv.errors import UsageError

_KINDS: tuple[Kind, ...] = ("user", "role", "group")


def apply_bundle(arguments: argparse.Namespace, aws: Aws, bundle: Bundle, account: str | None) -> bool:
    """Whether a plan is left that `--yes` would carry out."""
    holder = _holder(arguments, bundle)
    iam = Iam(aws, bundle.set_name, holder)
    _same_account(iam.account, account)
    boundary = arguments.boundary if bundle.principal == "deployer" else None
    target = Target(bundle.set_name, holder, bundle.documents, bundle.trust, boundary)
    planner: Planner = undo_planner(iam, holder) if arguments.undo else apply_planner(target)
    found = iam.read()
    first = planner(found)
    after = () if arguments.undo else tuple(bundle.documents.values())
    if arguments.undo:
        sys.stdout.write(_undo_text(holder, iam.account, first.steps, first.warnings))
    else:
        sys.stdout.write(plan_text(holder, iam.account, found, after, first))
    if not first.steps or not arguments.yes:
        return bool(first.steps)
    carry_out(iam, planner, _said)
    return False


def apply_inline(arguments: argparse.Namespace, aws: Aws, bundle: Bundle, account: str | None) -> bool:
    """The same for one inline policy."""
    holder = _holder(arguments, bundle)
    _same_account(str(aws.call("sts", "get_caller_identity")["Account"]), account)
    inline = Inline(aws, bundle.set_name, holder)
    found = inline.read()
    if arguments.undo:
        needed, what = bundle.set_name in found, "remove"
    else:
        document = _joined(bundle)
        needed, what = inline.changes(found, document), "write"
    sys.stdout.write(f"{holder}\n  {f'will {what} the inline policy {bundle.set_name}' if needed else 'nothing to do'}\n")
    if not needed or not arguments.yes:
        return needed
    if arguments.undo:
        inline.remove()
    else:
        inline.write(document)
    return False


def _joined(bundle: Bundle) -> dict[str, object]:
    """The documents of a set as one."""
    documents = list(bundle.documents.values())
    return {**documents[0], "Statement": [one for document in documents for one in document["Statement"]]}


def _undo_text(holder: Holder, account: str, steps: tuple[Step, ...], warnings: tuple[str, ...]) -> str:
    lines = [f"{holder} in account {account}", *(f"  warning: {warning}" for warning in warnings)]
    lines += [f"  will {step_text(step)}" for step in steps] or ["  nothing to undo"]
    return "\n".join(lines) + "\n"


def _said(step: Step) -> None:
    sys.stderr.write(f"done: {step_text(step)}\n")


def _holder(arguments: argparse.Namespace, bundle: Bundle) -> Holder:
    if bundle.principal == "cloudformation":
        if bundle.role is None:
            raise UsageError(
                "the CloudFormation role is not named by a literal ARN", help="set `provider.iam.deploymentRole` to the ARN"
            )
        return Holder("role", bundle.role)
    for kind in _KINDS:
        name = getattr(arguments, kind)
        if name is not None:
            return Holder(kind, name)
    if bundle.role is not None:
        return Holder("role", bundle.role)
    raise UsageError("who holds the policies is not said", help="give `--role`, `--user` or `--group` a name, or `--trust WHO`")


def _same_account(found: str, wanted: str | None) -> None:
    if wanted not in (None, found):
        raise UsageError(
            f"the credentials are of account {found}, and the policy is for {wanted}",
            help="use the other account's credentials (`--profile`, `--assume-role`), or give `--account`",
        )
