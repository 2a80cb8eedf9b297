"""Reads the hand-off of the plugin: one JSON document, version 1, on stdin or in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.model import CommandLine, ScannedPlugin, SdkCall, Variable
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.source import Source
from sls_leastpriv.read.template import check_template
from sls_leastpriv.read.text_file import named, read_text

VERSION: Final = 1


def read_handoff(name: str) -> Source:
    """`-` for stdin, or a file → what the plugin handed over. ServiceError when it is not a hand-off of this version."""
    document = parse_json(read_text(name, "the hand-off"), named(name, "the hand-off"))
    if not isinstance(document, Mapping) or document.get("handoff") != VERSION:
        raise _broken(f"it is not of version {VERSION}")
    framework, stack = _table(document, "framework"), _table(document, "stack")
    directory = document.get("serviceDir")
    return Source(
        config=_table(document, "service"),
        template=check_template(dict(_table(document, "template")), "the packaged template") if document.get("template") else None,
        nested={file: body for file, body in _table(document, "nestedTemplates").items() if isinstance(body, Mapping)},
        variables=tuple(_variable(one) for one in document.get("variables", ())),
        framework=f"{framework.get('name')}@{str(framework.get('version', '')).partition('.')[0]}",
        stack_name=stack.get("name"),
        stage=stack.get("stage"),
        region=stack.get("region"),
        service_dir=Path(directory) if isinstance(directory, str) else None,
        config_file=document.get("configurationFile"),
        scanned=tuple(_plugin(one) for one in document.get("plugins", ())),
    )


def _variable(document: Mapping[str, Any]) -> Variable:
    return Variable(
        index=int(document["index"]),
        source=str(document["source"]),
        address=str(document.get("address", "")),
        params=tuple(str(param) for param in document.get("params", ())),
        path=tuple(str(key) for key in document.get("path", ())),
    )


def _plugin(document: Mapping[str, Any]) -> ScannedPlugin:
    return ScannedPlugin(
        name=str(document["name"]),
        version=document.get("version"),
        calls=tuple(
            SdkCall(str(call["service"]), str(call["operation"]), str(call["file"]), int(call["line"]))
            for call in document.get("calls", ())
        ),
        unreadable=int(document.get("unreadable", 0)),
        command_lines=tuple(
            CommandLine(str(one["command"]), str(one["file"]), int(one["line"])) for one in document.get("commandLines", ())
        ),
        packages=tuple(str(one) for one in document.get("packages", ())),
        unread_files=int(document.get("unreadFiles", 0)),
    )


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key, {})
    if not isinstance(value, Mapping):
        raise _broken(f"`{key}` is no object")
    return value


def _broken(reason: str) -> ServiceError:
    return ServiceError(
        f"the plugin's hand-off cannot be read: {reason}",
        help="install the same version of the npm package and of sls-leastpriv",
    )
