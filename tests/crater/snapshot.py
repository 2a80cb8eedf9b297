"""One template → what is predicted for it, in a form that is compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.commands.run import STACK, run

SUFFIXES = {".json", ".yml", ".yaml", ".template"}


@dataclass(frozen=True)
class Snapshot:
    """`actions` on which resources; `anywhere`: how many of the grants are on `*`; `size` in characters of one policy."""

    exit_code: int
    actions: Mapping[str, list[str]]
    grants: int
    anywhere: int
    gaps: list[str]
    assumed: int
    size: int
    error: str = ""


def templates(corpus: Path) -> list[Path]:
    """The templates of a folder, in order."""
    return sorted(path for path in corpus.rglob("*") if path.suffix in SUFFIXES and path.is_file())


def snapshot(template: Path) -> Snapshot:
    """What the real program says."""
    outcome = run("generate", "--template", template, *STACK, "--framework", "none", "--format", "report", "--previous", "none")
    if outcome.code != 0:
        return Snapshot(outcome.code, {}, 0, 0, [], 0, 0, outcome.err.splitlines()[0] if outcome.err else "")
    report = outcome.json()
    grants = {(need["action"], need["resource"]) for need in report["needs"]}
    found: dict[str, list[str]] = {}
    for action, resource in sorted(grants):
        found.setdefault(action, []).append(resource)
    documents = [json.dumps(one["document"], separators=(",", ":")) for one in report["policies"]]
    return Snapshot(
        exit_code=0,
        actions=found,
        grants=len(grants),
        anywhere=sum(resource == "*" for _, resource in grants),
        gaps=sorted({f"{gap['subject']['kind']} {gap['subject']['name']}: {gap['reason']}" for gap in report["gaps"]}),
        assumed=sum(bool(need["assumed"]) for need in report["needs"]),
        size=sum(map(len, documents)),
    )


def write(snapshot_: Snapshot, path: Path) -> None:
    """As JSON, one line for each thing that can change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(snapshot_), indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def read(path: Path) -> Snapshot:
    """What `write` wrote."""
    return Snapshot(**json.loads(path.read_text("utf-8")))
