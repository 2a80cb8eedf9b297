"""Puts a prediction under a permissions boundary: the boundary's document, the deployer's narrowed needs, what is to be wired."""

from __future__ import annotations

from dataclasses import replace

from sls_leastpriv.boundary.document import boundary_document
from sls_leastpriv.boundary.needs import bounded
from sls_leastpriv.boundary.wiring import wiring_gaps
from sls_leastpriv.declared.identities import identities_of, managed_policies_of
from sls_leastpriv.model import Boundary, Prediction, Project
from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.policy.size import MANAGED_POLICY, characters


def under_boundary(project: Project, prediction: Prediction, arn: str, declared: Project) -> tuple[Prediction, Boundary]:
    """The prediction of a wired project under the boundary, and the boundary.

    `declared` is the project as its author wrote it: its gaps say what is not wired yet.
    """
    stacks = list(bound_stacks(project, project.template or {"Resources": {}}))
    identities = [identity for bound in stacks for identity in identities_of(bound)]
    written = {name: document for bound in stacks for name, document in managed_policies_of(bound).items()}
    types = frozenset(one for bound in stacks for one in bound.types)
    document, unknown = boundary_document(identities, written, types, arn)
    needs = tuple(bounded(prediction.needs, arn, (one.arn for one in identities)))
    gaps = (*prediction.gaps, *wiring_gaps(declared, arn), *unknown)
    fits = characters(document) <= MANAGED_POLICY
    return replace(prediction, needs=needs, gaps=gaps), Boundary(arn.rpartition("/")[2], arn, document, fits)
