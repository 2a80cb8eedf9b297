"""The functions' execution roles: who shares one, what each function thereby holds that only others declare, and wildcards.

A function declares what its own configuration, its resource or its event source mappings mention. A statement about a resource that
only some of the functions mention is theirs; one that no function mentions may be anybody's, and stays with all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sls_leastpriv.knowledge.published import action_of, published
from sls_leastpriv.model import Project
from sls_leastpriv.policy.wildcards import parse, regex
from sls_leastpriv.read.event_places import functions_of
from sls_leastpriv.read.framework_names import normalized
from sls_leastpriv.read.split_role import CUSTOM_RESOURCES_ROLE
from sls_leastpriv.resources import resources_of

Statement = Mapping[str, Any]
ConfigPath = tuple[str | int, ...]

_FEATURES: Final[Mapping[str, str]] = {"xray": "TracingConfig", "ec2": "VpcConfig", "elasticfilesystem": "FileSystemConfigs"}
"""Services whose statements on `*` come with a property of the function."""

_FRAMEWORKS_OWN: Final = ("CustomDashresourceDash", CUSTOM_RESOURCES_ROLE)
"""How the logical ids of the functions behind the Framework's custom resources begin, and of their role. Nobody can change them:
https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/custom-resources/index.js"""


@dataclass(frozen=True, slots=True)
class Held:
    """A statement of a shared role, and the functions that declare it; `owners` is empty where nobody can be told."""

    statement: Statement
    owners: tuple[str, ...]
    path: ConfigPath | None
    """Where it is configured; None for what the Framework adds by itself."""


@dataclass(frozen=True, slots=True)
class SharedRole:
    """A role of several functions. `logical_id` is that of the template, or the ARN of a role from elsewhere."""

    logical_id: str
    functions: tuple[str, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A statement that grants more than it says: actions by wildcard, or `*` where AWS takes resources."""

    where: ConfigPath | str
    what: str
    reason: str


def shared_roles(project: Project) -> tuple[SharedRole, ...]:
    """The roles that several functions have."""
    resources = _resources(project)
    keys = {f"{normalized(key)}LambdaFunction": key for key in functions_of(project.config or {})}
    groups: dict[str, list[str]] = {}
    for logical_id, body in resources.items():
        if body.get("Type") == "AWS::Lambda::Function" and "Role" in body.get("Properties", {}):
            groups.setdefault(_role(body["Properties"]["Role"]), []).append(logical_id)
    configured = {_text(statement): path for path, statement in role_statements(project.config)}
    found = []
    for role, members in sorted(groups.items()):
        if len(members) < 2:
            continue
        mentions = {member: _mentions(member, resources, project, keys.get(member)) for member in members}
        held = [
            Held(
                statement,
                tuple(keys.get(one, one) for one in _owners(statement, mentions, resources)),
                configured.get(_text(statement)),
            )
            for statement in _statements(resources.get(role, {}))
            if not _is_logs(statement)
        ]
        found.append(SharedRole(role, tuple(keys.get(member, member) for member in members), tuple(held)))
    return tuple(found)


def role_statements(config: Mapping[str, Any] | None) -> Iterator[tuple[ConfigPath, Statement]]:
    """The statements that the configuration gives to the role of all functions, each with its path."""
    provider = (config or {}).get("provider") or {}
    role = (provider.get("iam") or {}).get("role") if isinstance(provider.get("iam"), Mapping) else None
    listed = (
        (("provider", "iam", "role", "statements"), role.get("statements") if isinstance(role, Mapping) else None),
        (("provider", "iamRoleStatements"), provider.get("iamRoleStatements")),
    )
    for path, statements in listed:
        for index, statement in enumerate(statements if isinstance(statements, list) else ()):
            if isinstance(statement, Mapping):
                yield (*path, index), statement


def wildcards(project: Project) -> tuple[Wildcard, ...]:
    """The wildcards of the functions' statements, and of the policies that the template itself holds."""
    configured = list(role_statements(project.config))
    for key, body in functions_of(project.config or {}).items():
        own = body.get("iamRoleStatements")
        for index, statement in enumerate(own if isinstance(own, list) else ()):
            configured.append((("functions", key, "iamRoleStatements", index), statement))
    found = [one for path, statement in configured for one in _of_statement(path, statement)]
    told = {_text(statement) for _, statement in configured}
    for logical_id, body in _resources(project).items():
        if str(body.get("Type", "")).startswith("AWS::IAM::") and logical_id != "IamRoleLambdaExecution":
            more = [statement for statement in _statements(body) if _text(statement) not in told]
            found += [one for statement in more for one in _of_statement(logical_id, statement)]
    return tuple(dict.fromkeys(found))


def _resources(project: Project) -> dict[str, Mapping[str, Any]]:
    """The template's resources, without what the Framework's own custom resources run."""
    resources = resources_of(project.template)
    return {logical_id: body for logical_id, body in resources.items() if not logical_id.startswith(_FRAMEWORKS_OWN)}


def _of_statement(where: ConfigPath | str, statement: Statement) -> Iterator[Wildcard]:
    if statement.get("Effect") == "Deny":
        return
    actions = [one for one in _list(statement.get("Action")) if isinstance(one, str)]
    for action in actions:
        if "*" in action or "?" in action:
            yield Wildcard(where, action, f"stands for {_count(action)} actions; name those that are called")
    if "*" in _list(statement.get("Resource")):
        scoped = [action for action in actions if _takes_resource(action)]
        if scoped:
            yield Wildcard(where, "Resource: *", f"{', '.join(scoped)} can be granted on named resources")


def _count(action: str) -> str:
    service, _, name = action.partition(":")
    if not name or "*" in service:
        return "all"
    matches = regex((parse(name.lower(), "text"),))
    return str(sum(1 for one in published(service.lower())["actions"] if matches.fullmatch(one.lower())))


def _takes_resource(action: str) -> bool:
    record = action_of(action)
    return "*" in action or (record is not None and bool(record["resources"]))


def _owners(statement: Statement, mentions: Mapping[str, set[str]], resources: Mapping[str, Any]) -> list[str]:
    """The functions that mention what a statement is about; none where that is nothing in particular."""
    about = _references(statement.get("Resource"))
    services = {str(action).partition(":")[0] for action in _list(statement.get("Action"))}
    if "*" in _list(statement.get("Resource")):
        features = {_FEATURES[service] for service in services if service in _FEATURES}
        return [one for one in mentions if any(feature in resources[one].get("Properties", {}) for feature in features)]
    return [one for one, mentioned in mentions.items() if about & mentioned]


def _mentions(logical_id: str, resources: Mapping[str, Any], project: Project, key: str | None) -> set[str]:
    """What a function refers to: logical ids and ARNs in its configuration, its resource, and its event source mappings."""
    found = _references(resources[logical_id].get("Properties", {})) - {_role(resources[logical_id]["Properties"]["Role"])}
    if key is not None:
        found |= _references(functions_of(project.config or {})[key])
    for body in resources.values():
        properties = body.get("Properties", {})
        if body.get("Type") == "AWS::Lambda::EventSourceMapping" and logical_id in _references(properties.get("FunctionName")):
            found |= _references(properties)
    return found


def _references(value: Any) -> set[str]:
    """The logical ids that a value refers to, and the ARNs that it holds."""
    if isinstance(value, str):
        return {value} if value.startswith("arn:") else set()
    if isinstance(value, Mapping):
        found: set[str] = set()
        for key, one in value.items():
            if key == "Ref" and isinstance(one, str):
                found.add(one)
            elif key == "Fn::GetAtt":
                found.add(str(one[0] if isinstance(one, list) else str(one).partition(".")[0]))
            else:
                found |= _references(one)
        return {one for one in found if not one.startswith("AWS::")}
    return {one for item in value for one in _references(item)} if isinstance(value, list) else set()


def _statements(role: Mapping[str, Any]) -> list[Statement]:
    properties = role.get("Properties", {})
    documents = [properties.get("PolicyDocument"), *(one.get("PolicyDocument") for one in _list(properties.get("Policies")))]
    found = [one for document in documents if isinstance(document, Mapping) for one in _list(document.get("Statement"))]
    return [one for one in found if isinstance(one, Mapping)]


def _is_logs(statement: Statement) -> bool:
    """The Framework gives every function its logs; roles per function have that, too."""
    return all(str(action).startswith("logs:") for action in _list(statement.get("Action")))


def _role(value: Any) -> str:
    found = _references(value)
    return next(iter(found)) if len(found) == 1 else json.dumps(value, sort_keys=True)


def _text(statement: Statement) -> str:
    return json.dumps(statement, sort_keys=True)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)


def statements_of(role: SharedRole, function: str) -> list[Statement]:
    """What a function is left with under a role of its own: what it declares, and what nobody else does."""
    return [held.statement for held in role.held if held.path is not None and (not held.owners or function in held.owners)]


def foreign(role: SharedRole, function: str) -> Iterable[Held]:
    """What a function holds that only others declare."""
    return (held for held in role.held if held.owners and function not in held.owners)
