"""What `apply` is to bring into an account: the policies of a service, or of a file, for one place."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.commands.options import inputs_of, wanted_of
from sls_leastpriv.commands.service import predicted
from sls_leastpriv.errors import ServiceError, UsageError
from sls_leastpriv.model import Principal, Project
from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.trust import trust_document
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.read.text_file import named, read_text
from sls_leastpriv.retarget import Place, Retarget, other_place

_APPLIED: Final[tuple[Principal, ...]] = ("cloudformation", "deployer")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The documents of one principal by name; the name of the set; and the role that holds them, where the service has one."""

    principal: Principal
    set_name: str
    documents: Mapping[str, Mapping[str, Any]]
    role: str | None = None
    trust: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The bundles, CloudFormation's first; where they are for; and the texts that another place changed."""

    bundles: tuple[Bundle, ...]
    place: Place
    replaced: Mapping[str, str]


def wanted_policies(arguments: argparse.Namespace, own_account: Callable[[], str]) -> Wanted:
    """What the command line asks for. ServiceError or UsageError where that cannot be read.

    `own_account` asks for the account of the credentials; it is asked where the service is of no account that is known.
    """
    return _of_file(arguments) if arguments.source_file is not None else _of_service(arguments, own_account)


def _of_service(arguments: argparse.Namespace, own_account: Callable[[], str]) -> Wanted:
    inputs = inputs_of(arguments)
    source = read_source(inputs)
    packaged = replace(inputs, stage=None, region=None, stack_name=None, account=None)
    try:
        old = _place(project_of(packaged, source))
    except UsageError:
        # a bare template says nothing of its place
        packaged, old = inputs, _place(project_of(inputs, source))
    new = other_place(old, stack=inputs.stack_name, stage=inputs.stage, region=inputs.region, account=inputs.account)
    if old.account is None:
        new = replace(new, account=inputs.account or own_account())
        packaged = replace(packaged, account=new.account)
    retarget = Retarget(old, new)
    service = predicted(packaged, places=False, source=source, wanted=wanted_of(arguments))
    bundles = []
    for whole in reversed(service.policies.whole):
        documents = {
            retarget.text(one.name): retarget.document(policy_document(one.statements))
            for one in service.policies.fitting
            if one.principal == whole.principal
        }
        role = next((one for one in service.roles if one.principal == whole.principal), None)
        trust = None
        if role is not None and (new.account is not None or role.trust.services):
            trust = trust_document(role.trust, account=new.account or "", partition=new.partition)
        bundles.append(
            Bundle(
                whole.principal, retarget.text(whole.name), documents, retarget.text(role.name) if role is not None else None, trust
            )
        )
    return Wanted(tuple(bundles), new, retarget.replaced)


def _place(project: Project) -> Place:
    return Place(project.stack.name, project.stage, project.stack.region, project.stack.account)


def _of_file(arguments: argparse.Namespace) -> Wanted:
    """A report, or one policy document, which is called as its file."""
    name = arguments.source_file
    document = parse_json(read_text(name, "the policy"), named(name, "the policy"))
    if not isinstance(document, Mapping):
        raise ServiceError(f"`{name}` holds no policy", help="give a report (`--format report`) or a policy document")
    stage = arguments.from_stage or "dev"
    if "policies" in document:
        service = (document.get("services") or [{}])[0]
        old = Place(service.get("stack", ""), service.get("stage", stage), service.get("region"), service.get("account"))
        policies = [(one["principal"], one["name"], one["document"]) for one in document["policies"]]
    else:
        stem = Path(name).stem
        old = Place(arguments.stack_name or stem, stage, None, None)
        policies = [("deployer", stem, document)]
    new = other_place(old, stack=arguments.stack_name, stage=arguments.stage, region=arguments.region, account=arguments.account)
    retarget = Retarget(old, new)
    bundles = []
    for principal in _APPLIED:
        documents = {}
        for whose, title, body in policies:
            if whose == principal:
                compile_policy(body, f"`{title}`")
                documents[retarget.text(title)] = retarget.document(body)
        if documents:
            set_name = f"{new.stack}-{principal}" if "policies" in document else next(iter(documents))
            bundles.append(Bundle(principal, set_name, documents, *_role_of(document, principal, retarget)))
    return Wanted(tuple(bundles), new, retarget.replaced)


def _role_of(document: Mapping[str, Any], principal: str, retarget: Retarget) -> tuple[str | None, Mapping[str, Any] | None]:
    role = next((one for one in document.get("roles", ()) if one["principal"] == principal), None)
    if role is None:
        return None, None
    return retarget.text(role["name"]), retarget.trust(role["trust"]) if role["trust"] is not None else None
