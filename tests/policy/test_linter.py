"""The emitted documents before an independent linter (ol-parliament)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.run import run
from tests.fixture import ACCOUNT, fixture_names, handoff

ALLOWED = {
    # (issue, text in its detail): why it is no fault of the policy
    ("UNKNOWN_ACTION", "apigateway:TagResource"): "real but unpublished; API Gateway denies it by this name",
    ("UNKNOWN_ACTION", "apigateway:UntagResource"): "real but unpublished, as TagResource",
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "s3:PutBucketPolicy"): (
        "the template holds a bucket policy; whoever may write it may let itself read the bucket, which a boundary has to prevent"
    ),
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "s3:PutBucketAcl"): "as s3:PutBucketPolicy",
    ("UNKNOWN_CONDITION_FOR_ACTION", "kms:ResourceAliases"): "documented for all key operations; the reference does not list it",
    ("RESOURCE_MISMATCH", "dynamodb:GetResourcePolicy"): "asked on the table, not on its stream; the linter wants both",
    ("RESOURCE_MISMATCH", "sns:Unsubscribe"): "authorised on the topic; the linter's tables are older",
    ("RESOURCE_MISMATCH", "sns:GetSubscriptionAttributes"): "authorised on the topic; the linter's tables are older",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", fixture_names())
def test_the_linter_finds_nothing(name: str, tmp_path: Path) -> None:
    parliament = pytest.importorskip("parliament")
    report = run("generate", "--handoff", handoff(name, tmp_path), "--account", ACCOUNT, "--format", "report").json()
    found = []
    for policy in report["policies"]:
        for finding in parliament.analyze_policy_string(json.dumps(policy["document"])).findings:
            detail = finding.detail if isinstance(finding.detail, str) else json.dumps(finding.detail)
            if not any(finding.issue == issue and text in detail for issue, text in ALLOWED):
                found.append((policy["name"], finding.issue, detail))
    assert found == []
