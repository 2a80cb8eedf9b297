"""`--output`: writes the policies into a folder or a file. All or nothing: each file is made beside its place and then moved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sls_leastpriv.commands.artefact import artefact
from sls_leastpriv.commands.service import Predicted
from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.report import report


def write_output(target: str, service: Predicted, format: str) -> list[str]:
    """Writes into `target` and returns the names written.

    A path that ends in `.json` is one file with the artefact; anything else is a folder that gets one file per policy and
    `needs.json`, the report without line numbers' noise. UsageError when it cannot be written.
    """
    path = Path(target)
    if path.suffix == ".json":
        files = {path: artefact(service, format)}
    else:
        files = {path / f"{policy.name}.json": json_text(policy_document(policy.statements)) for policy in service.policies.fitting}
        files[path / "needs.json"] = json_text(report(service.project, service.prediction, service.policies))
    try:
        return _write(files)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise UsageError(f"`{target}` cannot be written: {reason}", help="name another place with `--output`") from error


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
