"""The tools of those who keep the knowledge."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sls_leastpriv.errors import UsageError
from sls_leastpriv.knowledge.document import read_document
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.rules import rules
from sls_leastpriv.maintain.draft import draft, draft_path
from sls_leastpriv.maintain.generated_documents import generated_documents

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    "type_name",
    [
        "AWS::Kendra::Index",
        "AWS::AppRunner::Service",
        "AWS::Lambda::Function",
        "AWS::SageMaker::Endpoint",
        "AWS::KafkaConnect::Connector",
        "AWS::Connect::IntegrationAssociation",
    ],
)
def test_a_draft_is_an_entry_that_reads(type_name: str) -> None:
    document = read_document(tomllib.loads(draft(type_name)), file="draft.toml", rules=rules())
    assert document.entry.key == type_name
    assert document.entry.clauses


def test_where_a_draft_goes() -> None:
    assert draft_path("AWS::SQS::QueuePolicy") == DATA / "resources" / "sqs" / "queue_policy.toml"
    assert draft_path("AWS::RDS::DBInstance").name == "db_instance.toml"


@pytest.mark.parametrize("type_name", ["AWS::Nobody::Knows", "Queue", "AWS::CodeBuild::Project"])
def test_a_type_without_handlers_cannot_be_drafted(type_name: str) -> None:
    with pytest.raises(UsageError):
        draft(type_name)


@pytest.mark.parametrize(("path", "text"), generated_documents().items(), ids=str)
def test_the_generated_documents_are_what_the_entries_say(path: Path, text: str) -> None:
    """`python -m sls_leastpriv.maintain docs` was run after the last change."""
    assert (ROOT / path).read_text("utf-8") == text


def test_an_unknown_verb_is_refused() -> None:
    finished = subprocess.run([sys.executable, "-m", "sls_leastpriv.maintain", "fly"], capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.startswith("error: `fly` is no verb")
