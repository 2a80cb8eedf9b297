"""`--output`: writes the policies into a folder or a file. All or nothing: each file is made beside its place and then moved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.commands.artefact import artefact
from sls_leastpriv.commands.service import Predicted
from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.trust import trust_document
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.report import report

SUFFIXES: Final = {"policy": ".json", "yaml": ".yml", "cloudformation": ".yaml", "terraform": ".tf", "cdk": ".json"}
"""The suffix of a file in each format."""


def write_output(target: str, service: Predicted, format: str) -> list[str]:
    """Writes into `target` and returns the names written.

    A path with the suffix of a format is one file with the artefact. Anything else is a folder, which gets `needs.json`, the
    report, and what the format asks for: one file per policy and per trust policy, or the one that creates them all. UsageError
    when it cannot be written.
    """
    path = Path(target)
    if path.suffix in SUFFIXES.values():
        files = {path: artefact(service, format)}
    else:
        files = _folder(path, service, format)
        files[path / "needs.json"] = json_text(report(service.project, service.prediction, service.policies, service.roles))
    try:
        return _write(files)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise UsageError(f"`{target}` cannot be written: {reason}", help="name another place with `--output`") from error


def _folder(path: Path, service: Predicted, format: str) -> dict[Path, str]:
    if format in ("cloudformation", "terraform", "cdk"):
        return {path / f"{service.policies.whole[0].name}{SUFFIXES[format]}": artefact(service, format)}
    written = yaml_of if format == "yaml" else json_text
    suffix = SUFFIXES.get(format, ".json")
    files = {path / f"{one.name}{suffix}": written(policy_document(one.statements)) for one in service.policies.fitting}
    stack = service.project.stack
    for role in service.roles:
        if stack.account is not None or role.trust.services:
            trust = trust_document(role.trust, account=stack.account or "", partition=stack.partition)
            files[path / f"{role.name}-trust{suffix}"] = written(trust)
    return files


def yaml_of(document: dict[str, Any]) -> str:
    """YAML, loaded when it is asked for."""
    from sls_leastpriv.render.yaml_text import yaml_text

    return yaml_text(document)


def _write(files: dict[Path, str]) -> list[str]:
    made: list[tuple[str, Path]] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".leastpriv-")
            made.append((temporary, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(temporary).chmod(0o644)
        for temporary, path in made:
            Path(temporary).replace(path)
    except OSError:
        for temporary, _ in made:
            Path(temporary).unlink(missing_ok=True)
        raise
    return [str(path) for path in files]
