"""Runs a Framework's own command line, unmodified, against the proxy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.loop.backend import Address
from tests.e2e.loop.judge import ALLOW_ALL, ALLOW_NOTHING, Policy
from tests.e2e.loop.proxy import Proxy
from tests.e2e.loop.record import Recorded
from tests.e2e.loop.resources import ACCOUNT
from tests.keeping_engine import keeping_engine

ROOT = Path(__file__).parents[3]
REDIRECT = Path(__file__).with_name("redirect.js")
NO_NETWORK = ROOT / "tests" / "shim" / "support" / "fakes" / "no-network.js"

FRAMEWORKS = {"serverless@3": "serverless3", "osls@3": "osls3", "osls@4": "osls"}
"""Each Framework, by the engine's name for it, and the package in node_modules that has it."""

LONGEST = 300
# colours, and the lines that a terminal would draw over
NOISE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\n?^[⠀-⣿] .*\n", re.MULTILINE)


def missing(framework: str) -> str | None:
    """Why the Framework cannot run here; None when it can."""
    if shutil.which("node") is None:
        return "needs Node"
    return None if _program(framework).exists() else f"needs {framework}: `npm ci`"


def _program(framework: str) -> Path:
    return ROOT / "node_modules" / FRAMEWORKS[framework] / "bin" / "serverless.js"


@dataclass(frozen=True)
class Run:
    """One command that has ended. `connections` are those that it tried past the proxy."""

    command: str
    exit_code: int
    stdout: str
    stderr: str
    calls: list[Recorded]
    connections: str

    @property
    def output(self) -> str:
        """What a user reads; errors are on stdout, talk on stderr."""
        return NOISE.sub("", self.stdout + self.stderr).strip()

    @property
    def denied(self) -> list[Recorded]:
        """The calls that the policy did not allow, and those that nobody recognised."""
        return [call for call in self.calls if call.decision != "allowed"]

    def __str__(self) -> str:
        calls = "\n".join(f"    {call}" for call in self.calls)
        return f"`{self.command}` ended with {self.exit_code}\n{self.output[-1500:]}\n  calls:\n{calls}"


class Framework:
    """The command line of one Framework, whose world is the proxy."""

    def __init__(self, name: str, proxy: Proxy, at_rest: Callable[[], None] = lambda: None) -> None:
        self.name = name
        self._proxy = proxy
        self._at_rest = at_rest

    def policy(self, service: Path, commands: str, *options: str) -> Policy:
        """The policy for these commands (`deploy,remove`), as `sls leastpriv generate` prints it, which asks nothing of AWS."""
        words = ["leastpriv", "generate", "--commands", commands, "--account", ACCOUNT, *options]
        run = self.run(service, words, ALLOW_NOTHING)
        assert run.exit_code == 0, run
        assert not run.calls and not run.connections, run
        document: Policy = json.loads(run.stdout)
        return document

    def handoff(self, service: Path) -> Path:
        """What the plugin hands to the engine, for the policies of many commands; AWS is not asked."""
        folder = Path(tempfile.mkdtemp(dir=service.parent))
        engine = keeping_engine(folder)
        run = self.run(service, ["leastpriv", "generate"], ALLOW_NOTHING, variables={"SLS_LEASTPRIV_PYTHON": str(engine.program)})
        assert run.exit_code == 0, run
        assert not run.calls and not run.connections, run
        return engine.handoff

    def run(
        self,
        service: Path,
        words: Sequence[str],
        *policies: Policy,
        enforced: bool = True,
        engine: tuple[Policy, ...] = (ALLOW_ALL,),
        variables: Mapping[str, str] | None = None,
    ) -> Run:
        """Runs `sls WORDS` in the service under the policies, all of which must allow what is asked; under none, all is allowed.

        `variables` come on top of the environment.
        """
        notes = service.with_name(f"{service.name}.connections")
        notes.unlink(missing_ok=True)
        command = ["node", str(_program(self.name)), *words]
        with self._proxy.under(*(policies or (ALLOW_ALL,)), enforced=enforced, engine=engine) as calls:
            finished = subprocess.run(
                command,
                cwd=service,
                env=environment(self._proxy.address, service.parent, notes) | dict(variables or {}),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
            # a Framework ends with the first error, and CloudFormation goes on
            self._at_rest()
        tried = notes.read_text("utf-8") if notes.exists() else ""
        return Run(" ".join(words), finished.returncode, finished.stdout, finished.stderr, calls, tried)


def environment(proxy: Address, home: Path, notes: Path) -> dict[str, str]:
    """Nothing of the caller's environment but the path, after `bin` of the home; credentials that are none; no network."""
    return {
        "PATH": os.pathsep.join([str(home / "bin"), os.environ["PATH"]]),
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE": "1",
        "CI": "1",
        "LEASTPRIV_TEST_NETWORK": str(notes),
        "LEASTPRIV_TEST_PROXY": proxy.url,
        "NODE_OPTIONS": f"--no-warnings --require {REDIRECT} --require {NO_NETWORK}",
        # a denied call is denied the second time too
        "SLS_AWS_REQUEST_MAX_RETRIES": "0",
        "SLS_AWS_MONITORING_FREQUENCY": "100",
        "SLS_INTERACTIVE_SETUP_ENABLE": "0",
        "SLS_NOTIFICATIONS_MODE": "off",
        # what the plugin asks of AWS itself has its own tests
        "SLS_LEASTPRIV_CHECK": "off",
        "SLS_LEASTPRIV_PYTHON": sys.executable,
        # compiling the configuration schema takes longer than the rest of a run
        "SLS_SCHEMA_CACHE_BASE_DIR": str(Path(tempfile.gettempdir()) / "leastpriv-test-schemas"),
        "SLS_TELEMETRY_DISABLED": "1",
    }
