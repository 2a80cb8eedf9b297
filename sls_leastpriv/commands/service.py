"""What the verbs share: from the command line to the service's policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sls_leastpriv.model import Prediction, Project
from sls_leastpriv.policy.build import PolicySet, build
from sls_leastpriv.predict import predict
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.read.source import Inputs, Source


@dataclass(frozen=True, slots=True)
class Predicted:
    """A service, its prediction and its policies."""

    project: Project
    prediction: Prediction
    policies: PolicySet


def predicted(inputs: Inputs, *, places: bool) -> Predicted:
    """Reads the service and predicts it. `places` asks for `file:line` of every subject, which costs reading the YAML."""
    source = read_source(inputs)
    project = project_of(inputs, source)
    prediction = predict(project, where=_where(project, source) if places else None)
    return Predicted(project, prediction, build(project, prediction))


def _where(project: Project, source: Source) -> Mapping[str, str]:
    """Logical ids, and dotted configuration paths of variables, → `file:line`."""
    if source.service_dir is None or source.config_file is None:
        return {}
    from sls_leastpriv.read.serverless_yml import Locator, ResourcePlaces

    locator = Locator(source.service_dir, source.config_file, stage=project.stage, region=project.stack.region)
    places = ResourcePlaces(project.config or {})
    found: dict[str, str | None] = {}
    for template in (project.template, project.previous):
        for logical_id, body in (template or {}).get("Resources", {}).items():
            if "Type" in body:
                found.setdefault(logical_id, locator.where(places.of(logical_id, body["Type"])))
    for variable in project.variables:
        found.setdefault(".".join(variable.path), locator.where(variable.path))
    return {name: place for name, place in found.items() if place is not None}
