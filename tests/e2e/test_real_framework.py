"""The fixture services through the real Frameworks and the plugin: no credentials, and every socket but loopback refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixture import ACCOUNT, FIXTURES, fixture_names

ROOT = FIXTURES.parent
FRAMEWORKS = {"osls@4": "osls", "osls@3": "osls3", "serverless@3": "serverless3"}
NO_NETWORK = ROOT / "tests" / "shim" / "support" / "fakes" / "no-network.js"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "osls").exists(), reason="needs Node and `npm ci`"
)


def generate(framework: str, name: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`sls leastpriv generate` in a copy of the fixture that loads the plugin of this checkout."""
    service = folder / name
    shutil.copytree(FIXTURES / name, service, ignore=shutil.ignore_patterns("expected", "handoff.json"))
    plugin = service / "node_modules" / "serverless-leastpriv" / "index.js"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f"module.exports = require({json.dumps(str(ROOT))});\n", "utf-8")
    notes = folder / "connections"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SLS_"))}
    environment |= {
        "HOME": str(folder),
        "AWS_EC2_METADATA_DISABLED": "true",
        "SLS_LEASTPRIV_PYTHON": sys.executable,
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_NOTIFICATIONS_MODE": "off",
        "SLS_INTERACTIVE_SETUP_ENABLE": "0",
        "CI": "1",
        "NODE_OPTIONS": f"--require {NO_NETWORK}",
        "LEASTPRIV_TEST_NETWORK": str(notes),
    }
    cli = ROOT / "node_modules" / FRAMEWORKS[framework] / "bin" / "serverless.js"
    command = ["node", str(cli), "leastpriv", "generate", "--account", ACCOUNT, *options]
    finished = subprocess.run(command, cwd=service, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert not notes.exists(), f"connections were tried: {notes.read_text('utf-8')}"
    return finished


@pytest.mark.parametrize("name", fixture_names())
def test_the_policy_through_osls_is_the_reviewed_one(name: str, tmp_path: Path) -> None:
    finished = generate("osls@4", name, tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == (FIXTURES / name / "expected" / "policy.json").read_text("utf-8")
    assert not (tmp_path / name / ".serverless").exists(), "the package folder is left as it was found"


@pytest.mark.parametrize("framework", ["osls@3", "serverless@3"])
@pytest.mark.parametrize("name", ["rest-api", "variables"])
def test_other_frameworks(framework: str, name: str, tmp_path: Path) -> None:
    finished = generate(framework, name, tmp_path, "--format", "report")
    assert finished.returncode == 0, finished.stderr
    report = json.loads(finished.stdout)
    assert report["services"][0]["framework"] == framework
    reviewed = json.loads((FIXTURES / name / "expected" / "policy.json").read_text("utf-8"))
    assert actions(report["policies"]) >= actions([{"document": reviewed}]) - {"ecr:PutLifecyclePolicy"}


def actions(policies: list[dict[str, dict[str, list[dict[str, str | list[str]]]]]]) -> set[str]:
    found: set[str] = set()
    for policy in policies:
        for statement in policy["document"]["Statement"]:
            action = statement["Action"]
            found.update([action] if isinstance(action, str) else action)
    return found
