"""The documents, and what takes each kind of block in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from sybil import Document, Example, Region, Sybil
from sybil.example import SybilFailure
from sybil.parsers.markdown.codeblock import CodeBlockParser
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer

from tests.documents.accounts import ACCOUNTS
from tests.documents.checked import check_diagram, check_javascript, check_json, check_toml, check_when, check_yaml
from tests.documents.console import run_console
from tests.documents.given import GIVEN
from tests.documents.play import Play, replaced
from tests.documents.shell import check_shell
from tests.fixture import FIXTURES

ROOT: Final = FIXTURES.parent
GENERATED: Final = {"coverage.md", "fallback.md", "framework.md", "plugins.md"}
"""Tables that `python -m sls_leastpriv.maintain docs` writes."""

EVALUATORS: Final[dict[str, Callable[[Example], str | None]]] = {
    "console": run_console,
    "js": check_javascript,
    "json": check_json,
    "sh": check_shell,
    "text": check_diagram,
    "toml": check_toml,
    "when": check_when,
    "yaml": check_yaml,
}


def documents() -> list[Path]:
    """All that people wrote."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "action").rglob("*.md")]
    return sorted(path for path in files if path.parent != ROOT / "docs" or path.name not in GENERATED)


def _into(play: Play, words: str) -> None:
    play.goes_into = words


def _in(play: Play, words: str) -> None:
    fixture, _, how = words.partition(" ")
    assert how in ("", "through osls"), how
    play.enter(fixture, through_osls=bool(how))


def _aws(play: Play, words: str) -> None:
    play.scene.aws = play.scene.leaves.enter_context(ACCOUNTS[words](play.scene))


def _given(play: Play, words: str) -> None:
    GIVEN[words](play.scene)


DIRECTIVES: Final = {"in": _in, "aws": _aws, "given": _given, "into": _into}
"""`<!-- NAME: words -->` in front of a block."""


class _DirectiveParser:
    _lexer = DirectiveInHTMLCommentLexer("|".join(sorted(DIRECTIVES, reverse=True)))

    def __call__(self, document: Document) -> Iterable[Region]:
        for region in self._lexer(document):
            region.evaluator = self._follow
            yield region

    def _follow(self, example: Example) -> None:
        lexemes = example.region.lexemes
        DIRECTIVES[lexemes["directive"]](example.namespace["play"], lexemes["arguments"])


SYBIL: Final = Sybil([_DirectiveParser(), *(CodeBlockParser(language, evaluator) for language, evaluator in EVALUATORS.items())])


def go_through(path: Path, play: Play) -> tuple[list[str], str]:
    """Runs all examples of a document → what is wrong, and the text with its outputs renewed."""
    document = SYBIL.parse(path)
    document.namespace["play"] = play
    wrong = []
    for example in document.examples():
        try:
            example.evaluate()
        except SybilFailure as failure:
            wrong.append(f"{os.path.relpath(path, ROOT)}:{example.line}: {failure.result}")
    return wrong, replaced(document.text, play.replacements)
