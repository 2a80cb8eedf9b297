"""`check` as a user runs it, with a home of its own and no AWS but the one that a test names."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sls_leastpriv.cli import main
from tests.commands.run import Outcome, run
from tests.fixture import ACCOUNT, handoff

USER = f"arn:aws:iam::{ACCOUNT}:user/deployer"
SERVICE = "deployment-role"
"""The fixture whose deployer needs least: a role is passed to CloudFormation, which does the rest."""


@dataclass(frozen=True)
class Desk:
    """A folder with a service in it, from which checks are made."""

    folder: Path
    service: str = SERVICE

    @property
    def cache(self) -> Path:
        """Where the checks that are made here keep what AWS said."""
        return self.folder / "cache" / "serverless-leastpriv" / "check"

    def file(self, name: str, document: Any) -> Path:
        path = self.folder / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        return path

    def run(self, verb: str, *arguments: str | Path, env: Mapping[str, str] | None = None, process: bool = False) -> Outcome:
        """Runs a verb on the service, whose first deploy it is: as a process of its own, or in this one, which has loaded boto3."""
        service = ["--handoff", handoff(self.service, self.folder), "--previous", "none", "--account", ACCOUNT]
        runner = run if process else run_here
        return runner(verb, *service, *arguments, env=self.surroundings(env))

    def check(self, *arguments: str | Path, env: Mapping[str, str] | None = None, process: bool = False) -> Outcome:
        return self.run("check", *arguments, env=env, process=process)

    def surroundings(self, env: Mapping[str, str] | None) -> dict[str, str]:
        """The environment, on top of which comes `env`."""
        return {
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "LOCALAPPDATA": str(self.folder / "cache"),
            "AWS_CONFIG_FILE": str(self.folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "GITHUB_ACTIONS": "false",
            "NO_PROXY": "127.0.0.1",
            **(env or {}),
        }


def run_here(*arguments: str | Path, env: Mapping[str, str]) -> Outcome:
    """The same as `run`, without the process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with (
        patch.dict(os.environ, {**kept, **env}, clear=True),
        redirect_stdout(io.StringIO()) as out,
        redirect_stderr(io.StringIO()) as err,
    ):
        code = main([str(one) for one in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())


def found(outcome: Outcome) -> dict[str, Any]:
    """The object `check` of the report that a run with `--format report` printed."""
    document: dict[str, Any] = outcome.json()["check"]
    return document


def actions(verdicts: list[dict[str, Any]]) -> list[str]:
    """The actions that verdicts of a report are about, in their order."""
    return [one["action"] for one in verdicts]


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: str | list[str], resources: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: str | list[str], resources: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": actions, "Resource": resources, **more}
