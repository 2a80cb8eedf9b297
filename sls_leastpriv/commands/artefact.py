"""The artefact of `generate`: what stdout, or one file, gets in each format."""

from __future__ import annotations

from sls_leastpriv.commands.service import Predicted
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.render.json_text import json_text


def artefact(service: Predicted, format: str) -> str:
    """What stdout gets: the report, or one complete policy document of the deployer."""
    if format == "report":
        from sls_leastpriv.render.report import report

        return json_text(report(service.project, service.prediction, service.policies))
    return json_text(policy_document(service.policies.whole[0].statements))
