"""What is called risky exists: published actions, and resource types that are known."""

from __future__ import annotations

import tomllib

from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import published
from sls_leastpriv.knowledge.risks import data_use, stateful
from sls_leastpriv.policy.patterns import action_covers

RISKS = tomllib.loads((DATA / "risks.toml").read_text("utf-8"))


def test_every_action_is_published() -> None:
    for entry in RISKS["data"]:
        assert entry["why"] and entry["source"].startswith("https://docs.aws.amazon.com/")
        for pattern in entry["actions"]:
            prefix = pattern.partition(":")[0]
            assert any(action_covers(pattern, f"{prefix}:{name}") for name in published(prefix)["actions"]), pattern


def test_every_type_is_known() -> None:
    registry = "".join(path.read_text("utf-8") for path in (DATA / "published" / "registry").glob("*.json"))
    for entry in RISKS["stateful"]:
        assert entry["why"] and entry["source"].startswith("https://docs.aws.amazon.com/")
        assert [one for one in entry["types"] if f'"{one}"' not in registry] == []


def test_managing_is_no_use_of_data() -> None:
    assert data_use("s3:GetObject") and data_use("dynamodb:PutItem") and data_use("secretsmanager:GetSecretValue")
    assert not data_use("s3:CreateBucket") and not data_use("dynamodb:CreateTable") and not data_use("lambda:GetFunction")
    assert stateful("AWS::DynamoDB::Table") and not stateful("AWS::Lambda::Function") and not stateful(None)
