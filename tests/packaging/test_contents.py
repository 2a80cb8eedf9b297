"""What users install, and that it is enough: nothing of the tests, all of the knowledge, and an engine that runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.packaging.packed import ROOT, files_of, npm_package, wheel

pytestmark = pytest.mark.skipif(
    shutil.which("npm") is None or find_spec("setuptools") is None or find_spec("pip") is None,
    reason="needs npm, pip and setuptools",
)

FOREIGN = ("tests/", "fixtures/", ".ci/", ".github/", "node_modules/", "docs/")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return npm_package(tmp_path_factory.mktemp("npm"))


@pytest.fixture(scope="module")
def built(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(package, tmp_path_factory.mktemp("wheel"))


def engine_files() -> set[str]:
    """All files of the engine in this checkout."""
    return {name for name in files_of(ROOT / "sls_leastpriv") if "__pycache__" not in name}


def test_the_npm_package_holds_what_runs_and_nothing_else(package: Path) -> None:
    files = files_of(package)
    assert not [name for name in files if name.startswith(FOREIGN) or "__pycache__" in name or name.endswith(".test.js")]
    assert {"index.js", "pyproject.toml", "requirements.lock", "LICENSE", "README.md", "SECURITY.md", "THIRD-PARTY.md"} <= files
    assert {f"sls_leastpriv/{name}" for name in engine_files()} <= files
    shim = {f"shim/{name}" for name in files_of(ROOT / "shim")}
    assert shim <= files
    assert not {name.split("/")[0] for name in files} - {
        *("index.js", "shim", "sls_leastpriv", "package.json", "pyproject.toml", "requirements.lock"),
        *("README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "THIRD-PARTY.md", "action.yml"),
    }


def test_the_wheel_holds_the_engine_and_its_knowledge(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    assert {name.split("/")[0] for name in names} == {"sls_leastpriv", built.name.rsplit("-", 3)[0] + ".dist-info"}
    assert {f"sls_leastpriv/{name}" for name in engine_files()} == {name for name in names if name.startswith("sls_leastpriv/")}


def test_the_wheel_is_the_same_when_it_is_built_again(built: Path, package: Path, tmp_path: Path) -> None:
    again = wheel(package, tmp_path)
    assert again.name == built.name
    assert digest(again) == digest(built)


def test_the_engine_runs_from_what_was_packed(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        archive.extractall(tmp_path / "site")
    template = tmp_path / "template.json"
    template.write_text('{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}}}', "utf-8")
    command = [sys.executable, "-P", "-m", "sls_leastpriv", "generate", "--template", str(template)]
    options = ["--stack-name", "a", "--region", "us-east-1", "--account", "111111111111", "--framework", "none"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site")}
    finished = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "arn:aws:sqs:us-east-1:111111111111:jobs" in finished.stdout
    found = [sys.executable, "-P", "-c", "import sls_leastpriv; print(sls_leastpriv.__file__)"]
    where = subprocess.run(found, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert where.stdout.startswith(str(tmp_path))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
