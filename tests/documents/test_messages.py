"""The messages that the troubleshooting page is organised by are those of the program."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from sls_leastpriv.knowledge.load import DATA
from tests.documents.pages import ROOT

PAGE = ROOT / "docs" / "troubleshooting.md"
OF_AWS = {"with an explicit deny"}
"""What AWS says, not we."""


@cache
def source() -> str:
    """All texts of the program: strings that go on in the next line are joined, and what is filled in is `…`."""
    files = [*(ROOT / "sls_leastpriv").rglob("*.py"), *(ROOT / "shim").rglob("*.js"), *(DATA / "resources").rglob("*.toml")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    joined = re.sub(r"[\"'`]\s*\+?\s*\n\s*f?[\"'`](?!\"\")", "", text)
    return re.sub(r"\$?\{[^{}\n]*\}", "…", joined).replace("\\`", "`").replace("`", "")


def messages() -> list[str]:
    tokens = MarkdownIt().parse(PAGE.read_text("utf-8"))
    titles = [after for token, after in pairwise(tokens) if token.type == "heading_open" and token.tag != "h1"]
    return [child.content for title in titles for child in title.children or () if child.type == "code_inline"]


@pytest.mark.parametrize("message", messages())
def test_the_program_says_it(message: str) -> None:
    if message in OF_AWS or message.startswith("--"):
        return
    for part in message.split("…"):
        assert part.strip(" :,") in source(), part


def test_the_page_has_messages() -> None:
    assert len(messages()) > 25
