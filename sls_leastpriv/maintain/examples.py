"""Runs the examples of entries: each predicts one resource in a stack of its own and checks what is allowed and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sls_leastpriv.knowledge import load
from sls_leastpriv.knowledge.document import EntryDocument
from sls_leastpriv.knowledge.entry import Entry
from sls_leastpriv.model import Framework, Need, Prediction, Project, Stack
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.predict import predict
from sls_leastpriv.read.project import parse_framework

ACCOUNT: Final = "111111111111"
REGION: Final = "us-east-1"
LOGICAL_ID: Final = "Example"
CUSTOM_RESOURCE: Final = "AWS::CloudFormation::CustomResource"
_EXAMPLE_KEYS: Final = frozenset(
    {"title", "properties", "stack_tags", "update_policy", "resources", "attributes", "type", "allows", "omits"}
)


def example_project(document: EntryDocument, example: Mapping[str, Any]) -> Project:
    """The project of one example: stack `orders-dev` with the resource `Example`."""
    key = document.entry.key
    type_name = example.get("type", key)
    resource: dict[str, Any] = {"Type": type_name, "Properties": example.get("properties", {})}
    if "update_policy" in example:
        resource["UpdatePolicy"] = example["update_policy"]
    resource |= example.get("attributes", {})
    template = {"Resources": {LOGICAL_ID: resource, **example.get("resources", {})}}
    return Project(
        framework=Framework("none"),
        service="orders",
        stage="dev",
        stack=Stack("orders-dev", REGION, ACCOUNT, "aws", dict(example.get("stack_tags", {}))),
        commands=("deploy", "remove"),
        config=None,
        template=template,
        previous=None,
        previous_known=True,
        nested={},
        variables=(),
    )


def predict_example(document: EntryDocument, example: Mapping[str, Any]) -> Prediction:
    """What one example predicts, for its own resource alone: from the entry as written, other types as compiled."""

    def entry_of(type_name: str) -> Entry | None:
        own = type_name == document.entry.key or (type_name.startswith("Custom::") and document.entry.key == CUSTOM_RESOURCE)
        return document.entry if own else load.resource_entry(type_name)

    prediction = predict(example_project(document, example), entry_of=entry_of)
    own = tuple(need for need in prediction.needs if need.cause.subject.name in (LOGICAL_ID, "orders-dev"))
    return Prediction(own, prediction.gaps)


def service_project(document: EntryDocument, example: Mapping[str, Any]) -> Project:
    """The project of an example of a plugin or a command: a service `orders` with the configuration that the example adds."""
    config: dict[str, Any] = {"service": "orders", "provider": {"name": "aws"}, **example.get("config", {})}
    if document.kind == "plugin":
        config.setdefault("plugins", [document.entry.key])
    framework = parse_framework(example.get("framework", "osls@3"))
    commands = example.get("commands", document.entry.commands[:1] or ["deploy", "remove"])
    return Project(
        framework=framework,
        service="orders",
        stage="dev",
        stack=Stack("orders-dev", REGION, ACCOUNT, "aws", {"STAGE": "dev"}),
        commands=tuple(commands),
        config=config,
        template={"Resources": example.get("resources", {})},
        previous=None,
        previous_known=True,
        nested={},
        variables=(),
    )


def added(document: EntryDocument, example: Mapping[str, Any]) -> set[str]:
    """What the compiled clauses of a plugin's or a command's entry add in an example: `action resource`."""
    reasons = {clause.why for clause in document.entry.clauses}
    kind = "plugin" if document.kind == "plugin" else "command" if document.kind == "command" else "template"
    prediction = predict(service_project(document, example))
    return {
        f"{need.action} {need.resource}"
        for need in prediction.needs
        if need.cause.subject.kind == kind and need.cause.why in reasons
    }


def service_failures(document: EntryDocument) -> Iterator[str]:
    """What is wrong with the examples of a plugin's or a command's entry: each must add exactly what it says."""
    name = document.entry.key
    for example in document.examples:
        title = f"{name}: {example.get('title', 'an example without a title')}"
        for key in set(example) - {"title", "config", "framework", "commands", "resources", "adds"}:
            yield f"{title}: `{key}` is not part of an example"
        expected, found = set(example.get("adds", ())), added(document, example)
        for line in sorted(expected - found):
            yield f"{title}: does not add {line}"
        for line in sorted(found - expected):
            yield f"{title}: adds {line}"
    if document.entry.clauses:
        counts = [bool(example.get("adds")) for example in document.examples]
        if True not in counts:
            yield f"{name}: no example adds anything"
        if document.kind == "plugin" and False not in counts:
            yield f"{name}: no example goes without"


def failures(document: EntryDocument) -> Iterator[str]:
    """What is wrong with the examples of a resource type's entry, one line each; nothing when all hold."""
    if not document.examples:
        yield f"{document.entry.key}: has no example"
    for example in document.examples:
        title = f"{document.entry.key}: {example.get('title', 'an example without a title')}"
        for key in set(example) - _EXAMPLE_KEYS:
            yield f"{title}: `{key}` is not part of an example"
        prediction = predict_example(document, example)
        for line in example.get("allows", ()):
            if not _allowed(prediction.needs, line):
                yield f"{title}: does not allow {line}"
        for line in example.get("omits", ()):
            if _allowed(prediction.needs, line):
                yield f"{title}: allows {line}"


def _allowed(needs: tuple[Need, ...], line: str) -> bool:
    action, _, resource = line.partition(" ")
    return any(
        need.action == action and (not resource or need.resource == resource or arn_covers(need.resource, resource))
        for need in needs
    )
