"""Every entry of the knowledge: reads strictly, is complete, and its examples hold. Each finding names the file."""

from __future__ import annotations

import json
import tomllib

import pytest

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.document import read_document
from sls_leastpriv.knowledge.entry import entry_from_json, entry_to_json
from sls_leastpriv.knowledge.load import COMPILED, DATA
from sls_leastpriv.knowledge.rules import rules
from sls_leastpriv.maintain.compile import compiled, documents, shard_text
from sls_leastpriv.maintain.lint import lint

FOLDERS = sorted(path.name for path in (DATA / "resources").iterdir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_entries_are_complete_and_their_examples_hold(folder: str) -> None:
    assert list(lint(f"resources/{folder}")) == []


@pytest.mark.parametrize("folder", ["framework", "cloudformation", "variables", "plugins"])
def test_other_entries_read(folder: str) -> None:
    for path, document in documents(folder):
        assert document.entry.clauses or document.entry.gaps or folder in ("variables", "plugins"), path


def test_the_compiled_knowledge_is_what_the_entries_say() -> None:
    """`python -m sls_leastpriv.maintain compile` was run after the last change."""
    for name, shard in compiled().items():
        assert (COMPILED / f"{name}.json").read_text("utf-8") == shard_text(shard), name


def test_compiling_loses_nothing() -> None:
    for path, document in documents("resources"):
        written = json.loads(json.dumps(entry_to_json(document.entry)))
        assert entry_from_json(written) == document.entry, path


VALID = """
type   = "AWS::Shop::Thing"
source = "https://docs.aws.amazon.com/shop"
[[need]]
create = ["s3:GetObject"]
on     = "*"
why    = "it reads"
"""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('why    = "it reads"', ""), "why"),
        (('source = "https://docs.aws.amazon.com/shop"', ""), "source"),
        (("https://", "http://"), "source"),
        (("create =", "creates ="), "need[0].creates"),
        (('on     = "*"', ""), "need[0].on"),
        (('on     = "*"', 'on = "${Role}"'), "need[0].as"),
        (('on     = "*"', 'on = "nothing"'), "on"),
        (('create = ["s3:GetObject"]', ""), "need[0]"),
        (('on     = "*"', 'on = "*"\nwhen = "A and"'), "need[0].when"),
        (('on     = "*"', 'on = "*"\nprincipal = "root"'), "need[0].principal"),
        (("type   =", 'command = "deploy"\ntype ='), "exactly one"),
        (("[[need]]", "[[use]]\nrule = 'nobody'\n[[need]]"), "use[0].rule"),
    ],
)
def test_what_is_not_in_the_grammar_stops_the_run_naming_file_and_key(change: tuple[str, str], named: str) -> None:
    assert change[0] in VALID
    with pytest.raises(KnowledgeError) as caught:
        read_document(tomllib.loads(VALID.replace(*change)), file="resources/shop/thing.toml", rules=rules())
    assert "resources/shop/thing.toml" in caught.value.message
    assert named in caught.value.message


def test_the_valid_entry_reads() -> None:
    assert read_document(tomllib.loads(VALID), file="x", rules=rules()).entry.key == "AWS::Shop::Thing"


def test_every_entry_is_in_the_published_schema() -> None:
    """The schema that overlays are checked against, and that editors can use."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads((DATA / "entry.schema.json").read_text("utf-8")))
    folders = ("resources", "framework", "cloudformation", "variables", "plugins")
    for path in (path for folder in folders for path in sorted((DATA / folder).rglob("*.toml"))):
        error = next(validator.iter_errors(tomllib.loads(path.read_text("utf-8"))), None)
        assert error is None, f"{path.name}: {error.message if error else ''}"
