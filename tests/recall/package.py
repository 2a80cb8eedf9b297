"""A record's `serverless.yml` → `handoff.json`: what the plugin hands over after the real osls packaged the service.

The plugins that a record names are stand-ins that do nothing: they need not be installed, and what they would add to the
template is written out in the record. A plugin's own calls are predicted from its name and the configuration.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from tests.fixture import FIXTURES
from tests.keeping_engine import handed_over
from tests.recall.record import Record

ROOT = FIXTURES.parent
OURS = "serverless-leastpriv"
STAND_IN = "module.exports = class {};\n"
NOTHING_BUT_THE_HANDLER = "\npackage:\n  excludeDevDependencies: false\n  patterns: ['!**', 'handler.js']\n"
BUCKET_OF_THE_STACK = ("ServerlessDeploymentBucket", "ServerlessDeploymentBucketPolicy")
# when it was packaged, in keys of the bucket and in the logical id of an API's deployment; a fixed time keeps diffs small
PACKAGED_AT = re.compile(r"(?<=/)\d{13}-[\dT:.-]+Z(?=/)")
DEPLOYMENT = re.compile(r"(?<=ApiGatewayDeployment)\d{13}")
# the stand-ins do not declare the properties that the plugins do
PROPERTIES_OF_PLUGINS = "\nconfigValidationMode: warn\n"


def package(record: Record) -> None:
    """Rewrites the record's hand-off. Raises `subprocess.CalledProcessError` with the Framework's own words."""
    text = (record.folder / "serverless.yml").read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        service = Path(name)
        configuration = _with_ours(text) + NOTHING_BUT_THE_HANDLER + (PROPERTIES_OF_PLUGINS if _plugins(text) else "")
        (service / "serverless.yml").write_text(configuration, "utf-8")
        (service / "handler.js").write_text("exports.handle = async () => {};\n", "utf-8")
        _install(service / "node_modules", _plugins(text))
        document = handed_over(service)
    document["service"]["plugins"].remove(OURS)
    if record.framework == "serverless@4":
        # version 4 packages with a licence only; unlike osls, it puts no deployment bucket into the stack
        for resource in BUCKET_OF_THE_STACK:
            del document["template"]["Resources"][resource]
    timed = json.dumps(document, indent=1, sort_keys=True) + "\n"
    timeless = DEPLOYMENT.sub("1700000000000", PACKAGED_AT.sub("1700000000000-2023-11-14T22:13:20.000Z", timed))
    (record.folder / "handoff.json").write_text(timeless, "utf-8")


def _plugins(text: str) -> list[str]:
    block = re.search(r"^plugins:\n((?:  - .*\n)+)", text, re.MULTILINE)
    return [line.removeprefix("  - ").strip("'\"") for line in block[1].splitlines()] if block else []


def _with_ours(text: str) -> str:
    head, plugins, tail = text.partition("plugins:\n")
    return f"{head}{plugins}  - {OURS}\n{tail}" if plugins else f"{text}\nplugins:\n  - {OURS}\n"


def _install(modules: Path, plugins: list[str]) -> None:
    modules.mkdir()
    (modules / OURS).symlink_to(ROOT, target_is_directory=True)
    for plugin in plugins:
        (modules / plugin).mkdir(parents=True)
        (modules / plugin / "index.js").write_text(STAND_IN, "utf-8")
