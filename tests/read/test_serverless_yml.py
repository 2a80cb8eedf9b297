"""`Locator`: from a configuration path to `file:line`, through the Framework's includes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sls_leastpriv.read.serverless_yml import Locator


def service(folder: Path, **files: str) -> Locator:
    """Write `serverless.yml` and others (`parts__f_yml` is `parts/f.yml`), and return a locator."""
    for name, text in files.items():
        *parts, last = name.split("__")
        path = folder.joinpath(*parts, ".".join(last.rsplit("_", 1)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Locator(folder, "serverless.yml")


PLAIN = """\
service: orders
provider:
  name: aws
  vpc:
    securityGroupIds: [sg-1]
functions:
  hello: # a comment
    handler: a.b
    events:
      - schedule: rate(1 hour)
      - http:
          path: /x
          authorizer: !Sub x

      - sns: topic
  "we-ird": {handler: a.b, events: [{sqs: !GetAtt [Q, Arn]}]}
resources:
  Resources:
    Jobs:
      Type: AWS::SQS::Queue
      Properties: {QueueName: !Unheard [of, {a: !!python/object:os.x y}]}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("service",), 1),
        (("provider",), 2),
        (("provider", "vpc"), 4),
        (("provider", "vpc", "securityGroupIds", 0), 5),
        (("functions",), 6),
        (("functions", "hello"), 7),
        (("functions", "hello", "events", 0), 10),
        (("functions", "hello", "events", 1), 11),
        (("functions", "hello", "events", 1, "http", "authorizer"), 13),
        (("functions", "hello", "events", 2), 15),
        (("functions", "we-ird", "events", 0, "sqs"), 16),
        (("resources", "Resources", "Jobs"), 19),
        (("resources", "Resources", "Jobs", "Properties", "QueueName"), 21),
        # Further than the file: the nearest part that stands in it.
        (("provider", "iam", "role"), 2),
        (("functions", "hello", "events", 9), 9),
        (("functions", "other"), 6),
        (("service", "name"), 1),
    ],
)
def test_one_file(tmp_path: Path, path: tuple[str | int, ...], line: int) -> None:
    assert service(tmp_path, serverless_yml=PLAIN).where(path) == f"serverless.yml:{line}"


@pytest.mark.parametrize("path", [(), None, ("layers",), ("layers", "common"), (0,)])
def test_nothing_to_show(tmp_path: Path, path: tuple[str | int, ...] | None) -> None:
    assert service(tmp_path, serverless_yml=PLAIN).where(path) is None


INCLUDES = {
    "serverless_yml": """\
service: orders
custom:
  stage: ${opt:stage, 'dev'}
  queues: ${file(parts/queues.yml):named}
  events:
    - schedule: rate(1 day)
provider:
  name: aws
  stage: ${self:custom.stage}
  iam: ${file(./parts/iam.yml)}
functions: ${file(./parts/functions.yml)}
resources:
  - ${file(parts/first.yml)}
  - Resources:
      Inline: {Type: A::B::C}
  - ${file(parts/second.json)}
  - ${file(parts/missing.yml), file(parts/third.yml):wrapped.Res}
  - Resources: ${self:custom.queues}
  - Resources:
      Staged: ${file(parts/${self:provider.stage}.yml):Staged}
      StagedParts: ${file(parts/${self:provider.stage}.yml):Staged}
""",
    "parts__functions_yml": """\
hello:
  handler: a.b
  events: ${file(parts/events.yml)}
bye: ${file(parts/bye.yml)}
same:
  events: ${self:custom.events}
""",
    "parts__events_yml": "- sns: a\n- sns: b\n- ${file(parts/event.yml)}\n",
    "parts__event_yml": "# first\n\nhttp:\n  path: /\n",
    "parts__bye_yml": "\nhandler: a.b\nurl: true\n",
    "parts__iam_yml": "role:\n  statements:\n    - Effect: Allow\n",
    "parts__first_yml": "Resources:\n  Jobs:\n    Type: A::B::C\n",
    "parts__second_json": '{"Resources": {\n\t"Table": {\n\t\t"Type": "A::B::C"}}}',
    "parts__third_yml": "wrapped:\n  Res:\n    Resources:\n      Topic: {Type: A::B::C}\n",
    "parts__queues_yml": "other: {}\nnamed:\n  Dead: {Type: A::B::C}\n  Alive:\n    Type: A::B::C\n",
    "parts__dev_yml": "# dev\nStaged:\n  Type: A::B::C\n",
    "parts__prod_yml": "# prod\n\nStaged:\n\n  Type: A::B::C\n",
}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("functions",), "serverless.yml:11"),
        (("functions", "hello"), "parts/functions.yml:1"),
        (("functions", "hello", "events", 1), "parts/events.yml:2"),
        (("functions", "hello", "events", 2), "parts/events.yml:3"),
        (("functions", "hello", "events", 2, "http", "path"), "parts/event.yml:4"),
        (("functions", "bye"), "parts/functions.yml:4"),
        (("functions", "bye", "url"), "parts/bye.yml:3"),
        (("functions", "same", "events", 0), "serverless.yml:6"),
        (("provider", "iam", "role", "statements", 0), "parts/iam.yml:3"),
        (("resources", "Resources", "Jobs"), "parts/first.yml:2"),
        (("resources", "Resources", "Inline"), "serverless.yml:15"),
        (("resources", "Resources", "Table"), "parts/second.json:2"),
        (("resources", "Resources", "Topic"), "parts/third.yml:4"),
        (("resources", "Resources", "Alive", "Type"), "parts/queues.yml:5"),
        (("resources", "Resources", "Staged"), "serverless.yml:20"),
        (("resources", "Resources", "Staged", "Type"), "parts/dev.yml:3"),
        (("resources", "Resources", "Nowhere"), "parts/first.yml:1"),
    ],
)
def test_includes(tmp_path: Path, path: tuple[str | int, ...], place: str) -> None:
    assert service(tmp_path, **INCLUDES).where(path) == place


def test_the_stage_given_names_the_include(tmp_path: Path) -> None:
    service(tmp_path, **INCLUDES)
    locator = Locator(tmp_path, "serverless.yml", stage="prod")
    assert locator.where(("resources", "Resources", "Staged", "Type")) == "parts/prod.yml:5"


def test_functions_as_a_list_of_maps(tmp_path: Path) -> None:
    locator = service(
        tmp_path,
        serverless_yml="functions:\n  - ${file(a.yml)}\n  - two: {handler: x}\n  - ${file(b.yml):deep}\n",
        a_yml="one:\n  handler: x\n",
        b_yml="deep:\n  three:\n    handler: x\n",
    )
    assert locator.where(("functions", "one", "handler")) == "a.yml:2"
    assert locator.where(("functions", "two")) == "serverless.yml:3"
    assert locator.where(("functions", "three")) == "b.yml:2"


def test_a_resource_is_where_most_of_its_path_stands(tmp_path: Path) -> None:
    locator = service(
        tmp_path,
        serverless_yml="resources:\n  - ${file(a.yml)}\n  - ${file(b.yml)}\n",
        a_yml="Resources:\n  Jobs: {Type: A::B::C}\n",
        b_yml="Resources:\n  Jobs:\n    Properties: {}\n",
    )
    assert locator.where(("resources", "Resources", "Jobs")) == "a.yml:2"
    assert locator.where(("resources", "Resources", "Jobs", "Properties")) == "b.yml:3"


def test_anchors_and_merges(tmp_path: Path) -> None:
    text = (
        "custom:\n  base: &base\n    vpc:\n      x: 1\n  more: &more {url: true}\n"
        "functions:\n  a:\n    <<: [*base, *more]\n    b: 1\n  c: *base\n"
    )
    locator = service(tmp_path, serverless_yml=text)
    assert locator.where(("functions", "a", "vpc", "x")) == "serverless.yml:4"
    assert locator.where(("functions", "a", "url")) == "serverless.yml:5"
    assert locator.where(("functions", "a", "b")) == "serverless.yml:9"
    assert locator.where(("functions", "c", "vpc")) == "serverless.yml:3"


def test_an_include_outside_of_the_service_is_shown_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "shared.yml").write_text("a:\n  handler: x\n")
    inner = tmp_path / "services" / "orders"
    inner.mkdir(parents=True)
    locator = service(inner, serverless_yml=f"functions: ${{file(../../shared.yml)}}\ncustom: ${{file({tmp_path}/shared.yml):a}}\n")
    assert locator.where(("functions", "a")) == "../../shared.yml:1"
    assert locator.where(("custom", "handler")) == "../../shared.yml:2"


@pytest.mark.parametrize("name", [None, "serverless.ts", "serverless.js", "missing.yml", "folder.yml"])
def test_no_lines(tmp_path: Path, name: str | None) -> None:
    (tmp_path / "serverless.ts").write_text("export default { service: 'x' }")
    (tmp_path / "folder.yml").mkdir()
    assert Locator(tmp_path, name).where(("service",)) is None


def test_json_configuration(tmp_path: Path) -> None:
    (tmp_path / "serverless.json").write_text('{\n\t"service": "x",\n\t"functions": {\n\t\t"a": {}\n\t}\n}\n')
    assert Locator(tmp_path, "serverless.json").where(("functions", "a")) == "serverless.json:4"


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"\xff\xfe", b"a: [", b"\0", b"a:\n\tb: 1", b"[" * 100_000, b"- " * 100_000, b"text", b"b: *b",
        "\n".join(["l0: &l0 [1]", *(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 20))]).encode(),
    ],
)  # fmt: skip
def test_an_include_that_cannot_be_read_leaves_the_line_of_the_include(tmp_path: Path, bad: bytes) -> None:
    locator = service(tmp_path, serverless_yml="service: x\nfunctions: ${file(bad.yml)}\n")
    (tmp_path / "bad.yml").write_bytes(bad)
    begin = time.perf_counter()
    assert locator.where(("functions", "a")) == "serverless.yml:2"
    assert time.perf_counter() - begin < 5
    (tmp_path / "serverless.yml").write_bytes(bad)
    assert Locator(tmp_path, "serverless.yml").where(("functions", "a")) is None


@pytest.mark.parametrize(
    "text",
    [
        "functions: ${self:functions}\n",
        "functions: ${file(serverless.yml):functions}\n",
        "functions: ${file(serverless.yml)}\n",
        "functions: ${self:custom.a}\ncustom:\n  a: ${self:custom.b}\n  b: ${self:custom.a}\n",
        "functions: ${file(${self:custom.a}.yml)}\ncustom:\n  a: x-${self:custom.a}\n",
        "functions: ${file(${file(${file(${self:functions})})})}\n",
        "functions:\n  - ${self:functions}\n  - ${self:functions}\n  - ${self:functions}\n",
        "functions: &f\n  <<: [*f, *f, *f, *f]\n",
        "functions: &f [*f, *f, *f, *f]\n",
        "functions: ${file(serverless.yml):functions.functions.functions}\n",
    ],
)
def test_circles_end(tmp_path: Path, text: str) -> None:
    begin = time.perf_counter()
    path = ("functions", "functions", "functions", "a", "b", "c", "d", "e")
    assert service(tmp_path, serverless_yml=text).where(path) == "serverless.yml:1"
    assert time.perf_counter() - begin < 5


def test_each_file_is_read_once_and_not_before_the_first_question(tmp_path: Path) -> None:
    locator = service(tmp_path, **INCLUDES)
    (tmp_path / "parts" / "functions.yml").write_text("\n\n\nhello: {}\n")
    assert locator.where(("functions", "hello")) == "parts/functions.yml:4"
    for path in (tmp_path / "serverless.yml", tmp_path / "parts" / "functions.yml"):
        path.unlink()
    assert locator.where(("functions", "hello")) == "parts/functions.yml:4"


def test_hundreds_of_resource_files(tmp_path: Path) -> None:
    files = {f"r__r{n}_yml": f"Resources:\n  R{n}:\n    Type: A::B::C\n" for n in range(300)}
    listed = "".join(f"  - ${{file(r/r{n}.yml)}}\n" for n in range(300))
    locator = service(tmp_path, serverless_yml=f"resources:\n{listed}", **files)
    begin = time.perf_counter()
    assert [locator.where(("resources", "Resources", f"R{n}")) for n in range(300)] == [f"r/r{n}.yml:2" for n in range(300)]
    assert time.perf_counter() - begin < 10


# Every key occurs once in the file, so its line can be found by looking for it.
trees: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([1, "x", None]), lambda inner: st.lists(inner, max_size=3).map(lambda parts: ("keys", parts)), max_leaves=12
)


def numbered(tree: Any, counter: list[int]) -> Any:
    if not isinstance(tree, tuple):
        return tree
    keys = {}
    for part in tree[1]:
        counter[0] += 1
        key = f"key{counter[0]}end"
        keys[key] = numbered(part, counter)
    return keys


def paths(config: Any) -> list[tuple[str, ...]]:
    if not isinstance(config, dict):
        return []
    return [path for key, value in config.items() for path in ((key,), *((key, *rest) for rest in paths(value)))]


@given(trees.map(lambda tree: numbered(("keys", [tree]), [0])), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_path_is_found_on_its_line(tmp_path: Path, config: Any, flow: bool) -> None:
    text = yaml.safe_dump(config, default_flow_style=flow, width=20)
    (tmp_path / "serverless.yml").write_text(text)
    locator = Locator(tmp_path, "serverless.yml")
    for path in paths(config):
        line = next(number for number, line in enumerate(text.splitlines(), 1) if f"{path[-1]}:" in line)
        assert locator.where(path) == f"serverless.yml:{line}"


def test_no_tag_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    service(tmp_path, serverless_yml=f"service: !!python/object/apply:os.system ['touch {mark}']\n").where(("service", 0))
    assert not mark.exists()


def test_importing_the_locator_is_all_that_imports_yaml() -> None:
    program = "import sys, sls_leastpriv.read.package_dir, sls_leastpriv.read.resource_places; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
