"""What the verbs share: from the command line to the service's policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sls_leastpriv.errors import UsageError
from sls_leastpriv.facts.service import deployment_role, listed_plugins
from sls_leastpriv.knowledge.overlay import Overlay
from sls_leastpriv.model import Boundary, Gap, Need, Prediction, Project, Tag
from sls_leastpriv.policy.build import Fit, PolicySet, build
from sls_leastpriv.policy.roles import Role, roles_of
from sls_leastpriv.policy.trust import Trust
from sls_leastpriv.predict import predict
from sls_leastpriv.read.presence import files_in
from sls_leastpriv.read.project import project_of, project_settings, read_source
from sls_leastpriv.read.source import Inputs, Source
from sls_leastpriv.resources import resources_of

OVERLAY_FOLDER = "leastpriv"


@dataclass(frozen=True, slots=True)
class Predicted:
    """A service, its prediction, its policies, and the roles that hold them."""

    project: Project
    prediction: Prediction
    policies: PolicySet
    roles: tuple[Role, ...] = ()
    projects: tuple[Project, ...] = ()
    """All of them, where there are several."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of policies is wanted: widened to `fit`, with a deployer's role that `trust` says who assumes, held to a `tag`."""

    fit: Fit | None = None
    trust: Trust | None = None
    tag: Tag | None = None


def predicted(inputs: Inputs, *, places: bool, source: Source | None = None, wanted: Wanted | None = None) -> Predicted:
    """Reads the service and predicts it. `places` asks for `file:line` of every subject, which costs reading the YAML.

    `source` is what the inputs name, where it was read already: standard input can be read once.
    """
    source = source or read_source(inputs)
    project = project_of(inputs, source)
    overlay = overlay_of(project, source)
    where = _where(project, source) if places else None
    if not inputs.with_boundary and "boundary" not in project_settings(project.config):
        return written(project, _tagged(project, predict(project, where=where, overlay=overlay), wanted), wanted)
    from sls_leastpriv.boundary.apply import under_boundary
    from sls_leastpriv.boundary.wiring import boundary_arn, wired

    arn = boundary_arn(project)
    carrying = wired(project, arn)
    prediction, boundary = under_boundary(carrying, predict(carrying, where=where, overlay=overlay), arn, project)
    return written(carrying, _tagged(carrying, prediction, wanted), wanted, boundary)


def _tagged(project: Project, prediction: Prediction, wanted: Wanted | None) -> Prediction:
    if wanted is None or wanted.tag is None:
        return prediction
    from sls_leastpriv.require_tag import require_tag

    return require_tag(prediction, project.stack, wanted.tag)


def with_more(service: Predicted, needs: Iterable[Need], gaps: Iterable[Gap], wanted: Wanted | None = None) -> Predicted:
    """The service with further needs and gaps, and the policies for all of them."""
    known = service.prediction
    prediction = Prediction((*known.needs, *needs), (*known.gaps, *gaps))
    return written(service.project, prediction, wanted, service.policies.boundary)


def written(project: Project, prediction: Prediction, wanted: Wanted | None, boundary: Boundary | None = None) -> Predicted:
    """The policies and roles for a prediction."""
    wanted = wanted or Wanted()
    policies = replace(build(project, prediction, wanted.fit), boundary=boundary)
    role = deployment_role(project)
    roles = roles_of(
        project.stack.name,
        policies.fitting,
        prediction.needs,
        trust=wanted.trust,
        cloudformation=role if isinstance(role, str) else None,
    )
    return Predicted(project, prediction, policies, roles)


def overlay_folder(project: Project, source: Source) -> Path:
    """The folder `leastpriv`, or what `custom.leastpriv.overlay` names, beside the configuration."""
    setting = project_settings(project.config).get("overlay")
    return (source.service_dir or Path()) / (setting if isinstance(setting, str) else OVERLAY_FOLDER)


def overlay_of(project: Project, source: Source) -> Overlay:
    """The project's own knowledge."""
    setting = project_settings(project.config).get("overlay")
    folder = overlay_folder(project, source)
    files = files_in(folder, "*.toml", "the overlay") if source.service_dir is not None else []
    if not files:
        if isinstance(setting, str):
            raise UsageError(f"`{setting}` holds no overlay", help="`custom.leastpriv.overlay` names a folder with TOML files")
        return Overlay()
    from sls_leastpriv.knowledge.read_overlay import read_overlay

    return read_overlay(files)


def _where(project: Project, source: Source) -> Mapping[str, str]:
    """Logical ids, and dotted configuration paths of variables, → `file:line`."""
    if source.service_dir is None or source.config_file is None:
        return {}
    from sls_leastpriv.read.serverless_yml import Locator, ResourcePlaces

    locator = Locator(source.service_dir, source.config_file, stage=project.stage, region=project.stack.region)
    places = ResourcePlaces(project.config or {})
    found: dict[str, str | None] = {}
    for template in (project.template, project.previous):
        for logical_id, body in resources_of(template).items():
            found.setdefault(logical_id, locator.where(places.of(logical_id, body["Type"])))
    modules = ("modules",) if isinstance((project.config or {}).get("plugins"), Mapping) else ()
    for index, name in enumerate(listed_plugins(project.config)):
        found.setdefault(f"plugins.{name}", locator.where(("plugins", *modules, index)))
    for variable in project.variables:
        found.setdefault(".".join(variable.path), locator.where(variable.path))
    return {name: place for name, place in found.items() if place is not None}
