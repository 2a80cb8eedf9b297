"""The crater over the fixtures' templates: it takes snapshots, is quiet where nothing changed, and says what did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.fixture import FIXTURES

ROOT = FIXTURES.parent


def crater(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "tests.crater",
        "--corpus",
        str(folder / "corpus"),
        "--snapshots",
        str(folder / "kept"),
        *options,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_change_is_told_by_template(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for name in ("rest-api", "state-machine"):
        template = json.loads((FIXTURES / name / "handoff.json").read_text("utf-8"))["template"]
        (tmp_path / "corpus" / f"{name}.json").write_text(json.dumps(template), "utf-8")
    (tmp_path / "corpus" / "broken.json").write_text("{", "utf-8")
    first = crater(tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("3 templates · 1 not read · ")
    assert crater(tmp_path).stdout == first.stdout

    kept = tmp_path / "kept" / "rest-api.json.json"
    snapshot = json.loads(kept.read_text("utf-8"))
    snapshot["actions"]["iam:PassRole"] = ["*"]
    kept.write_text(json.dumps(snapshot), "utf-8")
    changed = crater(tmp_path)
    assert changed.returncode == 1
    assert "rest-api.json\n" in changed.stdout
    assert "  - iam:PassRole on *\n" in changed.stdout
    assert "state-machine.json" not in changed.stdout
    assert crater(tmp_path, "--update").returncode == 0
    assert crater(tmp_path).returncode == 0
