"""The two sides of `diff`: files, the committed baseline, a git ref, this tree."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sls_leastpriv.diff.side import Circumstances, Side, side_of_needs, side_of_policies
from sls_leastpriv.errors import ServiceError, UsageError
from sls_leastpriv.read.git_ref import GitRef, git_ref
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.packager import Packager, report_of
from sls_leastpriv.read.presence import is_file, is_folder, names_something
from sls_leastpriv.read.project import BASELINE_FILE
from sls_leastpriv.read.report import gaps_of_report, is_report, needs_of_report, service_of_report
from sls_leastpriv.read.text_file import named, read_text

_WRITE_ONE = "write one and commit it: `generate --output leastpriv`; or compare with a git ref: `--base origin/main`"


def side_of_report(document: Mapping[str, Any], label: str, name: str, stack: str | None = None) -> Side:
    """The side of a report, of several services that of `stack`. ServiceError, which calls it `name`, where it is not in the
    report's format."""
    service = service_of_report(document, stack, name)
    circumstances = Circumstances(
        **{key: _text(service.get(key)) for key in ("stack", "region", "account", "framework")},
        commands=_texts(service.get("commands")),
        plugins=_texts(service.get("plugins")),
        written_by=_text(service.get("writtenBy")),
    )
    return side_of_needs(label, needs_of_report(document, name, stack), gaps_of_report(document, name, stack), circumstances)


def side_of_file(file: str, stack: str | None = None) -> Side:
    """The side of a report, of a folder that has one, or of a policy document. ServiceError where it is none of these."""
    path = Path(file)
    if is_folder(path, "the baseline"):
        path = path / BASELINE_FILE
        if not is_file(path, "the baseline"):
            raise ServiceError(f"the folder `{file}` holds no `{BASELINE_FILE}`", help=_WRITE_ONE)
    name, label = named(path, "the baseline"), f"`{_short(path)}`"
    document = parse_json(read_text(path, "the baseline"), name)
    if is_report(document):
        return side_of_report(document, label, name, stack)
    from sls_leastpriv.check.files import evidence_of_files

    return side_of_policies(label, [one.document for one in evidence_of_files([str(path)], [], None).identity])


def base_side(base: str | None, service: Path | None, baseline: str, packager: Packager | None, stack: str | None = None) -> Side:
    """What to compare the service of `stack` with: what `--base` names, else the committed baseline of the service.

    A name that is no file is a git ref: its committed baseline, else what packaging it gives. UsageError where there is neither.
    """
    if base is None:
        folder = (service or Path()) / baseline
        if not is_file(folder / BASELINE_FILE, "the baseline"):
            raise UsageError(f"there is no baseline `{folder / BASELINE_FILE}` to compare with", help=_WRITE_ONE)
        return side_of_file(str(folder), stack)
    if names_something(base):
        return side_of_file(base, stack)
    ref = git_ref(base, service or Path())
    file = Path(baseline) / BASELINE_FILE
    committed = ref.read(file)
    if committed is not None:
        name = f"the baseline `{file.as_posix()}` of `{base}`"
        document = parse_json(committed, name)
        if not is_report(document):
            raise ServiceError(f"{name} is no report", help=_WRITE_ONE)
        return side_of_report(document, f"`{file.as_posix()}` at `{base}`", name, stack)
    return _packaged(ref, packager, file, stack)


def _short(path: Path) -> str:
    """The path from where we are, where it is below."""
    with suppress(ValueError):
        return path.resolve().relative_to(Path.cwd()).as_posix()
    return str(path)


def _packaged(ref: GitRef, packager: Packager | None, file: Path, stack: str | None) -> Side:
    if not ref.has_service():
        return side_of_needs(f"`{ref.name}`, which has no such service", (), (), Circumstances())
    if packager is None:
        raise UsageError(
            f"no baseline `{file.as_posix()}` is committed in `{ref.name}`",
            help="the plugin can package it: `sls leastpriv diff --base …`; or commit one: `generate --output leastpriv`",
        )
    sys.stderr.write(f"no baseline is committed in `{ref.name}`: packaging it in a temporary worktree\n")
    if ref.differs("package.json"):
        sys.stderr.write(f"note: `package.json` differs from that of `{ref.name}`, which is packaged with what is installed here\n")
    with ref.checked_out() as folder:
        document = report_of(folder, packager, f"`{ref.name}`")
    return side_of_report(document, f"`{ref.name}`", f"the report of `{ref.name}`", stack)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...] | None:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else None
