"""Several services, stages or regions under one set of policies, and names that are generalised on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sls_leastpriv.commands.service import Predicted, Wanted, predicted, written
from sls_leastpriv.errors import UsageError
from sls_leastpriv.model import Gap, Need, Prediction, Project, Subject
from sls_leastpriv.policy.widen import widenings
from sls_leastpriv.read.project import project_settings, read_source
from sls_leastpriv.read.source import Inputs, Source
from sls_leastpriv.retarget import Place, Retarget, other_place

_ANY = "any"
"""What stands for `*` in the names of policies."""


def predicted_together(
    inputs: Inputs, packages: Sequence[str], *, places: bool, wanted: Wanted, source: Source | None = None
) -> Predicted:
    """The service of the inputs, and those of more packages, as one: each need says of which stack it is.

    `custom.leastpriv.stages` and `regions` add the same service in other places. A `*` there, or in the stage, the region or the
    stack's name of the inputs, generalises the names; what that adds is listed as widenings. `source` is what the inputs name,
    where it was read already. UsageError for options that are about one service where there are several.
    """
    source = source or read_source(inputs)
    if not packages and not _general(inputs) and not _has_more_places(source):
        return predicted(inputs, places=places, source=source, wanted=wanted)
    if packages and inputs.stack_name is not None and not _general(inputs):
        raise UsageError("`--stack-name` names one stack, and there are several packages", help="leave it away")
    if inputs.split_role and (packages or _has_more_places(source)):
        raise UsageError("each stack has a CloudFormation role of its own", help="split them one by one")
    more = [replace(inputs, package=folder, handoff=None, template=None) for folder in packages]
    parts = [_one(inputs, source, places=places, wanted=wanted)]
    parts += [_one(one, read_source(one), places=places, wanted=wanted) for one in more]
    projects = tuple(project for part in parts for project in part.projects)
    needs = tuple(need for part in parts for need in part.needs)
    gaps = dict.fromkeys(gap for part in parts for gap in part.gaps)
    names = "-".join(dict.fromkeys(project.stack.name for project in projects)).replace("*", _ANY)
    first = replace(projects[0], stack=replace(projects[0].stack, name=names))
    service = written(first, Prediction(needs, tuple(gaps)), wanted)
    exact = [need for part in parts for need in part.exact]
    added = [
        (policy.principal, one)
        for policy in service.policies.whole
        for one in widenings(policy.statements, [need for need in exact if need.principal == policy.principal])
    ]
    return replace(service, policies=replace(service.policies, widenings=tuple(added)), projects=projects)


@dataclass(frozen=True, slots=True)
class _Part:
    """One service in all places where it is wanted. `exact` are the needs of those places that have no `*`."""

    projects: tuple[Project, ...]
    needs: tuple[Need, ...]
    exact: tuple[Need, ...]
    gaps: tuple[Gap, ...]


def _one(inputs: Inputs, source: Source, *, places: bool, wanted: Wanted) -> _Part:
    """One service, predicted as it is packaged, and from that for each place."""
    plain = inputs
    if _general(inputs):
        plain = replace(inputs, stage=_plain(inputs.stage), region=_plain(inputs.region), stack_name=_plain(inputs.stack_name))
    service = predicted(plain, places=places, source=source, wanted=wanted)
    stack = service.project.stack
    here = Place(stack.name, service.project.stage, stack.region, stack.account)
    needs = tuple(_of_stack(need, stack.name) for need in service.prediction.needs)
    gaps = [replace(gap, subject=replace(gap.subject, stack=stack.name)) for gap in service.prediction.gaps]
    if service.policies.boundary is not None:
        reason = "the boundary of its roles is not in a set for several stacks; `generate --boundary` for this one alone writes it"
        gaps.append(Gap(Subject("stack", stack.name, stack=stack.name), reason))
    projects: list[Project] = []
    asked: list[Need] = []
    exact = [*needs]
    for place in _places(here, inputs, source):
        own = needs if place == here else tuple(_moved(needs, here, place))
        asked += own
        projects.append(replace(service.project, stage=place.stage, stack=replace(stack, name=place.stack, region=place.region)))
        if place != here and not _is_pattern(place):
            exact += own
            reason = (
                f"predicted from the configuration of `{stack.name}`: what differs there is not known; `--package` adds it as it is"
            )
            gaps.append(Gap(Subject("stack", place.stack, stack=place.stack), reason))
    return _Part(tuple(projects), tuple(asked), tuple(exact), tuple(gaps))


def _places(here: Place, inputs: Inputs, source: Source) -> list[Place]:
    """Where the service is wanted: here, and where the settings say; or in general, where a `*` says so."""
    if _general(inputs):
        return [other_place(here, stack=inputs.stack_name, stage=inputs.stage, region=inputs.region, account=None)]
    stages: list[str | None] = [*_setting(source, "stages")] or [here.stage]
    regions: list[str | None] = [*_setting(source, "regions")] or [here.region]
    wanted = [
        other_place(here, stack=None, stage=stage, region=region, account=None)
        for stage in dict.fromkeys(stages)
        for region in dict.fromkeys(regions)
    ]
    if here in wanted or "*" in stages or "*" in regions:
        return wanted
    return [here, *wanted]


def _moved(needs: Sequence[Need], here: Place, place: Place) -> Iterator[Need]:
    retarget = Retarget(here, place)
    for need in needs:
        moved = retarget.need(need)
        yield moved if _is_pattern(place) else _of_stack(moved, place.stack)


def _is_pattern(place: Place) -> bool:
    return "*" in f"{place.stack}{place.region}"


def _has_more_places(source: Source) -> bool:
    return bool(_setting(source, "stages") or _setting(source, "regions"))


def _setting(source: Source, name: str) -> list[str]:
    value = project_settings(source.config).get(name)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one]


def _general(inputs: Inputs) -> bool:
    return any("*" in (text or "") for text in (inputs.stage, inputs.region, inputs.stack_name))


def _plain(text: str | None) -> str | None:
    return None if text is not None and "*" in text else text


def _of_stack(need: Need, stack: str) -> Need:
    return replace(need, cause=replace(need.cause, subject=replace(need.cause.subject, stack=stack)))
