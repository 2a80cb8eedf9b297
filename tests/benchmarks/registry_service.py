"""A CloudFormation on this machine that tells the schemas of resource types, for tools that ask the registry for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.model import PHASES
from tests.stub_aws import Answer, Fault, StubAws, stub_aws

ACCOUNT = "111111111111"


@contextmanager
def registry_service() -> Iterator[StubAws]:
    """Answers `DescribeType` with the handlers' permissions of the published schemas, and who the caller is."""
    with stub_aws({"DescribeType": _describe_type, "GetCallerIdentity": _caller}) as running:
        yield running


def _caller(_: Mapping[str, Any]) -> Answer:
    return {"Arn": f"arn:aws:iam::{ACCOUNT}:user/deployer", "UserId": "AIDA", "Account": ACCOUNT}


def _describe_type(parameters: Mapping[str, Any]) -> Answer:
    name = parameters["TypeName"]
    path = DATA / "published" / "registry" / f"{name.split('::')[1].lower()}.json"
    record = json.loads(path.read_text("utf-8")).get(name) if path.exists() else None
    if record is None:
        return Fault("TypeNotFoundException", f"the type {name} cannot be found", 404)
    handlers = {phase: {"permissions": record[phase]} for phase in PHASES if phase in record}
    schema = json.dumps({"typeName": name, "handlers": handlers})
    return {"TypeName": name, "Type": "RESOURCE", "DeprecatedStatus": "LIVE", "Schema": schema}
