"""The artefact of `generate`: what stdout, or one file, gets in each format. Renderers are loaded when they are asked for."""

from __future__ import annotations

from typing import Final

from sls_leastpriv.commands.service import Predicted
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.trust import check_account
from sls_leastpriv.render.json_text import json_text

SUFFIXES: Final = {
    "policy": ".json",
    "cdk": ".json",
    "yaml": ".yml",
    "cloudformation": ".yaml",
    "terraform": ".tf",
    "html": ".html",
}
"""The suffix of a file in each format."""


def artefact(service: Predicted, format: str) -> str:
    """The text in a format: the report, what creates all policies and roles, or one complete policy document of the deployer."""
    stack, policies, roles = service.project.stack, service.policies, service.roles
    if format in ("report", "html"):
        from sls_leastpriv.render.report import report

        document = report(service.project, service.prediction, policies, roles, service.projects)
        if format == "report":
            return json_text(document)
        from sls_leastpriv.commands.page import html_page

        return html_page(document)
    if format == "cloudformation":
        from sls_leastpriv.render.cloudformation import cloudformation_template
        from sls_leastpriv.render.yaml_text import yaml_text

        return yaml_text(cloudformation_template(stack.name, policies.fitting, roles))
    if format == "terraform":
        from sls_leastpriv.render.terraform import terraform_configuration

        return terraform_configuration(stack.name, policies.fitting, roles)
    if format == "cdk":
        from sls_leastpriv.render.cdk import cdk_properties

        check_account((role.trust for role in roles), stack.account)
        account = stack.account or ""
        return json_text(cdk_properties(stack.name, policies.fitting, roles, account=account, partition=stack.partition))
    document = policy_document(policies.whole[0].statements)
    if format == "yaml":
        from sls_leastpriv.render.yaml_text import yaml_text

        return yaml_text(document)
    return json_text(document)
