"""Where the commands of a document run: a copy of a fixture service with the plugin in it, and stand-ins for the programs that a
reader has installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from tests.documents.verbs import plugin_options
from tests.fixture import FIXTURES

ROOT: Final = FIXTURES.parent
HOME: Final = "/home/ann"
"""What a reader sees in place of this machine's folders."""

_STAND_INS: Final = {
    "sls-leastpriv": "-m sls_leastpriv",
    "npx": "-m tests.documents.stand_in npx",
    "sls": "-m tests.documents.stand_in sls",
}


class Ended(NamedTuple):
    """A command that has ended: all that a terminal shows of it."""

    output: str
    code: int


@dataclass
class Scene:
    """A service in a folder. `aws` is the environment that leads to the AWS of the scene, if it has one."""

    home: Path
    fixture: str
    packages: Path
    through_osls: bool = False
    aws: Mapping[str, str] = field(default_factory=dict)
    leaves: ExitStack = field(default_factory=ExitStack)
    code: int = 0

    @property
    def folder(self) -> Path:
        return self.home / self.fixture

    def make(self) -> Scene:
        """Copies the service, and installs the plugin and the programs."""
        shutil.copytree(FIXTURES / self.fixture, self.folder, ignore=shutil.ignore_patterns("expected", "handoff.json"))
        (self.folder / ".gitignore").write_text("node_modules\n.serverless\n", "utf-8")
        plugin = self.folder / "node_modules" / "serverless-leastpriv" / "index.js"
        plugin.parent.mkdir(parents=True)
        plugin.write_text(f"module.exports = require({json.dumps(str(ROOT))});\n", "utf-8")
        # what the Framework makes once for each user, in seconds
        shared = self.packages / "framework"
        shared.mkdir(exist_ok=True)
        (self.home / ".serverless").symlink_to(shared)
        (self.packages / "options.json").write_text(json.dumps(plugin_options()), "utf-8")
        programs = self.home / "bin"
        programs.mkdir()
        for name, words in _STAND_INS.items():
            (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -P {words} "$@"\n', "utf-8")
            (programs / name).chmod(0o755)
        return self

    def run(self, line: str) -> Ended:
        """A line as bash runs it. `$?` is the exit code of the line before."""
        finished = subprocess.run(
            ["bash", "-c", f"(exit {self.code}); {line}"],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        )
        self.code = finished.returncode
        output = finished.stdout.decode("utf-8")
        return Ended(output.replace(str(self.folder), f"{HOME}/{self.fixture}").replace(str(self.home), HOME), self.code)

    def _environment(self) -> dict[str, str]:
        scrubbed = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLS_", "GITHUB_"))}
        return {
            **scrubbed,
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            # in a terminal, lines of stdout and stderr come in the order in which they are written
            "PYTHONUNBUFFERED": "1",
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "SLS_LEASTPRIV_PYTHON": sys.executable,
            "SLS_TELEMETRY_DISABLED": "1",
            "SLS_NOTIFICATIONS_MODE": "off",
            "NODE_NO_WARNINGS": "1",
            "CI": "1",
            "GIT_CONFIG_GLOBAL": str(_git_identity(self.home)),
            "LEASTPRIV_TEST_FIXTURE": self.fixture,
            "LEASTPRIV_TEST_PACKAGES": str(self.packages),
            "LEASTPRIV_TEST_OSLS": "1" if self.through_osls else "",
            **self.aws,
        }


def _git_identity(home: Path) -> Path:
    file = home / ".gitconfig"
    if not file.exists():
        file.write_text("[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n", "utf-8")
    return file
