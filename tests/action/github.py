"""What GitHub does around an action: its comments API on loopback, and the steps of a composite action one after the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
TOKEN = "token-of-the-job"
REPOSITORY = "acme/billing"


@dataclass
class Api:
    """The comments of one pull request, and every request that changed them."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    answer: int | None = None


@contextmanager
def github_api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            document = json.loads(self.rfile.read(length)) if length else None
            status, answer = _answer(api, self.command, self.path, document, self.headers.get("authorization"))
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _do

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


def _answer(api: Api, method: str, path: str, document: Any, authorization: str | None) -> tuple[int, Any]:
    if api.answer is not None or authorization != f"Bearer {TOKEN}":
        return api.answer or 401, {"message": "no"}
    if method == "GET":
        found = re.fullmatch(rf"/repos/{REPOSITORY}/issues/7/comments\?per_page=(\d+)&page=(\d+)", path)
        assert found is not None, path
        size, page = int(found[1]), int(found[2])
        return 200, api.comments[(page - 1) * size : page * size]
    api.writes.append(method)
    if method == "POST":
        assert path == f"/repos/{REPOSITORY}/issues/7/comments"
        api.comments.append({"id": len(api.comments) + 1, "user": {"type": "Bot"}, **document})
        return 201, api.comments[-1]
    comment = next(one for one in api.comments if path == f"/repos/{REPOSITORY}/issues/comments/{one['id']}")
    comment |= document
    return 200, comment


@dataclass
class Run:
    """What a run of the action left behind."""

    code: int
    log: str
    summary: str
    outputs: dict[str, dict[str, str]]
    ran: list[str]


def run_action(
    workspace: Path, temporary: Path, event: Mapping[str, Any], inputs: Mapping[str, str], env: Mapping[str, str]
) -> Run:
    """Runs the `run` steps of action.yml as GitHub's runner does; the steps that set up Node.js and Python are there already."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    context = {f"inputs.{name}": str(one.get("default", "")) for name, one in action["inputs"].items()}
    context["github.token"] = TOKEN
    context |= {f"inputs.{name}": value for name, value in inputs.items()}
    temporary.mkdir(parents=True, exist_ok=True)
    (temporary / "event.json").write_text(json.dumps(event), "utf-8")
    summary = temporary / "summary.md"
    summary.write_text("", "utf-8")
    runner = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "GITHUB_"))},
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(temporary / "event.json"),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(workspace),
        "RUNNER_TEMP": str(temporary),
        **env,
    }
    run = Run(0, "", "", {}, [])
    for number, step in enumerate(action["runs"]["steps"]):
        if "uses" in step or run.code or ("if" in step and not _holds(step["if"], context)):
            continue
        output = temporary / f"output-{number}"
        output.write_text("", "utf-8")
        own = {name: _filled(str(value), context) for name, value in step.get("env", {}).items()}
        finished = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=workspace,
            env={**runner, **own, "GITHUB_OUTPUT": str(output)},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        run.ran.append(step["run"].rpartition("/")[2].strip('"'))
        run.log += finished.stdout + finished.stderr
        run.code = finished.returncode
        found = dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
        run.outputs[step.get("id", str(number))] = found
        context |= {f"steps.{step.get('id')}.outputs.{name}": value for name, value in found.items()}
    run.summary = summary.read_text("utf-8")
    return run


def _holds(condition: str, context: Mapping[str, str]) -> bool:
    tests = [re.fullmatch(r"\s*([\w.-]+) == '(\w*)'\s*", part) for part in condition.split("&&")]
    return all(test is not None and context.get(test[1], "") == test[2] for test in tests)


def _filled(text: str, context: Mapping[str, str]) -> str:
    """The text with its expressions filled in, which can give expressions again: the default of an input."""
    while "${{" in text:
        text = re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: context.get(found[1], ""), text)
    return text
