"""`sls` and `npx osls` in the documents.

A verb runs with a hand-off that is made once for a state of the service: that of the fixture where its files are as they are there,
else by the real osls through the plugin. All else, and everything in a scene that asks for it, is the real osls.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from tests.fixture import FIXTURES
from tests.keeping_engine import keeping_engine

ROOT = FIXTURES.parent
OSLS = ["node", str(ROOT / "node_modules" / "osls" / "bin" / "serverless.js")]
PACKAGES = Path(os.environ["LEASTPRIV_TEST_PACKAGES"])
NOT_PACKAGED = {".git", ".serverless", "leastpriv", "node_modules"}


def main(words: list[str]) -> NoReturn:
    """Becomes the program."""
    words = [word for word in words if word != "--no-install"]
    if words[:1] == ["npx"] and words[1:2] != ["osls"]:
        sys.exit(f"npx: {words[1:2]} is not installed")
    words = words[2:] if words[0] == "npx" else words[1:]
    if words[:1] != ["leastpriv"] or os.environ["LEASTPRIV_TEST_OSLS"] or "--base" in words or "--exec" in words:
        _become([*OSLS, *words])
    verb, given = words[1], words[2:]
    options = json.loads((PACKAGES / "options.json").read_text("utf-8"))[verb]
    _become([sys.executable, "-P", "-m", "sls_leastpriv", verb, *_engine_words(verb, given, options), "--handoff", str(_handoff())])


def _engine_words(verb: str, given: list[str], options: list[str]) -> list[str]:
    """The words for the engine. What the plugin does not declare is an error here, as it is there."""
    strange = [word for word in given if word.startswith("--") and word[2:] not in options]
    if strange:
        sys.exit(f"`sls leastpriv {verb}` has no option {strange[0]}")
    if verb == "learn" and not {"--events", "--watch"} & set(given) and (not given or given[0].startswith("--")):
        return [".serverless/leastpriv-denied.log", *given]
    return given


def _handoff() -> Path:
    """The hand-off of the service in the current folder, in a file."""
    folder = Path.cwd()
    name = os.environ["LEASTPRIV_TEST_FIXTURE"]
    fixture = _files(FIXTURES / name)
    # what commands leave beside serverless.yml is no part of the service
    files = {path: data for path, data in _files(folder).items() if path in fixture or "/" in path}
    kept = PACKAGES / f"{_digest(files)}.json"
    if not kept.exists():
        same = all(fixture.get(path) == data for path, data in files.items())
        document = (FIXTURES / name / "handoff.json").read_text("utf-8") if same else _packaged(folder)
        kept.write_text(document, "utf-8")
    document = {**json.loads(kept.read_text("utf-8")), "serviceDir": str(folder)}
    with tempfile.NamedTemporaryFile("w", dir=kept.parent, suffix=".handoff", delete=False, encoding="utf-8") as file:
        json.dump(document, file)
    return Path(file.name)


def _packaged(folder: Path) -> str:
    with tempfile.TemporaryDirectory() as aside:
        engine = keeping_engine(Path(aside))
        environment = {**os.environ, "SLS_LEASTPRIV_PYTHON": str(engine.program)}
        finished = subprocess.run(
            [*OSLS, "leastpriv", "generate"], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if finished.returncode != 0:
            sys.exit(f"osls cannot package the service:\n{finished.stdout}{finished.stderr}")
        return engine.handoff.read_text("utf-8")


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = ((path.relative_to(folder), path) for path in found)
    return {place.as_posix(): path.read_bytes() for place, path in named if place.parts[0] not in NOT_PACKAGED}


def _digest(files: dict[str, bytes]) -> str:
    parts = (part for name, data in files.items() for part in (name.encode(), data))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _become(command: list[str]) -> NoReturn:
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
