"""What `apply` says: what changes by meaning, and the calls that do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sls_leastpriv.apply import steps as s
from sls_leastpriv.apply.state import Account, Holder
from sls_leastpriv.policy.compare import Change, compare
from sls_leastpriv.policy.grants import Grant

_SIGNS = {"widened": "+", "narrowed": "-", "moved": "~"}


def plan_text(holder: Holder, where: str, account: Account, after: Iterable[Mapping[str, Any]], plan: s.Plan) -> str:
    """The plan for one holder: the grants that come and go, then the steps."""
    lines = [f"{holder} in account {where}"]
    if not plan.steps:
        return "\n".join([*lines, "  nothing to do: it has what it is to have"]) + "\n"
    changes = compare(list(account.attached.values()), list(after))
    lines += [f"  {line}" for line in _changes(changes)] or ["  the grants stay the same"]
    lines += [f"  warning: {warning}" for warning in plan.warnings]
    lines += [f"  will {step_text(step)}" for step in plan.steps]
    return "\n".join(lines) + "\n"


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    """One line per grant; the same actions on one resource together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for change in changes:
        groups.setdefault((_SIGNS[change.kind], _on(change.grant), _was(change)), []).append(change.grant.action)
    for (sign, on, was), actions in groups.items():
        yield f"{sign} {', '.join(actions)} on {on}{was}"


def _on(grant: Grant) -> str:
    tests = "".join(f", if {one.operator} {one.key} = {' or '.join(one.values)}" for one in grant.conditions)
    return f"{grant.resource}{tests}"


def _was(change: Change) -> str:
    return f" (was {_on(change.was[0])})" if change.kind == "moved" and change.was else ""


def step_text(step: s.Step) -> str:
    """A step in words."""
    match step:
        case s.CreateRole():
            return "create the role"
        case s.DeleteRole():
            return "delete the role"
        case s.SetBoundary(None):
            return "remove the permissions boundary"
        case s.SetBoundary(arn):
            return f"set the permissions boundary {arn}"
        case s.Create(name):
            return f"create the policy {name}"
        case s.Tag(name):
            return f"note on {name} how it was"
        case s.Untag(name):
            return f"remove the notes on {name}"
        case s.Update(name):
            return f"write a new version of {name}"
        case s.SetDefault(name, version):
            return f"put version {version} of {name} into force"
        case s.DropVersion(name, version):
            return f"delete version {version} of {name}"
        case s.Attach(name):
            return f"attach {name}"
        case s.Detach(name):
            return f"detach {name}"
        case s.Delete(name):
            return f"delete the policy {name}"
