"""Every example of every document is run, or at least read by what it is for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.documents.pages import ROOT, SYBIL, documents, go_through
from tests.documents.play import Play
from tests.documents.verbs import all_options

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "osls").exists(), reason="needs Node and `npm ci`"
)
OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]+)")
OF_OTHERS = {"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "quality.md"}
"""Documents that speak of former times, or of options of other programs."""
OTHER_PROGRAMS = ("aws ", "git ", "npm ", "pip ", "python ")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages")


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_examples_do_what_the_document_says(path: Path, packages: Path) -> None:
    with Play(packages) as play:
        wrong, _ = go_through(path, play)
    if wrong:
        pytest.fail("\n\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_something_takes_every_block(path: Path) -> None:
    """By a Markdown parser of its own: fenced and indented blocks alike."""
    lines = {number for example in SYBIL.parse(path).examples() for number in [example.line]}
    blocks = [token for token in MarkdownIt().parse(path.read_text("utf-8")) if token.type in ("fence", "code_block")]
    untaken = [f"{token.map[0] + 1}: ```{token.info}" for token in blocks if token.map and token.map[0] + 1 not in lines]
    assert untaken == []


@pytest.mark.parametrize(
    "path", [path for path in documents() if path.name not in OF_OTHERS], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_options_that_the_text_names_exist(path: Path) -> None:
    tokens = [child for token in MarkdownIt().parse(path.read_text("utf-8")) for child in token.children or ()]
    code = [token.content for token in tokens if token.type == "code_inline"]
    options = {option for text in code if not text.startswith(OTHER_PROGRAMS) for option in OPTION.findall(text)}
    assert options - all_options() == set()
