"""What users install: the npm package's files, and the wheel that is built from them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = 1_700_000_000
"""The date in a package that a test builds."""


def npm_package(folder: Path) -> Path:
    """`npm pack`, unpacked below `folder`."""
    command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "npm_config_offline": "true"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder / "package"


def files_of(package: Path) -> set[str]:
    """The paths of all files, relative to the package."""
    return {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}


def engine_sources() -> list[str]:
    """What the plugin copies from the npm package to install the engine: `SOURCES` of the shim."""
    script = "process.stdout.write(JSON.stringify(require('./shim/private-python').SOURCES))"
    finished = subprocess.run(["node", "-e", script], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    names: list[str] = json.loads(finished.stdout)
    return names


def wheel(package: Path, folder: Path) -> Path:
    """Builds the wheel as the plugin does, without a network, from a copy of what the plugin copies."""
    sources = folder / "sources"
    for name in engine_sources():
        if (package / name).is_dir():
            shutil.copytree(package / name, sources / name, copy_function=shutil.copyfile)
        else:
            sources.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / name, sources / name)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-build-isolation"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "SOURCE_DATE_EPOCH": str(BUILT)}
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(sources)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=240)
    (built,) = folder.glob("*.whl")
    return built
