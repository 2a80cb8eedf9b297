"""What `roles` says, and the patch that gives each function a role of its own."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence

from sls_leastpriv.function_roles import ConfigPath, SharedRole, Statement, Wildcard, foreign, statements_of
from sls_leastpriv.render.yaml_text import yaml_text

PLUGIN = "serverless-iam-roles-per-function"

Where = Callable[[ConfigPath | str], str | None]


def roles_text(roles: Sequence[SharedRole], found: Sequence[Wildcard], where: Where) -> str:
    """The shared roles with what each function holds beside its own, then the wildcards."""
    lines: list[str] = []
    for role in roles:
        lines.append(f"{role.logical_id} is the role of {len(role.functions)} functions: {', '.join(role.functions)}")
        for function in role.functions:
            for held in foreign(role, function):
                lines.append(f"  {function} holds {_short(held.statement)}, which only {', '.join(held.owners)} declares")
        for held in role.held:
            if not held.owners:
                place = f" ({where(held.path)})" if held.path is not None and where(held.path) else ""
                lines.append(f"  all hold {_short(held.statement)}{place}: no function says that it uses this")
    lines += [f"wildcard: {one.what}{_place(where(one.where), one.where)}: {one.reason}" for one in found]
    return "".join(f"{line}\n" for line in lines)


def _place(where: str | None, subject: ConfigPath | str) -> str:
    if where is not None:
        return f" ({where})"
    return f" ({subject})" if isinstance(subject, str) else ""


def _short(statement: Statement) -> str:
    actions, resources = (statement.get(element) for element in ("Action", "Resource"))
    listed = actions if isinstance(actions, list) else [actions]
    on = resources if isinstance(resources, list) else [resources]
    return f"{', '.join(map(str, listed))} on {', '.join(_name(one) for one in on)}"


def _name(resource: object) -> str:
    if isinstance(resource, Mapping) and len(resource) == 1:
        ((kind, value),) = resource.items()
        if kind in ("Ref", "Fn::GetAtt"):
            return ".".join(map(str, value)) if isinstance(value, list) else str(value)
        return "a computed resource"
    return str(resource)


def role_patch(roles: Sequence[SharedRole], texts: Mapping[str, str], lines: Mapping[str, tuple[str, int]]) -> str:
    """A unified diff: the plugin, and for each function the statements that it is left with.

    `texts` are the files by name, `lines` says for each function, and for `plugins`, in which file and line its key stands. A
    function whose place is not known is left out.
    """
    changed = {name: text.splitlines(keepends=True) for name, text in texts.items()}
    inserts: list[tuple[str, int, str]] = []
    for role in roles:
        for function in role.functions:
            if function in lines:
                name, line = lines[function]
                inserts.append((name, line, _function_block(changed[name], line, statements_of(role, function))))
    if inserts and "plugins" in lines and not any(PLUGIN in text for text in texts.values()):
        name, line = lines["plugins"]
        inserts.append((name, line, f"{_indent(changed[name], line, '  ')}- {PLUGIN}\n"))
    for name, line, block in sorted(inserts, key=lambda one: -one[1]):
        changed[name].insert(line, block)
    return "".join(
        part
        for name, after in sorted(changed.items())
        for part in difflib.unified_diff(
            texts[name].splitlines(keepends=True), "".join(after).splitlines(keepends=True), f"a/{name}", f"b/{name}"
        )
    )


def _function_block(lines: Sequence[str], line: int, statements: Sequence[Statement]) -> str:
    indent = _indent(lines, line, "    ")
    if not statements:
        return f"{indent}iamRoleStatements: []\n"
    body = yaml_text({"iamRoleStatements": [dict(one) for one in statements]})
    return "".join(f"{indent}{one}\n" for one in body.splitlines())


def _indent(lines: Sequence[str], line: int, otherwise: str) -> str:
    """How the line after a key is indented: deeper, or a list's first item as deep as its key."""
    following = next((one for one in lines[line:] if one.strip() and not one.lstrip().startswith("#")), "")
    own, found = (len(one) - len(one.lstrip(" ")) for one in (lines[line - 1], following))
    is_item = found == own and following.lstrip().startswith("- ")
    return " " * found if found > own or is_item else otherwise
