"""`roles`: the functions' execution roles: who shares one, who holds what it never declared, and the patch that mends it."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any

from sls_leastpriv.commands.options import add_service_options, check_format, inputs_of
from sls_leastpriv.errors import UsageError
from sls_leastpriv.function_roles import ConfigPath, SharedRole, Wildcard, foreign, shared_roles, statements_of, wildcards
from sls_leastpriv.model import Project
from sls_leastpriv.read.project import project_of, read_source
from sls_leastpriv.read.resource_places import ResourcePlaces
from sls_leastpriv.read.serverless_yml import Locator
from sls_leastpriv.read.source import Source
from sls_leastpriv.read.text_file import read_text
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.summary import counted
from sls_leastpriv.resources import resources_of

FORMATS = ("text", "patch", "report")
SUMMARY = "say which functions hold what they never declared"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `roles`."""
    add_service_options(parser)
    parser.add_argument("--format", default="text", metavar="NAME", help=f"{', '.join(FORMATS)} (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Prints what was found on stdout; exit code 1 when there is something."""
    check_format(arguments.format, FORMATS)
    inputs = inputs_of(arguments)
    source = read_source(inputs)
    project = project_of(inputs, source)
    roles, found = shared_roles(project), wildcards(project)
    places = _Places(project, source)
    if arguments.format == "report":
        sys.stdout.write(json_text(_report(roles, found, places)))
    else:
        from sls_leastpriv.render.roles_text import role_patch, roles_text

        if arguments.format == "patch":
            sys.stdout.write(role_patch(roles, *places.of_functions(roles)))
        else:
            sys.stdout.write(roles_text(roles, found, places.where))
    sys.stderr.write(f"{counted(len(roles), 'shared role')} · {counted(len(found), 'wildcard')}\n")
    return 1 if roles or found else 0


class _Places:
    """Where something stands in the configuration."""

    def __init__(self, project: Project, source: Source) -> None:
        self._source = source
        self._resources = ResourcePlaces(project.config or {})
        self._types = {name: str(body.get("Type")) for name, body in resources_of(project.template).items()}
        self._locator = None
        if source.service_dir is not None and source.config_file is not None:
            self._locator = Locator(source.service_dir, source.config_file, stage=project.stage, region=project.stack.region)

    def where(self, subject: ConfigPath | str) -> str | None:
        """`file:line` of a path of the configuration, or of a logical id."""
        if self._locator is None:
            return None
        path = self._resources.of(subject, self._types.get(subject, "")) if isinstance(subject, str) else subject
        return self._locator.where(path)

    def of_functions(self, roles: Sequence[SharedRole]) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
        """The files that functions and plugins stand in, and their lines. UsageError where no file is known."""
        directory = self._source.service_dir
        if self._locator is None or directory is None:
            raise UsageError(
                "where the configuration is written is not known", help="run it through the plugin, or give `--config`"
            )
        lines: dict[str, tuple[str, int]] = {}
        for name in ("plugins", *(function for role in roles for function in role.functions)):
            place = self.where(("plugins",) if name == "plugins" else ("functions", name))
            match = re.fullmatch(r"(.+):(\d+)", place or "")
            if match is not None:
                lines[name] = (match.group(1), int(match.group(2)))
        return {file: read_text(directory / file, "the configuration") for file, _ in lines.values()}, lines


def _report(roles: Sequence[SharedRole], found: Sequence[Wildcard], places: _Places) -> dict[str, Any]:
    return {
        "version": 1,
        "roles": [
            {
                "role": role.logical_id,
                "functions": [
                    {
                        "name": function,
                        "foreign": [{"statement": one.statement, "of": list(one.owners)} for one in foreign(role, function)],
                        "statements": statements_of(role, function),
                    }
                    for function in role.functions
                ],
            }
            for role in roles
        ],
        "wildcards": [{"where": places.where(one.where), "what": one.what, "reason": one.reason} for one in found],
    }
