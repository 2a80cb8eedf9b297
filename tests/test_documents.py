"""What the documents point at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sls_leastpriv.cli import VERBS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
ENGINE = re.compile(r"^\s*(?:\$ )?(?:npx )?(?:sls-leastpriv|(?:sls|osls|serverless) leastpriv) ([a-z]+)", re.MULTILINE)
OUR_FILE = re.compile(
    r"(?:^|[\s`(])((?:tests|docs|shim|sls_leastpriv|\.ci)/[A-Za-z0-9_./-]*[A-Za-z0-9_])(?=[\s`),;:]|$)", re.MULTILINE
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_files_and_verbs_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    missing = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    assert missing == []
    assert [verb for verb in ENGINE.findall(text) if verb not in VERBS] == []
    if document.name in ("quality.md", "SECURITY.md", "CONTRIBUTING.md"):
        assert [name for name in OUR_FILE.findall(text) if not (ROOT / name).exists()] == []
