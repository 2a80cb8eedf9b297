"""Reads the hand-off of the plugin: one JSON document, version 1, on stdin or in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.model import CommandLine, ScannedPlugin, SdkCall, Variable
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.source import Source
from sls_leastpriv.read.template import check_template
from sls_leastpriv.read.text_file import named, read_text

VERSION: Final = 1

_Read = TypeVar("_Read")


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
        variables=_listed(document, "variables", _variable),
        framework=f"{framework.get('name')}@{str(framework.get('version', '')).partition('.')[0]}",
        stack_name=_text(stack, "name"),
        stage=_text(stack, "stage"),
        region=_text(stack, "region"),
        service_dir=Path(directory) if isinstance(directory, str) else None,
        config_file=_text(document, "configurationFile"),
        scanned=_listed(document, "plugins", _plugin),
    )


def _listed(document: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], _Read]) -> tuple[_Read, ...]:
    """What each item of a list says; nothing for a list that is not there."""
    try:
        return tuple(read(one) for one in document.get(key) or ())
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        # the messages of these hold values
        raise _broken(f"`{key}` is not what the plugin writes") from None


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise _broken(f"`{key}` is no text")
    return value


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
