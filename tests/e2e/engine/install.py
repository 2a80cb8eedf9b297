"""Where LocalStack is, and how it gets there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# 4.10 is the last that runs on the host without an account; the other pins are what it was built with
PACKAGES = (
    "localstack-core[runtime]==4.10.0",
    "cbor2<5.8",
    "pyopenssl==25.1.0",
    "service_identity<25",
    "cryptography>=45.0.1,<46",
)
NAMED = "LEASTPRIV_TEST_ENGINE"


def engine_python() -> Path:
    """The Python that has LocalStack: the one that the environment names, else the one in the user's cache."""
    if named := os.environ.get(NAMED):
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "serverless-leastpriv" / "tests" / "localstack" / "bin" / "python"


def engine_missing() -> str | None:
    """Why there is no engine; None when there is one."""
    if sys.platform == "win32":
        return "LocalStack's CloudFormation does not run on Windows"
    return None if engine_python().exists() else "needs LocalStack: `python -m tests.e2e.engine`"


def install() -> Path:
    """Makes the environment; raises CalledProcessError where that fails."""
    python = engine_python()
    subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
    return python
