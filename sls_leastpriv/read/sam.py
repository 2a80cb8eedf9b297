"""What the SAM transform makes of a template: the resources that CloudFormation really deploys.

AWS's own translator does it (https://github.com/aws/serverless-application-model, Apache-2.0; the extra `sam`). It is a second or
two of imports, so it is loaded for templates that need it only, and it is kept from asking AWS: an application of the Serverless
Application Repository stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sls_leastpriv.resources import resources_of

SAM: Final = "AWS::Serverless-2016-10-31"
_APPLICATION: Final = "AWS::Serverless::Application"
_CODE: Final = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_PLACE: Final = ("PackagedCodeBucket", "PackagedCodeKey")
"""Parameters without a default, which stand for where `sam package` will put code that lies on the disk now."""


def expanded(template: Mapping[str, Any], region: str | None) -> Mapping[str, Any]:
    """The template after the SAM transform; the template as it is when it has none.

    It also stays as it is where the translator is not installed or refuses it: its resources are gaps then.
    """
    if not _has_sam(template) or not _is_installed():
        return template
    applications = {name: body for name, body in resources_of(template).items() if body.get("Type") == _APPLICATION}
    translated = _translated(_to_translate(template, applications), region or "us-east-1")
    if translated is None:
        return template
    resources = {**translated["Resources"], **applications}
    # the transform stays named: the change set is authorised on it
    return {**translated, "Resources": resources, "Transform": template["Transform"]}


def _has_sam(template: Mapping[str, Any]) -> bool:
    declared = template.get("Transform")
    return SAM in (declared if isinstance(declared, list) else [declared])


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("samtranslator") is not None


def _to_translate(template: Mapping[str, Any], applications: Mapping[str, Any]) -> dict[str, Any]:
    from copy import deepcopy

    document = deepcopy(dict(template))
    document["Transform"] = SAM
    document["Resources"] = {name: body for name, body in document["Resources"].items() if name not in applications}
    holders: list[Any] = [*resources_of(document).values(), {"Type": "AWS::Serverless::Function", "Properties": _globals(document)}]
    if any(_package(body) for body in holders):
        document["Parameters"] = {**(document.get("Parameters") or {}), **{name: {"Type": "String"} for name in _PLACE}}
    return document


def _globals(document: Mapping[str, Any]) -> dict[str, Any]:
    settings = (document.get("Globals") or {}).get("Function") if isinstance(document.get("Globals"), Mapping) else None
    return settings if isinstance(settings, dict) else {}


def _package(resource: dict[str, Any]) -> bool:
    """Replaces a path on the disk by a place in S3 that is not known yet; whether there was one."""
    name = _CODE.get(resource.get("Type", ""))
    properties = resource.get("Properties")
    if name is None or not isinstance(properties, dict):
        return False
    code = properties.get(name)
    if not isinstance(code, str) or code.startswith("s3://"):
        return False
    bucket, key = _PLACE
    properties[name] = {"Bucket": {"Ref": bucket}, "Key": {"Ref": key}}
    return True


def _translated(document: dict[str, Any], region: str) -> dict[str, Any] | None:
    import logging

    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.public.exceptions import InvalidDocumentException
    from samtranslator.translator.translator import Translator

    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    translator = Translator(managed_policy_map={}, sam_parser=Parser(), boto_session=boto3.Session(region_name=region))
    try:
        translated = translator.translate(sam_template=document, parameter_values={})
    except (InvalidDocumentException, KeyError, TypeError, AttributeError, ValueError):
        # the translator raises whatever a malformed template leads it to
        return None
    return translated if isinstance(translated.get("Resources"), dict) else None
