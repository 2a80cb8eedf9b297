"""The cache: an unchanged redeploy asks AWS nothing, and nobody can use it to say that all is well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.check.cache import Cache
from tests.check.running import Desk, actions, allow, found, policy
from tests.check.simulator import Simulator
from tests.check.stub import Stub
from tests.e2e.loop.policies import without
from tests.fixture import ACCOUNT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")

EVERYTHING = policy(allow("*"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def stub(desk: Desk) -> Iterator[Stub]:
    with Stub(Simulator([desk.run("generate").json()])) as running:
        yield running


def check(desk: Desk, stub: Stub, *arguments: str, **env: str) -> tuple[dict[str, Any], list[str]]:
    """The answer, and what AWS was asked for it."""
    before = len(stub.asked)
    answer = found(desk.check("--format", "report", *arguments, env={**stub.env, **env}))
    return answer, stub.operations[before:]


def test_an_unchanged_redeploy_asks_nothing(desk: Desk, stub: Stub) -> None:
    first, asked = check(desk, stub)
    assert "GetCallerIdentity" in asked and "SimulatePrincipalPolicy" in asked
    again, asked = check(desk, stub)
    assert asked == []
    assert again == first | {"evidence": first["evidence"] | {"cached": True, "unread": again["evidence"]["unread"]}}
    text = desk.check(env=stub.env, process=True).err
    assert "by IAM's policy simulator, as read less than a minute ago" in text


def test_a_kept_answer_is_found_without_loading_boto3(desk: Desk, stub: Stub) -> None:
    check(desk, stub)
    program = (
        "import sys\n"
        "from sls_leastpriv.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "heavy = {'boto3', 'botocore', 'yaml', 'jsonschema', 'ssl'} & set(sys.modules)\n"
        "sys.stderr.write(f'{code} {sorted(heavy)}\\n')\n"
    )
    service = ["--handoff", str(desk.folder / f"{desk.service}.json"), "--previous", "none", "--account", ACCOUNT]
    finished = subprocess.run(
        [sys.executable, "-c", program, "check", *service],
        env=desk.surroundings({**os.environ, **stub.env}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.stderr.splitlines()[-1] == "0 []", finished.stderr


def test_it_is_kept_private_and_holds_no_credentials(desk: Desk, stub: Stub) -> None:
    check(desk, stub)
    files = sorted(desk.cache.iterdir())
    assert [path.name.partition("-")[0] for path in files] == ["evidence", "identity"]
    assert desk.cache.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    text = "".join(path.read_text("utf-8") for path in files)
    assert "CANARY" not in text and stub.env["AWS_ACCESS_KEY_ID"] not in text


def test_other_needs_are_asked_anew(desk: Desk, stub: Stub) -> None:
    check(desk, stub)
    _, asked = check(desk, stub, "--commands", "deploy,remove,logs")
    assert asked and "GetCallerIdentity" not in asked, "who it is does not change"


def test_what_is_missing_is_asked_anew(desk: Desk, stub: Stub) -> None:
    """Who has been given what was missing must not be told that it still is."""
    generated = desk.run("generate").json()
    stub.answers = Simulator([without(generated, "iam:PassRole")])
    lacking, _ = check(desk, stub)
    assert actions(lacking["missing"]) == ["iam:PassRole"]
    stub.answers = Simulator([generated])
    answer, asked = check(desk, stub)
    assert asked and answer["missing"] == []


def test_strict_does_not_take_a_doubt_from_the_cache(desk: Desk, stub: Stub) -> None:
    stub.answers = Simulator([policy(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))])
    env = {"AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}
    for arguments, is_asked in (((), True), ((), False), (("--strict",), True)):
        answer, asked = check(desk, stub, *arguments, **env)
        assert len(answer["unknown"]) == 19
        assert bool(asked) == is_asked


def test_another_principal_and_another_endpoint_are_asked_anew(desk: Desk, stub: Stub) -> None:
    check(desk, stub)
    _, asked = check(desk, stub, AWS_ENDPOINT_URL_STS=stub.env["AWS_ENDPOINT_URL"])
    assert "GetCallerIdentity" in asked and "SimulatePrincipalPolicy" in asked
    _, asked = check(desk, stub, AWS_ACCESS_KEY_ID="AKIAI44QH8DHBEXAMPLE")
    assert asked == ["GetCallerIdentity"], "another key of the same user"
    stub.answers = Simulator([EVERYTHING], arn=(other := f"arn:aws:iam::{ACCOUNT}:user/other"), caller=other)
    _, asked = check(desk, stub, AWS_ACCESS_KEY_ID="AKIAOTHEREXAMPLEKEY1")
    assert "SimulatePrincipalPolicy" in asked


@pytest.mark.parametrize("how", ["--max-age 0", "SLS_LEASTPRIV_CHECK_MAX_AGE=0", "age"])
def test_it_can_be_left_out_and_does_not_get_old(how: str, desk: Desk, stub: Stub) -> None:
    check(desk, stub)
    arguments = ["--max-age", "0"] if how == "--max-age 0" else []
    env = {"SLS_LEASTPRIV_CHECK_MAX_AGE": "0"} if "=" in how else {}
    if how == "age":
        for path in desk.cache.iterdir():
            document = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps({**document, "made": document["made"] - 301}), "utf-8")
    answer, asked = check(desk, stub, *arguments, **env)
    assert "GetCallerIdentity" in asked and "SimulatePrincipalPolicy" in asked
    assert not answer["evidence"]["cached"]


@pytest.mark.parametrize("how", ["readable", "writable folder", "cut", "of another format", "not ours", "a link", "a number"])
def test_what_cannot_be_trusted_is_not_there(how: str, desk: Desk, stub: Stub) -> None:
    check(desk, stub)
    for path in list(desk.cache.iterdir()):
        text = path.read_text("utf-8")
        if how == "readable":
            path.chmod(0o644)
        elif how == "cut":
            path.write_text(text[: len(text) // 2], "utf-8")
        elif how == "of another format":
            path.write_text(json.dumps({**json.loads(text), "format": 0}), "utf-8")
        elif how == "not ours":
            path.write_text(json.dumps({**json.loads(text), "key": "0" * 64}), "utf-8")
        elif how == "a number":
            path.write_text(json.dumps({**json.loads(text), "document": {"kind": "policies", "arn": 7}}), "utf-8")
        elif how == "a link":
            path.rename(elsewhere := desk.folder / path.name)
            path.symlink_to(elsewhere)
    if how == "writable folder":
        desk.cache.chmod(0o777)
    answer, asked = check(desk, stub)
    assert "GetCallerIdentity" in asked
    # that folder has been made private by then, and nobody else could have written the files in it
    assert ("SimulatePrincipalPolicy" in asked) == (how != "writable folder")
    assert answer["missing"] == []


def test_a_cache_that_cannot_be_written_is_no_error(desk: Desk, stub: Stub) -> None:
    desk.file("cache", "a file where the folder should be")
    answer, _ = check(desk, stub)
    assert answer["missing"] == []


def test_it_keeps_itself_small(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path / "check")
    cache.store("identity", "old session", {"arn": "x"})
    (old,) = (tmp_path / "check").iterdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    cache.store("identity", "new session", {"arn": "y"})
    assert cache.load("identity", "old session") is None
    assert len(list((tmp_path / "check").iterdir())) == 1
    loaded = cache.load("identity", "new session")
    assert loaded is not None and loaded[0] == {"arn": "y"}
    assert time.time() - loaded[1] < 10


def test_times_that_are_to_come_are_not_believed(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path / "check")
    cache.store("identity", "key", {"arn": "x"})
    (path,) = (tmp_path / "check").iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "made": time.time() + 3600}), "utf-8")
    assert cache.load("identity", "key") is None
