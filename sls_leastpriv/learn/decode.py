"""Encoded messages, by which EC2 hides from the caller what was denied: `sts:DecodeAuthorizationMessage` tells, to whoever may ask.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.errors import AwsError
from sls_leastpriv.learn.denial import Denial
from sls_leastpriv.learn.names import actions_named


def decoded(denials: Sequence[Denial], aws: Aws) -> tuple[tuple[Denial, ...], AwsError | None]:
    """The denials with what their encoded messages say, and the error that kept AWS from saying it."""
    found: list[Denial] = []
    problem: AwsError | None = None
    for denial in denials:
        if denial.encoded is None or problem is not None:
            found.append(denial)
            continue
        try:
            answer = aws.call("sts", "decode_authorization_message", EncodedMessage=denial.encoded)
            found.append(_told(denial, json.loads(answer["DecodedMessage"])))
        except AwsError as error:
            problem = error
            found.append(denial)
        except (KeyError, ValueError, TypeError):
            found.append(replace(denial, note="the decoded message is not in the form that is known"))
    return tuple(found), problem


def _told(denial: Denial, message: dict[str, Any]) -> Denial:
    context = message["context"]
    actions = actions_named(str(context["action"]))
    return replace(
        denial,
        actions=actions or denial.actions,
        resource=str(context["resource"]),
        principal=str(context["principal"]["arn"]),
        explicit=bool(message["explicitDeny"]),
        doubt=None if actions else denial.doubt,
        encoded=None,
    )
