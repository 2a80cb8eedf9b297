"""Handlers for the types of `stand_ins.toml`: those that LocalStack would pass over, and the updates that it would."""

from __future__ import annotations

import tomllib
from functools import reduce
from pathlib import Path

from botocore.exceptions import ClientError

TABLE = Path(__file__).with_name("stand_ins.toml")


def mend() -> None:
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    table = tomllib.loads(TABLE.read_text("utf-8"))
    load = ResourceProviderExecutor.try_load_resource_provider

    def or_stand_in(resource_type):
        found = load(resource_type)
        entry = table.get("AWS::CloudFormation::CustomResource" if resource_type.startswith("Custom::") else resource_type)
        if found is None:
            return StandIn(entry) if entry else None
        if entry is not None:
            found.update = StandIn(entry).update
        return found

    ResourceProviderExecutor.try_load_resource_provider = staticmethod(or_stand_in)


class StandIn:
    """Plays a type as its entry says. The clients of LocalStack leave out of a call what its operation does not take."""

    def __init__(self, entry) -> None:
        self._entry = entry
        self.SCHEMA = {"primaryIdentifier": [f"/properties/{entry['id']}"]}
        if tags := entry.get("tags"):
            self.SCHEMA |= {"properties": {tags: {"type": "object"}}, "tagging": {"tagProperty": f"/properties/{tags}"}}

    def create(self, request):
        answer = self._call(request, "create", request.desired_state)
        given = {name: _at(path, answer) for name, path in self._entry.get("gives", {}).items()}
        return self._read(request, answer | request.desired_state | given)

    def update(self, request):
        # what was given on creation names the resource
        model = request.previous_state | request.desired_state
        self._call(request, "update", model)
        return self._read(request, model)

    def delete(self, request):
        self._call(request, "delete", request.desired_state)
        return _done({})

    def _read(self, request, model):
        self._call(request, "read", model)
        return _done(model)

    def _call(self, request, step, model):
        entry = self._entry
        verb = "get" if step == "read" else step
        operation = entry.get(step, f"{verb}_{entry.get('noun')}")
        if not operation:
            return {}
        client = getattr(request.aws_client_factory, entry["service"].replace("-", "_").replace("lambda", "lambda_"))
        taken = {parameter: model[name] for parameter, name in entry.get("takes", {}).items() if name in model}
        try:
            answer = getattr(client, operation)(**(model | taken | entry.get("sends", {})))
        except ClientError as error:
            if entry.get("answered", True) or "AccessDenied" in error.response["Error"]["Code"]:
                raise
            answer = {}
        return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", "Payload")}


def _at(path, answer):
    return reduce(lambda value, key: value[key], path.split("."), answer)


def _done(model):
    from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent

    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)
