"""The HTML report, in a real headless Chromium: what it shows, by keyboard, light and dark, wide and narrow, without a request."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands.run import run, write
from tests.fixture import ACCOUNT, FIXTURES, handoff

ROOT = Path(__file__).parent.parent.parent
HOSTILE = "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
SECONDS = 2.0


def chromium() -> str | None:
    """The Chromium to test with: what the environment names, else what is installed."""
    names = [os.environ.get("LEASTPRIV_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


needs_chromium = pytest.mark.skipif(
    chromium() is None or shutil.which("node") is None or not (ROOT / "node_modules" / "playwright-core").is_dir(),
    reason="no Chromium is installed, or playwright-core is not: `apt-get install chromium`, `bash .ci/setup`",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A fixture's report, a difference, a service of 500 resources, and one whose names are markup."""
    folder = tmp_path_factory.mktemp("pages")
    service = handoff("queue-stream-schedule", folder)
    document = json.loads(service.read_text("utf-8"))
    made = {name: folder / f"{name}.html" for name in ("service", "difference", "large", "hostile")}

    def page(name: str, changed: dict[str, Any], *words: str) -> None:
        handed = write(folder / f"{name}-handoff.json", changed)
        outcome = run(
            *(words or ("generate",)), "--handoff", handed, "--account", ACCOUNT, "--format", "html", "--output", made[name]
        )
        assert outcome.out == "" and made[name].is_file(), outcome.err

    page("service", document)
    resources = document["template"]["Resources"]
    more = {f"Queue{number}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"q-{number}"}} for number in range(500)}
    page("large", with_resources(document, dict([*resources.items(), *more.items()][:500])))
    page(
        "hostile",
        {
            **with_resources(document, {HOSTILE: {"Type": "AWS::SQS::Queue"}}),
            "stack": {"name": "svc-dev", "stage": "dev", "region": "eu-west-1"},
        },
    )
    base = write(folder / "base.json", run("generate", "--handoff", service, "--account", ACCOUNT, "--format", "report").out)
    kept = {name: body for name, body in resources.items() if name != "Accounts"}
    page("difference", with_resources(document, {**kept, "Refunds": {"Type": "AWS::SQS::Queue"}}), "diff", "--base", str(base))
    return made


def with_resources(document: dict[str, Any], resources: dict[str, Any]) -> dict[str, Any]:
    return {**document, "template": {**document["template"], "Resources": resources}}


@pytest.fixture(scope="module")
def seen(pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser saw of each page. `LEASTPRIV_TEST_SCREENSHOTS` names a folder to keep the screenshots in."""
    kept = os.environ.get("LEASTPRIV_TEST_SCREENSHOTS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("screenshots")
    words = ["node", str(ROOT / "tests" / "html" / "browser.js"), str(chromium()), str(folder), *map(str, pages.values())]
    finished = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
    assert finished.returncode == 0, finished.stderr
    assert len(list(folder.glob("service-*.png"))) == 5
    found: dict[str, Any] = {name.removesuffix(".html"): one for name, one in json.loads(finished.stdout).items()}
    return found


@needs_chromium
def test_what_it_shows(seen: dict[str, Any]) -> None:
    service = seen["service"]
    assert service["title"] == "Deployer permissions of billing-dev"
    assert "Escalation paths" in service["headings"] and "Permissions" in service["headings"]
    assert service["status"] == f"{service['rows']} shown"
    assert "resource Refunds (AWS::SQS::Queue) added" in seen["difference"]["headings"]
    assert any(text.startswith("resource Accounts (AWS::DynamoDB::Table) removed") for text in seen["difference"]["headings"])


@needs_chromium
def test_by_keyboard(seen: dict[str, Any]) -> None:
    for page in seen.values():
        assert page["focused"] == page["first"], "Tab goes from the search field to the first row that is found"
        assert page["expanded"] == "true" and page["closed"] == 0
        assert page["found"] != page["status"] or page["rows"] == 1
        assert page["after"] == page["status"], "Escape shows everything again"
    assert "dynamodb:CreateTable create" in seen["service"]["detail"]
    assert "own ARN" in seen["service"]["detail"]


@needs_chromium
def test_light_and_dark_wide_and_narrow(seen: dict[str, Any]) -> None:
    for page in seen.values():
        assert page["dark"]["dark"] != page["dark"]["light"] == page["dark"]["chosen"]
        assert page["overflow"] <= 0, "nothing to scroll sideways"
        assert page["unnamed"] == 0, "every control has a name"


@needs_chromium
def test_no_error_and_no_request(seen: dict[str, Any]) -> None:
    for page in seen.values():
        assert page["problems"] == []
        assert page["requests"] == ["file:"]


@needs_chromium
def test_names_never_become_markup(seen: dict[str, Any]) -> None:
    assert seen["hostile"]["title"] == "Deployer permissions of svc-dev"
    assert seen["hostile"]["first"] == HOSTILE


@needs_chromium
def test_five_hundred_resources_open_in_two_seconds(seen: dict[str, Any]) -> None:
    assert seen["large"]["rows"] >= 500
    # a machine that is busy with other tests opens the small page slowly, too
    allowed = SECONDS * max(1.0, seen["service"]["milliseconds"] / 500)
    assert seen["large"]["milliseconds"] / 1000 < allowed


def test_everything_is_in_the_file(pages: dict[str, Path]) -> None:
    text = pages["difference"].read_text("utf-8")
    assert "default-src 'none'" in text
    assert " src=" not in text.replace("img src=x", "") and "@import" not in text and "url(" not in text
    assert str(FIXTURES) not in text
