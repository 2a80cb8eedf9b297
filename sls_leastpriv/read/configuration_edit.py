"""Adds our plugin and settings to a serverless.yml, as text: comments, order and style of everything else stay as they are."""

from __future__ import annotations

from typing import Any, Final

import yaml

from sls_leastpriv.errors import ServiceError, UsageError

PLUGIN: Final = "serverless-leastpriv"


def with_plugin(text: str) -> str:
    """The configuration with our plugin in `plugins`. UsageError where that is a variable; ServiceError for what is no YAML."""
    if PLUGIN in _names(_value(text, "plugins")):
        return text
    node = _value(text, "plugins")
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "modules"), None)
    if node is None:
        return _new_block(text, f"plugins:\n  - {PLUGIN}\n")
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError("`plugins` is a variable, and what it stands for is elsewhere", help=f"add `{PLUGIN}` there by hand")
    if node.flow_style or not node.value:
        place = node.end_mark.index - 1
        return text[:place] + (", " if node.value else "") + PLUGIN + text[place:]
    lines = text.splitlines(keepends=True)
    last = node.value[-1]
    indent = lines[last.start_mark.line][: last.start_mark.column].rstrip()[:-1]
    lines.insert(last.end_mark.line + (0 if last.end_mark.column == 0 else 1), f"{indent}- {PLUGIN}\n")
    return "".join(_ended(lines))


def with_settings(text: str, settings: dict[str, str]) -> str:
    """The configuration with `custom.leastpriv`, unless it is there. UsageError where `custom` is a variable."""
    node = _value(text, "custom")
    if node is None:
        return _new_block(text, "custom:\n" + _settings(settings, "  "))
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise UsageError("`custom` is not written out", help="add `custom.leastpriv` there by hand")
    if any(key.value == "leastpriv" for key, _ in node.value):
        return text
    lines = text.splitlines(keepends=True)
    first = node.value[0][0].start_mark
    lines.insert(first.line, _settings(settings, " " * first.column))
    return "".join(lines)


def _settings(settings: dict[str, str], indent: str) -> str:
    return f"{indent}leastpriv:\n" + "".join(f"{indent}{indent}{key}: {value}\n" for key, value in settings.items())


def _new_block(text: str, block: str) -> str:
    """A block of its own in front of `provider`, else at the end."""
    lines = text.splitlines(keepends=True)
    for key, _ in _root(text).value:
        if key.value == "provider":
            lines.insert(key.start_mark.line, f"{block}\n")
            return "".join(lines)
    return "".join(_ended(lines)) + f"\n{block}"


def _ended(lines: list[str]) -> list[str]:
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]


def _root(text: str) -> Any:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise ServiceError("the configuration is no YAML that can be read", help="mend it, then run `init` again") from None
    if not isinstance(root, yaml.MappingNode):
        raise ServiceError("the configuration is no YAML object", help="run `init` beside a `serverless.yml`")
    return root


def _value(text: str, name: str) -> Any:
    return next((value for key, value in _root(text).value if key.value == name), None)


def _names(node: Any) -> list[str]:
    if isinstance(node, yaml.MappingNode):
        return [name for _, value in node.value for name in _names(value)]
    return [one.value for one in node.value if isinstance(one, yaml.ScalarNode)] if isinstance(node, yaml.SequenceNode) else []
