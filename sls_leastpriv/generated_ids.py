"""Logical ids that the Framework makes anew with every package: of function versions (by the code's hash) and of API deployments.

- https://github.com/oss-serverless/osls/blob/main/lib/plugins/aws/lib/naming.js (`getLambdaVersionLogicalId`)
- the same file, `generateApiGatewayDeploymentLogicalId` and `getWebsocketsDeploymentLogicalId`
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sls_leastpriv.model import Gap, Need, Prediction, Subject

_GENERATED: Final = re.compile(r"(.+LambdaVersion)[0-9A-Za-z]{40,}|(ApiGatewayDeployment|WebsocketsDeployment)[0-9A-Za-z]+")


def lasting_name(subject: Subject) -> Subject:
    """The subject, what is new in its name with every package replaced by `*`."""
    found = _GENERATED.fullmatch(subject.name) if subject.kind == "resource" else None
    return replace(subject, name=f"{found[1] or found[2]}*") if found is not None else subject


def with_lasting_names(prediction: Prediction) -> Prediction:
    """The prediction of a service that is the same for two packages of it."""
    return Prediction(tuple(map(need_with_lasting_name, prediction.needs)), tuple(map(_gap, prediction.gaps)))


def need_with_lasting_name(need: Need) -> Need:
    """The need, about a subject with a lasting name."""
    subject = lasting_name(need.cause.subject)
    return need if subject is need.cause.subject else replace(need, cause=replace(need.cause, subject=subject))


def _gap(gap: Gap) -> Gap:
    return replace(gap, subject=lasting_name(gap.subject))
