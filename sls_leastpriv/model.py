"""The nouns. Frozen, without behaviour, known to every other module.

A *need* is predicted, a *grant* is written, a *denial* or an *event* is observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Principal = Literal["deployer", "cloudformation", "function"]
Phase = Literal["create", "read", "update", "delete"]

PHASES: tuple[Phase, ...] = ("create", "read", "update", "delete")
PRINCIPALS: tuple[Principal, ...] = ("deployer", "cloudformation", "function")


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One test of an IAM `Condition` block: `operator` as IAM spells it, `key`, and the values that satisfy it."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a need or a gap is about.

    `kind` is `resource`, `command`, `plugin`, `variable`, `template` or `stack`; `name` is the logical id, the command, the
    plugin's npm name or the variable's text; `type` is the CloudFormation type of a resource; `where` is `file:line`;
    `previous` says that only what was deployed last holds it; `stack` of which service it is, where there are several.
    """

    kind: str
    name: str
    type: str | None = None
    where: str | None = None
    previous: bool = False
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a need exists: its subject, one sentence, the public source of that fact, and what had to be assumed.

    `properties` are those of a resource that have to be set for it.
    """

    subject: Subject
    why: str
    source: str
    assumed: str | None = None
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """One action, on one resource pattern, that one principal must be allowed."""

    action: str
    resource: str
    principal: Principal
    phases: frozenset[Phase]
    cause: Cause
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that cannot be known from what was given, said instead of guessed."""

    subject: Subject
    reason: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """All needs of a project, and all that could not be known about it."""

    needs: tuple[Need, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One `Allow` statement, and the needs that it is written for."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy document: whom it is for, its stable name, its statements in order."""

    name: str
    principal: Principal
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """A permissions boundary: its name and ARN, its document, and whether that fits a managed policy."""

    name: str
    arn: str
    document: Mapping[str, Any]
    fits: bool


@dataclass(frozen=True, slots=True)
class Framework:
    """The command-line tool: `serverless` or `osls` and its major version; `none` for plain CloudFormation."""

    name: str
    major: int | None = None

    def __str__(self) -> str:
        return self.name if self.major is None else f"{self.name}@{self.major}"


@dataclass(frozen=True, slots=True)
class Variable:
    """An AWS-backed variable that was not resolved: `${source(params):address}` and where in the configuration it stands."""

    index: int
    source: str
    address: str
    params: tuple[str, ...]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SdkCall:
    """A call of the AWS SDK in a plugin's source: the SDK's own names of service and operation, and where it stands."""

    service: str
    operation: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A run of the AWS command line in a plugin's source, e.g. `aws s3 sync`, without its arguments."""

    command: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ScannedPlugin:
    """What the source of a plugin without an entry holds.

    `unreadable` counts calls whose service or operation only a run knows, `unread_files` files that no parser took or that were too
    many. `packages` are those that it requires and that are built on the SDK: nobody looked into them.
    """

    name: str
    version: str | None = None
    calls: tuple[SdkCall, ...] = ()
    unreadable: int = 0
    command_lines: tuple[CommandLine, ...] = ()
    packages: tuple[str, ...] = ()
    unread_files: int = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """The identity of a stack. `account` and `region` are None where they are not known."""

    name: str
    region: str | None
    account: str | None
    partition: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that everything must carry."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


@dataclass(frozen=True, slots=True)
class Project:
    """One service as read: configuration, templates and stack, nothing resolved yet.

    `config` is the resolved Framework configuration (None for a bare template). `template` is the compiled template (None for
    commands that compile none), `previous` what was deployed last; `previous_needs` are its needs, where they are known from a
    report instead of a template. `nested` maps file names to templates of nested stacks. `scanned` are the plugins without an entry
    whose source was looked into.
    """

    framework: Framework
    service: str
    stage: str
    stack: Stack
    commands: tuple[str, ...]
    config: Mapping[str, Any] | None
    template: Mapping[str, Any] | None
    previous: Mapping[str, Any] | None
    previous_known: bool
    nested: Mapping[str, Mapping[str, Any]]
    variables: tuple[Variable, ...]
    previous_needs: tuple[Need, ...] = ()
    scanned: tuple[ScannedPlugin, ...] = ()
