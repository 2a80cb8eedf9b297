"""What is asked for and what was read: the inputs of one service, before they make a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sls_leastpriv.model import ScannedPlugin, Variable


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the command line says about one service; None where it says nothing."""

    handoff: str | None = None
    template: str | None = None
    package: str | None = None
    config: str | None = None
    stack_name: str | None = None
    stage: str | None = None
    region: str | None = None
    account: str | None = None
    partition: str | None = None
    stack_tags: str | None = None
    framework: str | None = None
    commands: str | None = None
    previous: str | None = None
    split_role: bool | None = None
    with_boundary: bool | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: the parts of a project that come from files, and where the configuration file is.

    `template` is None where the Framework compiles none: before packaging, and for commands such as `remove`.
    """

    config: Mapping[str, Any] | None
    template: Mapping[str, Any] | None
    nested: Mapping[str, Mapping[str, Any]]
    variables: tuple[Variable, ...] = ()
    framework: str | None = None
    stack_name: str | None = None
    stage: str | None = None
    region: str | None = None
    service_dir: Path | None = None
    config_file: str | None = None
    scanned: tuple[ScannedPlugin, ...] = ()
