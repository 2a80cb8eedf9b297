"""`diff`: what this tree asks the deployer for that the baseline does not, and what it asks for no longer.

The result goes to stdout in every format. Exit codes:

- 0  nothing more is granted than before, or all of it is approved.
- 1  something more is granted (also when it only moved to another resource); with `--strict` also when there is a new gap.
- 2, 3 and 70 as everywhere: the command line, the service, our bug.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.commands.options import add_service_options, check_format, inputs_of
from sls_leastpriv.commands.sides import base_side, side_of_file, side_of_report
from sls_leastpriv.diff.approvals import Approval, parse_allowed, read_approvals
from sls_leastpriv.diff.difference import Difference, difference
from sls_leastpriv.diff.side import Side
from sls_leastpriv.errors import UsageError
from sls_leastpriv.model import Stack
from sls_leastpriv.read.git_ref import folder_in_repository
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.packager import Packager, parse_packager
from sls_leastpriv.read.presence import is_file
from sls_leastpriv.read.project import baseline_folder, project_of, project_settings, read_source
from sls_leastpriv.read.source import Inputs, Source
from sls_leastpriv.read.text_file import named, read_text

FORMATS: Final = ("text", "markdown", "report", "sarif", "html")
SUMMARY: Final = "say what this tree asks the deployer for that the baseline does not, and the reverse"

_APPROVED: Final = "approved.json"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `diff`."""
    add_service_options(parser)
    group = parser.add_argument_group("the comparison (default: this tree with the committed baseline)")
    group.add_argument("--base", metavar="REF|FILE", help="a git ref, a policy, a report, or a folder with one")
    group.add_argument("--head", metavar="FILE", help="a policy, a report, or a folder with one, instead of this tree")
    group.add_argument("--allow", metavar="PATTERN", action="append", default=[], help="'ACTION [RESOURCE]' that may be granted")
    group.add_argument("--packager", help=argparse.SUPPRESS)
    parser.add_argument("--format", default="text", metavar="NAME", help=f"{', '.join(FORMATS)} (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write the result into a file instead of stdout")
    parser.add_argument("--also", metavar="FORMAT=FILE", action="append", default=[], help="write it in another format, too")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when something more cannot be known")


def run(arguments: argparse.Namespace) -> int:
    """Prints the difference; the exit code is as above."""
    files = _files(arguments)
    allowed = parse_allowed(arguments.allow)
    whole: dict[str, Any] | None = None
    if arguments.head is not None:
        folder, baseline, config_file = Path(), "leastpriv", None
        before = base_side(arguments.base, folder, baseline, None)
        after = side_of_file(arguments.head)
    else:
        inputs = inputs_of(arguments)
        source = read_source(inputs)
        folder, config_file = source.service_dir or Path(), source.config_file
        baseline = baseline_folder(source.config)
        stack = project_of(replace(inputs, previous="none"), source).stack
        before = base_side(arguments.base, folder, baseline, _packager(arguments), stack.name)
        whole = _tree(_like(inputs, source, before, stack), source)
        after = side_of_report(whole, "this tree", "this tree")
    found = difference(before, after, [*allowed, *_approvals(folder / baseline)])
    _write(files, found, whole, _in_repository(folder, config_file))
    return 1 if found.unapproved or (arguments.strict and found.gaps_new) else 0


def _packager(arguments: argparse.Namespace) -> Packager | None:
    """How to package another state of the service, with the options that this one is predicted with."""
    if arguments.packager is None:
        return None
    command, options = parse_packager(arguments.packager)
    given = [(name, getattr(arguments, name)) for name in ("account", "commands")]
    return command, [*options, *(word for name, value in given if value is not None for word in (f"--{name}", value))]


def _tree(inputs: Inputs, source: Source) -> dict[str, Any]:
    """The report of this tree, without what is deployed now: that is no part of the comparison."""
    from sls_leastpriv.commands.service import predicted
    from sls_leastpriv.render.report import report

    service = predicted(replace(inputs, previous="none"), places=True, source=source)
    return report(service.project, service.prediction, service.policies, service.roles)


def _like(inputs: Inputs, source: Source, before: Side, stack: Stack) -> Inputs:
    """The inputs, completed with what the baseline was made with, where neither an option nor a setting says otherwise."""
    made = before.circumstances
    if made.stack != stack.name or made.region != stack.region:
        if made.stack is not None:
            sys.stderr.write(f"note: {before.label} is of the stack `{made.stack}`, this is `{stack.name}`\n")
        return inputs
    commands = inputs.commands
    if commands is None and "commands" not in project_settings(source.config) and made.commands:
        commands = ",".join(made.commands)
    return replace(inputs, account=inputs.account or stack.account or made.account, commands=commands)


def _approvals(baseline: Path) -> list[Approval]:
    file = baseline / _APPROVED
    if not is_file(file, "the list"):
        return []
    name = named(file, "the list")
    return read_approvals(parse_json(read_text(file, "the list"), name, unique_keys=True), name)


def _in_repository(folder: Path, config_file: str | None) -> str | None:
    """The configuration's path from the root of the repository, which annotations name."""
    return (folder_in_repository(folder) / config_file).as_posix() if config_file is not None else None


def _files(arguments: argparse.Namespace) -> list[tuple[str, str | None]]:
    """Each format that is asked for, and the file for it; None is stdout. UsageError for a format that is not known."""
    also = [text.partition("=") for text in arguments.also]
    files = [(arguments.format, arguments.output), *((format, file or None) for format, _, file in also)]
    for format, _ in files:
        check_format(format, FORMATS)
    if any(not file for _, _, file in also):
        raise UsageError("`--also` names no file", help="write `--also sarif=FILE`")
    return files


def _write(
    files: Sequence[tuple[str, str | None]], found: Difference, whole: dict[str, Any] | None, config_file: str | None
) -> None:
    for format, file in files:
        text = _rendered(format, found, whole, config_file)
        if file is None:
            sys.stdout.write(text)
        else:
            from sls_leastpriv.commands.write_files import write_files

            write_files({Path(file): text}, file)
    if files[0] != ("text", None):
        from sls_leastpriv.render.diff_text import totals

        sys.stderr.write(f"{totals(found)}\n")


def _rendered(format: str, found: Difference, whole: dict[str, Any] | None, config_file: str | None) -> str:
    from sls_leastpriv.render.json_text import json_text

    if format == "markdown":
        from sls_leastpriv.render.diff_markdown import diff_markdown

        return diff_markdown(found)
    if format == "report":
        from sls_leastpriv.render.diff_report import diff_report

        return json_text({**(whole or {"version": 1}), "diff": diff_report(found)})
    if format == "html":
        from sls_leastpriv.commands.page import html_page

        return html_page(whole or {"needs": [], "gaps": []}, found)
    if format == "sarif":
        from sls_leastpriv.render.sarif import sarif

        return json_text(sarif(found, config_file or "serverless.yml"))
    from sls_leastpriv.render.diff_text import diff_text

    return diff_text(found)
