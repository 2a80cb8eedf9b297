"""A service's life with one Framework: each command runs under the policy that was generated for it alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path

from tests.e2e.loop.framework import Framework, Run
from tests.e2e.loop.loop import Loop
from tests.e2e.loop.policies import Policies, policies_of, without
from tests.e2e.loop.running_moto import Moto
from tests.e2e.loop.service import configure, copy_of, edit, unset
from tests.e2e.settings import nothing

Setting = Callable[[Moto, Path], None]


READS = re.compile(r"[^:]+:(Get|GET|List|Describe|Head)")


@dataclass(frozen=True)
class Plot:
    """A service, what it finds in AWS, and the commands that are run.

    `*edit` changes the code, `*configure` the functions, `*unset` takes away the lines of `provider`, `*log` writes into the log of
    each function; `{version}` is the first deployment's. `*lack ACTION` takes the action from what CloudFormation may do in the
    next command, which has to fail; `latest` is the one that the first deploy needed last.
    """

    service: str
    commands: tuple[str, ...]
    provider: tuple[str, ...] = ()
    setting: Setting = nothing


@dataclass
class Story:
    """What happened. Each command runs under the policies `under`, where there are, else under those that are generated for it."""

    framework: Framework
    service: Path
    moto: Moto
    handoff: Path
    under: Policies | None = None
    runs: list[Run] = field(default_factory=list)
    lacking: str | None = None

    def does(self, line: str) -> Run:
        """Runs a command; asserts that it ends well, and that all it asks is allowed."""
        words = [word if word != "{version}" else self._first_version() for word in line.split()]
        policies = self.under or policies_of(self.handoff, command_of(words))
        lacking, self.lacking = self.lacking, None
        resources = without(policies.resources, lacking) if lacking else policies.resources
        run = self.framework.run(self.service, words, policies.document, policies.own, engine=(resources,))
        self.runs.append(run)
        assert {action for call in run.denied for action, _ in call.denied or [("", "")]} == ({lacking} if lacking else set()), run
        assert run.exit_code == (1 if lacking else 0), run
        assert not run.connections, run
        return run

    def lacks(self, action: str) -> None:
        """CloudFormation must do without this action in the next command."""
        self.lacking = action if action != "latest" else self._latest()

    def _latest(self) -> str:
        """Of all that the first deploy asked to create resources, what it asked for the first time last."""
        asked = (call.asked[0].action for call in self.runs[0].calls if call.by and call.by.endswith("Add"))
        return [action for action in dict.fromkeys(asked) if not READS.match(action)][-1]

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


def begin(loop: Loop, framework: str, plot: Plot, folder: Path, handoff: Path | None = None) -> Story:
    """The service and what it finds, handed over unless it was before; nothing has happened yet."""
    service = copy_of(plot.service, folder, plot.provider)
    plot.setting(loop.moto, service)
    loop.at_rest()
    name = loop.framework(framework)
    return Story(name, service, loop.moto, handoff or name.handoff(service))


def go_on(story: Story, plot: Plot) -> None:
    """Lives through the plot; what has happened stays in the story, should it end early."""
    for line in plot.commands:
        act, _, argument = line.partition(" ")
        acts = {
            "*edit": story.changes_code,
            "*configure": partial(configure, story.service),
            "*unset": partial(story.unsets, plot.provider),
            "*log": story.writes_logs,
            "*lack": partial(story.lacks, argument),
        }
        acts.get(act, partial(story.does, line))()


def tell(loop: Loop, framework: str, plot: Plot, folder: Path) -> Story:
    """A whole story."""
    story = begin(loop, framework, plot, folder)
    go_on(story, plot)
    return story
