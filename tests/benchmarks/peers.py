"""Other tools over the same input, where they are installed: `--peers DIR` names a folder with a `venv` and `node_modules`.

cfn2iam and cfnlp ask the registry for what each type needs; here a service on this machine answers at once. Neither scopes what
it takes from there. cfnlp's packaging names a dependency that does not exist, hence `--no-deps`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.granted import granted
from tests.benchmarks.measure import Result, best, process
from tests.benchmarks.registry_service import registry_service
from tests.benchmarks.services import write
from tests.benchmarks.trails import EVENTS, write_logs
from tests.stub_aws import StubAws

INSTALL = (
    "python -m venv DIR/venv && DIR/venv/bin/pip install boto3 cfn_flip cfn2iam trailscraper && "
    "DIR/venv/bin/pip install --no-deps cfnlp && npm install --prefix DIR cfn-giam"
)
SIZES = (30, 500)


def results(folder: Path, peers: Path | None, times: int) -> Iterator[Result]:
    """What each takes for a template of 30 and of 500 resources, and for a folder of CloudTrail's logs."""
    with registry_service() as registry:
        for size in SIZES:
            template = write(folder / f"peer-{size}", size)
            commands = {
                "cfn-giam": ["node_modules/.bin/cfn-giam", "-i", template],
                "cfn2iam": ["venv/bin/cfn2iam", "--registry", "--allow-delete", template],
                "cfnlp": ["venv/bin/cfnlp", "--include-update-actions", "--consolidate-policy", "-i", template],
            }
            for name, (program, *words) in commands.items():
                run = functools.partial(_policy, words=words, folder=folder / f"{name}-{size}", registry=registry)
                yield _measured(f"{name}, {size} resources", peers, str(program), run, times)
    logs = write_logs(folder / "peer-logs")
    yield _measured(f"trailscraper, {EVENTS} events", peers, "venv/bin/trailscraper", lambda path: _trailscraper(path, logs), 1)


def _policy(program: Path, words: Sequence[str | Path], folder: Path, registry: StubAws) -> str:
    """Runs the tool in a folder of its own; what it grants, whether it prints its policy or writes it into a file there."""
    folder.mkdir(exist_ok=True)
    said = process([program, *words], cwd=folder, **registry.environment, AWS_DEFAULT_REGION="us-east-1")
    written = [path.read_text("utf-8") for path in folder.glob("*.json")]
    document = json.loads(written[0] if written else said)
    return granted(document.get("PolicyDocument", document))


def _trailscraper(program: Path, logs: Path) -> str:
    process(["sh", "-c", '"$0" select --log-dir "$1" | "$0" generate', program, logs])
    return "`select` and `generate`"


def _measured(what: str, peers: Path | None, program: str, run: Callable[[Path], str], times: int) -> Result:
    if peers is None or not (peers / program).exists():
        return Result(what, None, "not installed: see `--peers`")
    try:
        notes = []
        seconds = best(lambda: notes.append(run(peers / program)), times)
    except RuntimeError as error:
        return Result(what, None, str(error).splitlines()[-1][:120])
    return Result(what, seconds, notes[0])
