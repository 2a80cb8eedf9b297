"""The GitHub action on a simulated `pull_request`: a real repository, the real osls, and GitHub's API on loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action.github import REPOSITORY, ROOT, TOKEN, Api, Run, github_api, run_action
from tests.fixture import ACCOUNT, FIXTURES

FIXTURE = "queue-stream-schedule"
OSLS = ROOT / "node_modules" / "osls"
QUEUE = "    Refunds:\n      Type: AWS::SQS::Queue\n"

needs_osls = pytest.mark.skipif(
    not OSLS.is_dir() or shutil.which("node") is None, reason="osls is not installed: run `bash .ci/setup`"
)


def event(head: str = REPOSITORY) -> dict[str, Any]:
    pull = {"base": {"ref": "main"}, "head": {"ref": "refunds", "repo": {"full_name": head}}}
    return {"number": 7, "pull_request": pull}


class PullRequest:
    """A clone on the branch of a pull request; `main` at its origin has the service and its baseline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        origin = folder / "origin"
        self.workspace = folder / "workspace"
        service = origin / "services" / "billing"
        shutil.copytree(FIXTURES / FIXTURE, service, ignore=shutil.ignore_patterns("expected", "handoff.json", ".serverless"))
        (origin / ".gitignore").write_text("node_modules\n.serverless\n", "utf-8")
        modules = origin / "node_modules"
        modules.mkdir()
        (modules / "osls").symlink_to(OSLS, target_is_directory=True)
        (modules / "serverless-leastpriv").symlink_to(ROOT, target_is_directory=True)
        git(origin, "init", "-q", "-b", "main")
        command = ["node", str(OSLS / "bin" / "serverless.js"), "leastpriv", "generate", "--output", "leastpriv"]
        subprocess.run([*command, "--account", ACCOUNT], cwd=service, env=environment(), check=True, capture_output=True)
        git(origin, "add", "-A")
        git(origin, "commit", "-q", "-m", "a service and its baseline")
        git(folder, "clone", "-q", str(origin), str(self.workspace))
        git(self.workspace, "checkout", "-q", "-b", "refunds")
        git(self.workspace, "branch", "-D", "-q", "main")
        git(self.workspace, "update-ref", "-d", "refs/remotes/origin/main")
        shutil.copytree(modules, self.workspace / "node_modules", symlinks=True)
        self.runs = 0

    @property
    def config(self) -> Path:
        return self.workspace / "services" / "billing" / "serverless.yml"

    def run(self, api: Api, *, head: str = REPOSITORY, env: dict[str, str] | None = None, **inputs: str) -> Run:
        self.runs += 1
        given = {"working-directory": "services/billing", "install": "false", **inputs}
        variables = {**environment(), "GITHUB_API_URL": api.url, **(env or {})}
        return run_action(self.workspace, self.folder / f"runner-{self.runs}", event(head), given, variables)


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return {**kept, "SLS_LEASTPRIV_PYTHON": sys.executable, "SLS_NOTIFICATIONS_MODE": "off"}


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@needs_osls
def test_one_comment_that_is_updated(tmp_path: Path) -> None:
    pull = PullRequest(tmp_path)
    with github_api() as api:
        api.comments += [{"id": number, "user": {"type": "User"}, "body": "nice"} for number in range(1, 131)]
        api.comments.append({"id": 131, "user": {"type": "User"}, "body": "<!-- leastpriv-diff billing-dev -->\nnot ours"})
        unchanged = pull.run(api)
        assert (unchanged.code, api.writes) == (0, []), unchanged.log
        assert "no change" in unchanged.summary

        pull.config.write_text(pull.config.read_text("utf-8") + QUEUE, "utf-8")
        first = pull.run(api, sarif="out/leastpriv.sarif")
        assert first.code == 1
        assert first.outputs["diff"]["widened"] == "true"
        assert "::error title=leastpriv::this pull request asks the deployer for more" in first.log
        assert api.writes == ["POST"]
        assert "resource <code>Refunds</code>" in api.comments[-1]["body"]
        assert api.comments[-1]["body"].strip() == first.summary.strip()
        assert '"ruleId": "delete"' in (pull.workspace / "out" / "leastpriv.sarif").read_text("utf-8")

        again = pull.run(api, fail="false")
        assert (again.code, api.writes) == (0, ["POST"]), "the same comment is not written twice"

        pull.config.write_text(pull.config.read_text("utf-8").replace("Refunds", "Returns"), "utf-8")
        second = pull.run(api)
        assert api.writes == ["POST", "PATCH"]
        assert len(api.comments) == 132
        assert "Returns" in api.comments[-1]["body"] and "Refunds" not in api.comments[-1]["body"]
        assert TOKEN not in first.log + second.log + first.summary


@needs_osls
def test_a_fork_gets_the_summary_only(tmp_path: Path) -> None:
    pull = PullRequest(tmp_path)
    pull.config.write_text(pull.config.read_text("utf-8") + QUEUE, "utf-8")
    with github_api() as api:
        run = pull.run(api, head="mallory/billing")
    assert run.code == 1
    assert api.writes == [] and "comment.js" not in run.ran
    assert "Refunds" in run.summary


@needs_osls
def test_a_token_that_may_not_comment_says_what_to_do(tmp_path: Path) -> None:
    pull = PullRequest(tmp_path)
    pull.config.write_text(pull.config.read_text("utf-8") + QUEUE, "utf-8")
    with github_api() as api:
        api.answer = 403
        run = pull.run(api)
    assert run.code == 1
    assert "pull-requests: write" in run.log


@pytest.mark.parametrize("name", ["pull_request_target", "push", "workflow_run"])
def test_other_events_are_refused(tmp_path: Path, name: str) -> None:
    run = run_action(tmp_path, tmp_path / "runner", event(), {}, {"GITHUB_EVENT_NAME": name})
    assert (run.code, run.ran) == (1, ["event.js"])
    assert "on: pull_request" in run.log


def test_it_is_pinned_and_only_the_comment_gets_the_token() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    steps = action["runs"]["steps"]
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    with_token = [step["run"] for step in steps if "token" in str(step.get("env", "")).lower()]
    assert with_token == ['node "$GITHUB_ACTION_PATH/action/comment.js"']
    # what the user gives reaches scripts through the environment, where it cannot become a command
    assert not any("${{" in step["run"] for step in steps if "run" in step)
