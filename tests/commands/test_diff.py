"""`diff` as people run it: files, the committed baseline, git refs, approvals, exit codes and formats."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.run import Outcome, run, write
from tests.fixture import ACCOUNT, FIXTURES

FIXTURE = "queue-stream-schedule"
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "refunds"}}


class Service:
    """A copy of a fixture in a git repository of its own, in a folder below its root."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "services" / "billing"
        self.folder.mkdir(parents=True)
        for source in (FIXTURES / FIXTURE).rglob("*"):
            if source.is_file() and "expected" not in source.parts and source.name != "handoff.json":
                target = self.folder / source.relative_to(FIXTURES / FIXTURE)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(source.read_bytes())
        self.document: dict[str, Any] = json.loads((FIXTURES / FIXTURE / "handoff.json").read_text("utf-8"))
        self.document["serviceDir"] = str(self.folder)
        self.git("init", "-q", "-b", "main")

    @property
    def resources(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["template"]["Resources"]
        return found

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *identity, *words], cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a commit", "--allow-empty")

    def run(self, verb: str, *options: str | Path) -> Outcome:
        return run(verb, "--handoff", "-", *options, stdin=json.dumps(self.document), cwd=self.folder)

    def baseline(self) -> None:
        assert self.run("generate", "--account", ACCOUNT, "--output", "leastpriv").code == 0


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service(tmp_path / "repository")
    made.baseline()
    return made


def changes(outcome: Outcome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = outcome.json()["diff"]["changes"]
    return found


def test_the_same_tree_has_no_change_and_needs_no_account(service: Service) -> None:
    outcome = service.run("diff")
    assert (outcome.code, outcome.out.splitlines()[-1]) == (0, "no change: both grant the same")


def test_another_order_and_another_package_are_no_change(service: Service) -> None:
    reordered = dict(reversed(list(service.resources.items())))
    versions = [name for name in reordered if "LambdaVersion" in name]
    assert versions
    for name in versions:
        reordered[name[:-3] + "xyz"] = reordered.pop(name)
    service.document["template"]["Resources"] = reordered
    assert "no change" in service.run("diff").out
    before = {path.name: path.read_text("utf-8") for path in (service.folder / "leastpriv").iterdir()}
    service.baseline()
    assert {path.name: path.read_text("utf-8") for path in (service.folder / "leastpriv").iterdir()} == before


def test_an_added_queue(service: Service) -> None:
    service.resources["Refunds"] = QUEUE
    outcome = service.run("diff", "--format", "report")
    assert outcome.code == 1
    assert {one["kind"] for one in changes(outcome)} == {"widened"}
    assert {one["action"].partition(":")[0] for one in changes(outcome)} == {"sqs"}
    assert {one["resource"] for one in changes(outcome)} == {f"arn:aws:sqs:us-east-1:{ACCOUNT}:refunds"}
    assert {one["apply"] for one in changes(outcome)} == {"before the deploy"}
    assert changes(outcome)[0]["causes"][0]["text"] == "resource `Refunds` (AWS::SQS::Queue) added"
    assert changes(outcome)[0]["risks"][0]["kind"] == "delete", "the riskiest first"
    assert outcome.json()["needs"], "the whole report of this tree is there, too"


def test_a_removed_table_is_applied_after_the_deploy(service: Service) -> None:
    del service.resources["Accounts"]
    text = service.run("diff")
    assert text.code == 0
    assert "resource `Accounts` (AWS::DynamoDB::Table) removed" in text.out
    assert "apply after the deploy" in text.out
    report = service.run("diff", "--format", "report")
    table = [one for one in changes(report) if one["action"] == "dynamodb:DeleteTable"]
    assert [(one["kind"], one["apply"]) for one in table] == [("narrowed", "after the deploy")]


def test_a_property_that_is_set(service: Service) -> None:
    function = service.resources["InvoiceLambdaFunction"]["Properties"]
    function["VpcConfig"] = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    outcome = service.run("diff")
    line = (service.folder / "serverless.yml").read_text("utf-8").splitlines().index("  invoice:") + 1
    assert f"`VpcConfig` of `InvoiceLambdaFunction` (AWS::Lambda::Function) set  serverless.yml:{line}" in outcome.out
    assert "! nothing of `ec2` was granted before" in outcome.out


def test_a_plugin_and_the_framework(service: Service) -> None:
    service.document["service"]["plugins"] = ["serverless-leastpriv", "serverless-prune-plugin"]
    service.document["service"]["custom"] = {"prune": {"automatic": True, "number": 3}}
    outcome = service.run("diff")
    assert "plugins none → serverless-prune-plugin" in outcome.out
    assert "plugin `serverless-prune-plugin` added" in outcome.out
    service.document["framework"] = {"name": "osls", "version": "3.77.1"}
    assert "Framework osls@4 → osls@3" in service.run("diff").out


def test_the_next_major_of_osls(service: Service) -> None:
    service.document["framework"] = {"name": "osls", "version": "3.77.1"}
    service.document["service"]["provider"]["deletionProtection"] = True
    service.baseline()
    service.document["framework"] = {"name": "osls", "version": "4.3.1"}
    outcome = service.run("diff", "--format", "report")
    (change,) = changes(outcome)
    assert change["action"] == "cloudformation:UpdateTerminationProtection"
    assert change["causes"][0]["text"] == "Framework osls@3 → osls@4"


def test_a_framework_that_asks_for_other_actions_is_the_cause(service: Service) -> None:
    service.document["framework"] = {"name": "serverless", "version": "4.4.0"}
    outcome = service.run("diff")
    assert outcome.code == 1
    assert "\nFramework osls@4 → serverless@4\n  " in outcome.out, "as the cause of a group"


def test_a_renamed_function_moves(service: Service) -> None:
    text = json.dumps(service.document).replace("billing-dev-follow", "billing-dev-track")
    service.document = json.loads(text.replace("FollowLambda", "TrackLambda").replace("FollowLogGroup", "TrackLogGroup"))
    outcome = service.run("diff", "--format", "report")
    create = [one for one in changes(outcome) if one["action"] == "lambda:CreateFunction"]
    assert [(one["kind"], one["was"][0]["resource"][-6:], one["resource"][-5:]) for one in create] == [("moved", "follow", "track")]
    assert outcome.json()["diff"]["narrowed"] == 0


def test_approvals_and_allowed_patterns(service: Service) -> None:
    service.resources["Refunds"] = QUEUE
    assert service.run("diff", "--allow", "sqs:*").code == 0
    assert service.run("diff", "--allow", f"sqs:* arn:aws:sqs:*:{ACCOUNT}:refunds").code == 0
    assert service.run("diff", "--allow", "sqs:CreateQueue").code == 1
    assert service.run("diff", "--allow", "sqs:* arn:aws:sqs:*:*:other").code == 1
    reason = "refunds are paid from a queue of their own"
    write(service.folder / "leastpriv" / "approved.json", {"approved": [{"action": "sqs:*", "resource": "*", "reason": reason}]})
    outcome = service.run("diff")
    assert outcome.code == 0
    assert f"approved: {reason}" in outcome.out
    service.baseline()
    assert (service.folder / "leastpriv" / "approved.json").is_file()


@pytest.mark.parametrize(
    "list_", [[], {"approved": [{"action": "sqs:*"}]}, {"approved": [{"action": "sqs:*", "reason": " "}]}, {"approved": "sqs:*"}]
)
def test_a_list_of_approvals_that_gives_no_reasons_is_refused(service: Service, list_: Any) -> None:
    write(service.folder / "leastpriv" / "approved.json", list_)
    outcome = service.run("diff")
    assert outcome.code == 3
    assert "is no list of approvals" in outcome.err


def test_a_git_ref_with_a_baseline(service: Service) -> None:
    service.commit()
    service.resources["Refunds"] = QUEUE
    service.baseline()
    service.commit()
    assert "no change" in service.run("diff").out, "the baseline of the branch is up to date"
    outcome = service.run("diff", "--base", "HEAD~1")
    assert outcome.code == 1
    assert outcome.out.startswith("`leastpriv/needs.json` at `HEAD~1` → this tree\n")


def test_a_git_ref_without_a_baseline_is_packaged_in_a_worktree(service: Service, tmp_path: Path) -> None:
    report = service.run("generate", "--account", ACCOUNT, "--format", "report", "--previous", "none").out
    subprocess.run(["rm", "-r", service.folder / "leastpriv"], check=True)
    service.commit()
    service.resources["Refunds"] = QUEUE
    framework = write(tmp_path / "framework.py", PACKAGER.format(report=write(tmp_path / "r.json", report), seen=tmp_path / "seen"))
    packager = json.dumps([[sys.executable, str(framework)], ["--stage", "dev"]])
    (service.root / "node_modules").mkdir()
    outcome = service.run("diff", "--base", "main", "--packager", packager, "--account", ACCOUNT, "--format", "report")
    assert outcome.code == 1, outcome.err
    assert {one["action"].partition(":")[0] for one in changes(outcome)} == {"sqs"}
    words, folder, link = json.loads((tmp_path / "seen").read_text("utf-8"))
    own = ["leastpriv", "generate", "--format", "report", "--previous", "none", "--output", "-"]
    assert words == [*own, "--stage", "dev", "--account", ACCOUNT]
    assert folder.endswith("services/billing") and not folder.startswith(str(service.root))
    assert link == str(service.root / "node_modules")
    assert not Path(folder).exists()
    assert len(service.git("worktree", "list").splitlines()) == 1


PACKAGER = """
import json, os, pathlib, sys
link = os.readlink(pathlib.Path.cwd().parent.parent / "node_modules")
pathlib.Path("{seen}").write_text(json.dumps([sys.argv[1:], os.getcwd(), link]))
sys.stdout.write(pathlib.Path("{report}").read_text())
"""


def test_a_ref_that_cannot_be_packaged(service: Service) -> None:
    subprocess.run(["rm", "-r", service.folder / "leastpriv"], check=True)
    service.commit()
    packager = json.dumps([[sys.executable, "-c", "import sys; sys.exit('no such plugin')"], []])
    outcome = service.run("diff", "--base", "main", "--packager", packager)
    assert (outcome.code, outcome.out) == (3, "")
    assert "no such plugin" in outcome.err
    assert len(service.git("worktree", "list").splitlines()) == 1
    assert service.run("diff", "--base", "main").code == 2, "without the plugin nobody can package it"


def test_what_there_is_nothing_to_compare_with(service: Service, tmp_path: Path) -> None:
    service.commit()
    for base in ("nowhere", "HEAD~7", "--output=x"):
        outcome = service.run("diff", f"--base={base}")
        assert (outcome.code, outcome.out) == (2, "")
        assert "neither a file nor a git ref" in outcome.err
    subprocess.run(["rm", "-r", service.folder / "leastpriv"], check=True)
    outcome = service.run("diff")
    assert outcome.code == 2
    assert "generate --output leastpriv" in outcome.err
    assert service.run("diff", "--base", str(tmp_path)).code == 3


def test_two_policies(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/*"}
    one = write(tmp_path / "one.json", {"Version": "2012-10-17", "Statement": statement})
    split = [{**statement, "Action": action} for action in ("s3:PutObject", "s3:GetObject")]
    same = write(tmp_path / "same.json", {"Version": "2012-10-17", "Statement": split})
    assert run("diff", "--base", one, "--head", same).code == 0
    wider = write(tmp_path / "wider.json", {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]})
    outcome = run("diff", "--base", one, "--head", wider)
    assert outcome.code == 1
    assert "! `s3:GetObject` on every resource, although IAM could narrow it" in outcome.out
    assert "! `s3:PutObject` reads or writes the objects in buckets" in outcome.out


def test_new_gaps_are_told_and_fail_when_strict(service: Service) -> None:
    service.resources["Strange"] = {"Type": "Example::Odd::Thing"}
    outcome = service.run("diff", "--format", "markdown")
    assert outcome.code == 0
    assert "**Not known, so not in this comparison** (1 new)" in outcome.out
    assert service.run("diff", "--strict").code == 1


def test_markdown_is_short_enough_for_a_comment(service: Service) -> None:
    for number in range(400):
        service.resources[f"Queue{number}"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"queue-{number}"}}
    outcome = service.run("diff", "--format", "markdown")
    assert outcome.out.startswith("<!-- leastpriv-diff billing-dev -->\n### ")
    assert 10_000 < len(outcome.out.encode()) < 65_536
    assert "more causes; `sls leastpriv diff` lists everything." in outcome.out
    assert outcome.out.count("<details>") == outcome.out.count("</details>")
    assert "**Next**" in outcome.out


def test_output_goes_into_a_file(service: Service, tmp_path: Path) -> None:
    outcome = service.run("diff", "--format", "report", "--output", tmp_path / "out" / "diff.json")
    assert (outcome.code, outcome.out) == (0, "")
    assert json.loads((tmp_path / "out" / "diff.json").read_text("utf-8"))["diff"]["changes"] == []


def test_no_secret_gets_out(service: Service) -> None:
    service.document["service"]["custom"] = {"password": "hunter2-secret"}
    service.resources["InvoiceLambdaFunction"]["Properties"]["Environment"] = {"Variables": {"TOKEN": "hunter2-secret"}}
    service.resources["Refunds"] = {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Key": "k", "Value": "hunter2-secret"}]}}
    for format in ("text", "markdown", "report", "sarif"):
        outcome = service.run("diff", "--format", format)
        assert "hunter2" not in outcome.out + outcome.err
