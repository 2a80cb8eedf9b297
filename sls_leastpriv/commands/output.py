"""`--output` of `generate`: which files it writes into a folder, or the one file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sls_leastpriv.commands.artefact import SUFFIXES, artefact
from sls_leastpriv.commands.service import Predicted
from sls_leastpriv.commands.write_files import write_files
from sls_leastpriv.generated_ids import with_lasting_names
from sls_leastpriv.model import Prediction
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.trust import check_account, trust_document
from sls_leastpriv.predict import UNKNOWN_PREVIOUS
from sls_leastpriv.read.project import BASELINE_FILE
from sls_leastpriv.render.json_text import json_text
from sls_leastpriv.render.report import report


def write_output(target: str, service: Predicted, format: str) -> list[str]:
    """Writes into `target` and returns the names written.

    A path with the suffix of a format is one file with the artefact. Anything else is a folder, which gets `needs.json`, the
    report that later runs compare with, and what the format asks for: one file per policy and per trust policy, or the one that
    creates them all. What depends on the run and not on the service is left out of the report, so that the folder changes only
    with the service. Policies that an earlier run wrote there and that are no more are removed. UsageError when it cannot be
    written.
    """
    path = Path(target)
    if path.suffix in SUFFIXES.values():
        files = {path: artefact(service, format)}
    else:
        files = _folder(path, service, format)
        boundary = service.policies.boundary
        if boundary is not None and boundary.fits:
            files[path / f"{boundary.name}.json"] = json_text(boundary.document)
        lasting = _lasting(service.prediction)
        files[path / BASELINE_FILE] = json_text(report(service.project, lasting, service.policies, service.roles, service.projects))
    gone = () if path.suffix in SUFFIXES.values() else _policies_before(path)
    return write_files(files, target, gone={path / f"{name}{suffix}" for name in gone for suffix in SUFFIXES.values()})


def _lasting(prediction: Prediction) -> Prediction:
    """The prediction without what is new with every package, and without the gap of a run that found nothing to compare with."""
    return with_lasting_names(replace(prediction, gaps=tuple(gap for gap in prediction.gaps if gap.reason != UNKNOWN_PREVIOUS)))


def _policies_before(folder: Path) -> Iterable[str]:
    """The names of the policies that an earlier run wrote into a folder, as its report says."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        before = json.loads((folder / BASELINE_FILE).read_text("utf-8"))
        return [name for policy in before["policies"] if re.fullmatch(r"[\w+=,.@-]+", name := str(policy["name"]))]
    return []


def _folder(path: Path, service: Predicted, format: str) -> dict[Path, str]:
    if format in ("cloudformation", "terraform", "cdk"):
        return {path / f"{service.policies.whole[0].name}{SUFFIXES[format]}": artefact(service, format)}
    written = yaml_of if format == "yaml" else json_text
    suffix = SUFFIXES["yaml" if format == "yaml" else "policy"]
    files = {path / f"{one.name}{suffix}": written(policy_document(one.statements)) for one in service.policies.fitting}
    stack = service.project.stack
    check_account((role.trust for role in service.roles), stack.account)
    for role in service.roles:
        trust = trust_document(role.trust, account=stack.account or "", partition=stack.partition)
        files[path / f"{role.name}-trust{suffix}"] = written(trust)
    return files


def yaml_of(document: dict[str, Any]) -> str:
    """YAML, loaded when it is asked for."""
    from sls_leastpriv.render.yaml_text import yaml_text

    return yaml_text(document)
