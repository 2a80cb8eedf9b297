"""Policies of the engine for a packaged service, and variations of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.commands.run import run
from tests.e2e.loop.judge import Policy
from tests.e2e.loop.resources import ACCOUNT


class Policies(NamedTuple):
    """`document`: the policy for a command. `own`: what of it is for the command's own calls, not for CloudFormation's.
    `resources`: what CloudFormation calls under for each resource, which is a policy of its own where it has a role.
    """

    document: Policy
    own: Policy
    resources: Policy


def policies_of(handoff: Path, commands: str, *options: str | Path) -> Policies:
    """The deployer's policies for these commands of a service that was handed over."""
    report = report_of(handoff, commands, *options)
    statements = _statements(report, "deployer")
    needs = [need for need in report["needs"] if need["principal"] == "deployer" and need["subject"]["kind"] != "resource"]
    resources = _statements(report, "cloudformation") or statements
    return Policies(_policy(statements), policy_of(needs), _policy(resources))


def report_of(handoff: Path, commands: str, *options: str | Path) -> Any:
    """The report of the engine for these commands of a service that was handed over."""
    outcome = run("generate", "--handoff", handoff, "--commands", commands, "--account", ACCOUNT, "--format", "report", *options)
    assert outcome.code == 0, outcome.err
    return outcome.json()


def policy_of(needs: Iterable[Mapping[str, Any]]) -> Policy:
    """A policy with one statement for each of these needs of a report."""
    return _policy([_statement(need) for need in needs])


def _statements(report: Mapping[str, Any], principal: str) -> list[dict[str, Any]]:
    documents = [one["document"] for one in report["policies"] if one["principal"] == principal]
    return [statement for document in documents for statement in document["Statement"]]


def _policy(statements: list[dict[str, Any]]) -> Policy:
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(need: Mapping[str, Any]) -> dict[str, Any]:
    conditions: dict[str, dict[str, list[str]]] = {}
    for one in need["conditions"]:
        conditions.setdefault(one["operator"], {})[one["key"]] = one["values"]
    return {"Effect": "Allow", "Action": need["action"], "Resource": need["resource"], "Condition": conditions}


def without(policy: Policy, *actions: str) -> Policy:
    """The policy with these actions taken out of every statement; they must be written out in it, as ours are."""
    statements = []
    for statement in policy["Statement"]:
        written = statement["Action"]
        kept = [action for action in ([written] if isinstance(written, str) else written) if action not in actions]
        if kept:
            statements.append({**statement, "Action": kept})
    return {**policy, "Statement": statements}
