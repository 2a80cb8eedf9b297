"""The lock: everything by version and hash, what pyproject.toml asks for, and no more than is known by name and licence."""

from __future__ import annotations

import json
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.packaging.packed import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; [^\\]+)? \\\n(?P<hashes>(?:    --hash=[^\n]+\n)+)", re.MULTILINE
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DIRECT = {"boto3", "cfn-flip", "jsonschema", "pyyaml"}


def locked() -> dict[str, re.Match[str]]:
    return {found["name"]: found for found in LOCKED.finditer(LOCK)}


def test_everything_has_a_version_and_hashes() -> None:
    rest = LOCKED.sub("", LOCK).splitlines()
    assert [line for line in rest if not line.startswith("#")] == [], "every line belongs to a locked requirement"
    for found in locked().values():
        assert re.fullmatch(r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", found["hashes"]), found["name"]


def test_the_lock_satisfies_the_project() -> None:
    wanted = map(Requirement, PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"])
    versions = {name: Version(found["version"]) for name, found in locked().items()}
    for requirement in wanted:
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, f"{requirement}: run .ci/lock"


def test_run_time_dependencies_are_few() -> None:
    assert {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]} == DIRECT
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert set(package["dependencies"]) == {"acorn", "@sveltejs/acorn-typescript"}, "what it brings into its users' node_modules"
    assert len(locked()) <= 20


def test_every_locked_package_is_in_the_notices() -> None:
    notices = (ROOT / "THIRD-PARTY.md").read_text("utf-8")
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \|", notices.partition("## Installed beside it")[2], re.MULTILINE)) - {"package"}
    assert listed == set(locked())


def test_every_source_of_the_tables_is_in_the_notices() -> None:
    notices = (ROOT / "THIRD-PARTY.md").read_text("utf-8").partition("## Installed beside it")[0]
    provenance = json.loads((ROOT / "sls_leastpriv/knowledge/data/published/provenance.json").read_text("utf-8"))
    for package in provenance["packages"]:
        assert f"[{package}](" in notices


def test_all_node_packages_of_development_have_hashes() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    without = [name for name, package in packages.items() if name and not package.get("link") and "integrity" not in package]
    assert without == []
