"""Plugins that nobody knows, through the real Framework and the real engine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e.loop.framework import missing
from tests.e2e.loop.judge import ALLOW_NOTHING
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.service import copy_of

STRANGE = """
const { CloudFrontClient, CreateInvalidationCommand } = require('@aws-sdk/client-cloudfront');
module.exports = class {
  constructor() { this.hooks = { 'after:deploy:deploy': () => new CloudFrontClient({}).send(new CreateInvalidationCommand({})) }; }
};
"""


@pytest.mark.parametrize("name", ["osls@3"])
def test_their_calls_are_assumed_and_a_gap_names_them(name: str, loop: Loop, tmp_path: Path) -> None:
    if problem := missing(name):
        pytest.skip(problem)
    service = copy_of("unknown-plugins", tmp_path)
    install(service, "serverless-strange", STRANGE)
    install(service, "@aws-sdk/client-cloudfront", "")
    run = loop.framework(name).run(service, ["leastpriv", "generate", "--format", "report"], ALLOW_NOTHING)
    assert run.exit_code == 0, run

    report = json.loads(run.stdout)
    needs = {need["action"]: need for need in report["needs"] if need["subject"]["kind"] == "plugin"}
    assert {action: need["subject"] for action, need in needs.items()} == {
        "sns:Publish": {"kind": "plugin", "name": "./plugins/notify", "where": "plugins/notify.js:11"},
        "cloudfront:CreateInvalidation": {"kind": "plugin", "name": "serverless-strange", "where": "serverless-strange/index.js:4"},
    }
    assert all(need["assumed"] for need in needs.values())
    gaps = {gap["subject"]["name"]: gap["reason"] for gap in report["gaps"] if gap["subject"]["kind"] == "plugin"}
    assert set(gaps) == {"./plugins/notify", "serverless-strange"}
    assert all("1 call of the AWS SDK was found in its source" in reason for reason in gaps.values())
    assert re.search("^gap: plugin `serverless-strange`.*: nothing is known about this plugin;", run.stderr, re.MULTILINE), (
        run.stderr
    )


def install(service: Path, package: str, text: str) -> None:
    folder = service / "node_modules" / package
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": package, "version": "1.0.0", "main": "index.js"}), "utf-8")
    (folder / "index.js").write_text(text, "utf-8")
