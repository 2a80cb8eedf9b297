"""What the documents point at is there: files, headings, and the files of ours that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.documents.pages import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
OUR_FILE = re.compile(
    r"(?:^|[\s`(])((?:tests|docs|shim|sls_leastpriv|\.ci)/[A-Za-z0-9_./-]*[A-Za-z0-9_])(?=[\s`),;:]|$)", re.MULTILINE
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    missing = []
    for link in links(document):
        file, _, anchor = link.partition("#")
        target = (document.parent / file) if file else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("name", ["docs/quality.md", "SECURITY.md", "CONTRIBUTING.md"])
def test_files_that_are_named_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert [file for file in OUR_FILE.findall(text) if not (ROOT / file).exists()] == []


def links(document: Path) -> Iterator[str]:
    """The links of a document within the project."""
    for token in MarkdownIt().parse(document.read_text("utf-8")):
        for child in token.children or ():
            href = str(child.attrs.get("href", ""))
            if href and not re.match(r"https?:|mailto:", href):
                yield href


@cache
def anchors(document: Path) -> frozenset[str]:
    """The names that GitHub gives the headings."""
    tokens = MarkdownIt().parse(document.read_text("utf-8"))
    titles = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)
