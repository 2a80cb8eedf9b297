"""Hostile names through every verb and format: nothing draws, forges a line, or becomes more than a text in what is printed."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from tests.hostile.engine import Said, engine
from tests.hostile.service import HOSTILE, hostile_handoff
from tests.hostile.verbs import command_lines, uncovered

DRAWS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
FORGED = re.compile(r"^\s*(FORGED|::error::FORGED|##\[)", re.MULTILINE)
FORMATS_OF_TEXT = ("text", "github", "markdown", "html", "sarif", "terraform")


def test_every_verb_is_tested(tmp_path: Path) -> None:
    assert uncovered(tmp_path) == set(), "add the verb to tests/hostile/verbs.py"


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_is_more_than_a_name(kind: str, tmp_path: Path) -> None:
    handoff = hostile_handoff("queue-stream-schedule", HOSTILE[kind])
    before = {path for path in tmp_path.parent.rglob("*") if tmp_path not in path.parents}
    for words in command_lines(tmp_path):
        said = engine(*words, "--handoff", "-", stdin=handoff)
        assert said.code in ((4,) if words[0] == "apply" else (0, 1)), (words, said.err)
        harmless(words, said)
        form = words[words.index("--format") + 1] if "--format" in words else ""
        if (words[0] == "generate" and form in ("policy", "report", "cdk")) or form in ("report", "sarif"):
            json.loads(said.out)
        if form in ("yaml", "cloudformation"):
            yaml.safe_load(said.out)
        if form == "html" and said.out.startswith("<"):
            inert(said.out, scripts=2)  # its data, and what shows them
        if form == "markdown":
            inert(MarkdownIt("commonmark", {"html": True}).enable("table").render(said.out))
        if form == "terraform":
            assert not re.search(r"(?<!\$)\$\{file|(?<!%)%\{ for", said.out), "a template of HCL"
    after = {path for path in tmp_path.parent.rglob("*") if tmp_path not in path.parents}
    assert after - before == set(), "written elsewhere"


@pytest.mark.parametrize("kind", ["terminal", "line", "direction", "path"])
@pytest.mark.parametrize("option", ["--stack-name", "--stage", "--region", "--account", "--framework", "--commands", "--previous"])
def test_no_option_is_more_than_a_name(kind: str, option: str, tmp_path: Path) -> None:
    template = tmp_path / "t.json"
    template.write_text('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}', "utf-8")
    given = {"--stack-name": "a", "--region": "us-east-1", option: HOSTILE[kind]}
    if "\0" in HOSTILE[kind]:
        return
    options = [word for pair in given.items() for word in pair]
    said = engine("generate", "--template", template, *options, "--output", tmp_path / "out" / "deep")
    harmless((option,), said)
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "deep" and path != template]
    assert outside == []


def harmless(words: tuple[str, ...], said: Said) -> None:
    """Neither stream draws on a terminal, or has a line that a name forged."""
    for text in (said.out, said.err):
        found = DRAWS.search(text)
        assert found is None, (words, text[max(0, found.start() - 80) : found.end() + 20])
    spoken = said.text if "report" not in words else said.err
    found = FORGED.search(spoken)
    assert found is None, (words, spoken[max(0, found.start() - 80) : found.end() + 40])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.scripts += tag == "script"
        self.found.update(name for name, _ in attrs if name.startswith("on"))
        self.found.update(f"{name}={value}" for name, value in attrs if value and "evil.example" in value)


def inert(page: str, scripts: int = 0) -> None:
    """A page in which nothing of a name became markup; `scripts` are its own."""
    tags = _Tags()
    tags.feed(page)
    assert tags.scripts == scripts
    assert tags.found.isdisjoint({"img", "onerror", "onmouseover"}), tags.found
    assert not [one for one in tags.found if "evil" in one]
