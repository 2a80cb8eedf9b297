"""Permissions of registry schemas are mended to published actions, or dropped by a reviewed verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.maintain.spelling import Reviewed, Spelling, read_reviewed, stale_reviews

PUBLISHED = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutBucketCORS",
    "states:CreateStateMachine",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "lambda:CreateFunction",
    "lambda:GetFunction",
)
REVIEWED = Reviewed(
    allowed=frozenset({"apigateway:TagResource", "apigateway:UntagResource", "lambda:EnableReplication*"}),
    prefixes={"stepfunctions": "states"},
    renamed={"kms:ReEncrypt": ("kms:ReEncryptFrom", "kms:ReEncryptTo"), "s3:DeleteBucketCors": ("s3:PutBucketCORS",)},
    none=frozenset({"lambda:AssociateRuntimeAlias", "initech:*"}),
)


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(PUBLISHED, REVIEWED)


@pytest.mark.parametrize(
    ("permission", "kind", "actions"),
    [
        ("s3:GetObject", "published", ("s3:GetObject",)),
        ("S3:getObject", "case", ("s3:GetObject",)),
        ("apigateway:TagResource", "allowed", ("apigateway:TagResource",)),
        ("apigateway:unTagResource", "case", ("apigateway:UntagResource",)),
        ("stepfunctions:CreateStateMachine", "prefix", ("states:CreateStateMachine",)),
        ("stepfunctions:createStateMachine", "prefix", ("states:CreateStateMachine",)),
        ("s3:DeleteBucketCors", "renamed", ("s3:PutBucketCORS",)),
        ("kms:ReEncrypt", "renamed", ("kms:ReEncryptFrom", "kms:ReEncryptTo")),
        ("lambda:AssociateRuntimeAlias", "unpublished", ()),
        ("stepfunctions:Nonsense", "unpublished", ()),
        ("", "unpublished", ()),
    ],
)
def test_mends(spelling: Spelling, permission: str, kind: str, actions: tuple[str, ...]) -> None:
    mended = spelling.mend(permission)
    assert (mended.kind, mended.actions) == (kind, actions)


@pytest.mark.parametrize(
    ("pattern", "kind", "actions"),
    [
        ("s3:Get*", "expanded", ("s3:GetObject", "s3:GetObjectVersion")),
        ("s3:get*", "expanded", ("s3:GetObject", "s3:GetObjectVersion")),
        ("stepfunctions:*", "expanded", ("states:CreateStateMachine",)),
        ("initech:Get*", "unpublished", ()),
    ],
)
def test_expands_wildcards(spelling: Spelling, pattern: str, kind: str, actions: tuple[str, ...]) -> None:
    mended = spelling.mend(pattern)
    assert (mended.kind, mended.actions) == (kind, actions)


def test_an_expansion_holds_no_wildcard(spelling: Spelling) -> None:
    assert spelling.mend("lambda:*").actions == ("lambda:CreateFunction", "lambda:GetFunction")


def test_verdicts_reach_a_whole_prefix() -> None:
    assert REVIEWED.dismisses("initech:CreateReport")
    assert REVIEWED.dismisses("lambda:AssociateRuntimeAlias")
    assert not REVIEWED.dismisses("lambda:SomethingElse")


def test_a_mending_to_no_action_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no published action"):
        Spelling(PUBLISHED, Reviewed(renamed={"s3:HeadObject": ("s3:GetNothing",)}))


@pytest.mark.parametrize("missing", ["reason", "source"])
def test_a_record_without_reason_or_source_does_not_load(tmp_path: Path, missing: str) -> None:
    fields = {"reason": 'reason = "r"', "source": 'source = "https://example.com"'}
    del fields[missing]
    (tmp_path / "unpublished.toml").write_text('["a:B"]\n' + "\n".join(fields.values()), "utf-8")
    (tmp_path / "mended.toml").write_text("", "utf-8")
    with pytest.raises(KnowledgeError, match="no reason or no source"):
        read_reviewed(tmp_path)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "unpublished.toml").write_text("[", "utf-8")
    with pytest.raises(KnowledgeError, match=r"`unpublished\.toml` is no TOML"):
        read_reviewed(tmp_path)


def test_says_which_reviews_are_out_of_date() -> None:
    published = (*PUBLISHED, "apigateway:TagResource")
    notes = stale_reviews(REVIEWED, published, ["kms:ReEncrypt", "initech:CreateReport"])
    assert "unpublished.toml: `apigateway:TagResource` is published now" in notes
    assert "mended.toml: no schema names `s3:DeleteBucketCors`" in notes
    assert "mended.toml: no schema has the prefix `stepfunctions`" in notes
    assert not any("initech" in note or "kms" in note for note in notes)
