"""Several services, stages or regions under one set of policies, and names that are generalised on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sls_leastpriv.commands.service import Predicted, Wanted, predicted, written
from sls_leastpriv.errors import UsageError
from sls_leastpriv.model import Gap, Need, Prediction, Project
from sls_leastpriv.policy.widen import widenings
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.read.source import Inputs

_ANY = "any"
"""What stands for `*` in the names of policies."""


def predicted_together(inputs: Inputs, packages: Sequence[str], *, places: bool, wanted: Wanted) -> Predicted:
    """The service of the inputs, and those of more packages, as one: each need says of which stack it is.

    A `*` in the stage, the region or the stack's name of the inputs generalises the names; what that adds is listed as widenings.
    UsageError for options that are about one service where there are several.
    """
    if not packages and not _general(inputs):
        return predicted(inputs, places=places, wanted=wanted)
    if packages and inputs.stack_name is not None and not _general(inputs):
        raise UsageError("`--stack-name` names one stack, and there are several packages", help="leave it away")
    if packages and inputs.split_role:
        raise UsageError("each service has a CloudFormation role of its own", help="split them one by one, without more packages")
    exact: list[Need] = []
    needs: list[Need] = []
    gaps: list[Gap] = []
    projects: list[Project] = []
    for one in [inputs, *(replace(inputs, package=folder, handoff=None, template=None) for folder in packages)]:
        project, prediction, own = _one(one, places=places, wanted=wanted)
        projects.append(project)
        gaps += prediction.gaps
        needs += prediction.needs
        exact += own
    names = "-".join(dict.fromkeys(project.stack.name for project in projects)).replace("*", _ANY)
    first = replace(projects[0], stack=replace(projects[0].stack, name=names))
    service = written(first, Prediction(tuple(needs), tuple(dict.fromkeys(gaps))), wanted)
    added = [
        (policy.principal, one)
        for policy in service.policies.whole
        for one in widenings(policy.statements, [need for need in exact if need.principal == policy.principal])
    ]
    return replace(service, policies=replace(service.policies, widenings=tuple(added)), projects=tuple(projects))


def _one(inputs: Inputs, *, places: bool, wanted: Wanted) -> tuple[Project, Prediction, list[Need]]:
    """One service: its project and prediction, generalised where that is asked for, and the needs as they are without."""
    source = read_source(inputs)
    plain = inputs
    if _general(inputs):
        plain = replace(inputs, stage=_plain(inputs.stage), region=_plain(inputs.region), stack_name=_plain(inputs.stack_name))
    service = predicted(plain, places=places, source=source, wanted=wanted)
    project = project_of(plain, source)
    stack = project.stack
    needs = [_of_stack(need, stack.name) for need in service.prediction.needs]
    gaps = tuple(replace(gap, subject=replace(gap.subject, stack=stack.name)) for gap in service.prediction.gaps)
    if not _general(inputs):
        return service.project, Prediction(tuple(needs), gaps), needs
    from sls_leastpriv.retarget import Place, Retarget, other_place

    old = Place(stack.name, project.stage, stack.region, stack.account)
    new = other_place(old, stack=inputs.stack_name, stage=inputs.stage, region=inputs.region, account=None)
    retarget = Retarget(old, new)
    wide = tuple(retarget.need(need) for need in needs)
    general = replace(service.project, stage=new.stage, stack=replace(stack, name=new.stack, region=new.region))
    return general, Prediction(wide, gaps), needs


def _general(inputs: Inputs) -> bool:
    return any("*" in (text or "") for text in (inputs.stage, inputs.region, inputs.stack_name))


def _plain(text: str | None) -> str | None:
    return None if text is not None and "*" in text else text


def _of_stack(need: Need, stack: str) -> Need:
    return replace(need, cause=replace(need.cause, subject=replace(need.cause.subject, stack=stack)))
