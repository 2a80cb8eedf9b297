"""A service's life with one Framework: each command runs under the policy that was generated for it alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path

from tests.e2e.loop.framework import Framework, Run
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import policies_of
from tests.e2e.loop.running_moto import Moto
from tests.e2e.loop.service import configure, copy_of, edit, unset
from tests.e2e.settings import nothing

Setting = Callable[[Moto, Path], None]


@dataclass(frozen=True)
class Plot:
    """A service, what it finds in AWS, and the commands that are run.

    `*edit` changes the code, `*configure` the functions, `*unset` takes away the lines of `provider`, `*log` writes into the log of
    each function; `{version}` is the first deployment's.
    """

    service: str
    commands: tuple[str, ...]
    provider: tuple[str, ...] = ()
    setting: Setting = nothing


@dataclass
class Story:
    """What happened."""

    framework: Framework
    service: Path
    moto: Moto
    handoff: Path
    runs: list[Run] = field(default_factory=list)

    def does(self, line: str) -> Run:
        """Runs a command; asserts that it ends well, and that all it asks is allowed."""
        words = [word if word != "{version}" else self._first_version() for word in line.split()]
        policies = policies_of(self.handoff, command_of(words))
        run = self.framework.run(self.service, words, policies.document, policies.own, engine=(policies.resources,))
        self.runs.append(run)
        assert not run.denied, run
        assert run.exit_code == 0, run
        assert not run.connections, run
        return run

    def _first_version(self) -> str:
        """The time stamp of the first deployment, as `rollback -t` takes it."""
        s3 = self.moto.client("s3", "us-east-1")
        keys = [
            one["Key"].split("/")
            for bucket in s3.list_buckets()["Buckets"]
            for one in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ())
        ]
        return min(key[-2].partition("-")[0] for key in keys if key[-1] == "compiled-cloudformation-template.json")

    def changes_code(self) -> None:
        """Waits too: deployments are told apart by the second."""
        time.sleep(1)
        edit(self.service)

    def unsets(self, provider: Sequence[str]) -> None:
        """The service is another one then, with policies of its own."""
        unset(self.service, provider)
        self.handoff = self.framework.handoff(self.service)

    def writes_logs(self) -> None:
        """No function is run here, so somebody else writes for them."""
        logs = self.moto.client("logs", self._region)
        for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
            name = {"logGroupName": group["logGroupName"], "logStreamName": "stream"}
            logs.create_log_stream(**name)
            logs.put_log_events(**name, logEvents=[{"timestamp": int(time.time() * 1000), "message": "handled"}])

    @property
    def _region(self) -> str:
        region: str = json.loads(self.handoff.read_text("utf-8"))["stack"]["region"]
        return region


def command_of(words: list[str]) -> str:
    """`deploy function -f list` → `deploy-function`, as `--commands` takes it."""
    return "-".join(takewhile(lambda word: not word.startswith("-"), words))


def tell(loop: Loop, framework: str, plot: Plot, folder: Path) -> Story:
    """Lives through the plot."""
    service = copy_of(plot.service, folder, plot.provider)
    plot.setting(loop.moto, service)
    name = loop.framework(framework)
    story = Story(name, service, loop.moto, name.handoff(service))
    for line in plot.commands:
        acts = {
            "*edit": story.changes_code,
            "*configure": partial(configure, service),
            "*unset": partial(story.unsets, plot.provider),
            "*log": story.writes_logs,
        }
        acts.get(line, partial(story.does, line))()
    return story
