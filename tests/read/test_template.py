"""`load_template`: JSON and YAML to the same plain values, and one clear error for everything else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read import bounds
from sls_leastpriv.read.template import load_template, read_template

SECRET = "hunter2hunter2"

# Names whose text is the same key in JSON and in YAML 1.1, so without `200`, `yes` or `<<`.
names = st.from_regex(r"[A-Z][A-Za-z0-9]{1,8}", fullmatch=True).map("K{}".format)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
templates = st.builds(
    lambda resources: {"Resources": resources},
    st.dictionaries(names, st.builds(lambda properties: {"Type": "AWS::SNS::Topic", "Properties": properties}, values)),
)


@given(templates)
@settings(deadline=None, max_examples=50)
def test_json_comes_back_as_it_is(template: dict[str, Any]) -> None:
    assert load_template(json.dumps(template), "t") == template
    assert load_template(json.dumps(template, ensure_ascii=False, indent=1), "t") == template


@given(templates)
@settings(deadline=None, max_examples=50)
def test_yaml_and_json_of_one_template_are_equal(template: dict[str, Any]) -> None:
    as_yaml = yaml.safe_dump(template, default_flow_style=False, allow_unicode=True)
    assert load_template(as_yaml, "t") == load_template(json.dumps(template), "t")


def properties(text: str) -> Any:
    """Load a template with one resource, whose properties are written as `text`, one line or several."""
    lines = "".join(f"\n      {line}" for line in text.splitlines())
    template = load_template(f"Resources:\n  One:\n    Type: A::B::C\n    Properties:{lines}\n", "the template `t.yml`")
    return template["Resources"]["One"]["Properties"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Queue", {"Ref": "Queue"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Queue.Arn", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!GetAtt Nested.Outputs.Arn", {"Fn::GetAtt": ["Nested", "Outputs.Arn"]}),
        ("!GetAtt [Queue, Arn]", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!GetAtt [Queue, !Ref What]", {"Fn::GetAtt": ["Queue", {"Ref": "What"}]}),
        ("!Sub '${A}-x'", {"Fn::Sub": "${A}-x"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!If [C, 1, !Ref AWS::NoValue]", {"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}),
        ("!ImportValue x", {"Fn::ImportValue": "x"}),
        ("!GetAZs ''", {"Fn::GetAZs": ""}),
        ("!Select [0, !GetAZs '']", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
        ("!Base64 x", {"Fn::Base64": "x"}),
        ("!Transform {Name: X, Parameters: {L: !Sub s}}", {"Fn::Transform": {"Name": "X", "Parameters": {"L": {"Fn::Sub": "s"}}}}),
        ("!Unheard [1]", {"Fn::Unheard": [1]}),
        ("Version: 2012-10-17", {"Version": "2012-10-17"}),
        ("200: x\non: y\n1.5: z", {"200": "x", "on": "y", "1.5": "z"}),
        ("[1, 0x10, 1.5, true, no, null, ~, '1', .inf, =]", [1, 16, 1.5, True, False, None, None, "1", ".inf", "="]),
        ("A: &a {X: 1}\nB: *a", {"A": {"X": 1}, "B": {"X": 1}}),
        ("A: &a {X: 1, Y: 2}\nB: {<<: *a, Y: 3}", {"A": {"X": 1, "Y": 2}, "B": {"X": 1, "Y": 3}}),
    ],
)
def test_yaml_values(short: str, long: Any) -> None:
    assert properties(short) == long


def test_values_are_plain() -> None:
    def types(value: Any) -> set[type]:
        parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        return {type(value)}.union(*map(types, parts))

    assert types(properties("A: !Sub ['${A}', {A: !Ref B}]\nB: !GetAtt C.D\nC: {D: [1, 2012-10-17]}")) == {dict, list, str, int}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(tmp_path: Path, line_end: str, mark: str) -> None:
    for name, text in (("t.json", '{\n"Resources":\n{}\n}'), ("t.yml", "# a comment\nResources:\n  {}\n")):
        (tmp_path / name).write_bytes((mark + text.replace("\n", line_end)).encode())
        assert read_template(tmp_path / name) == {"Resources": {}}


def bomb() -> str:
    """A billion laughs: 10 to the power of 9 values in ten lines."""
    lines = [f'L0: &l0 ["{SECRET}", 2, 3, 4, 5, 6, 7, 8, 9, 10]']
    lines += [f"L{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    return "\n".join([*lines, "Resources: {}"])


def merge_bomb() -> str:
    lines = ["L0: &l0 {A: 1}"]
    lines += [f"L{n}: &l{n} {{<<: [{', '.join([f'*l{n - 1}'] * 20)}]}}" for n in range(1, 9)]
    return "\n".join([*lines, "Resources: {}"])


def alias_tower() -> str:
    """Each line is one level deep, and all together 5,000."""
    return "\n".join(["A0: &a0 [1]", *(f"A{n}: &a{n} [*a{n - 1}]" for n in range(1, 5_000))])


def resource(text: str) -> str:
    return f'{{"Resources": {{"Fine": {{"Type": "A::B::C"}}, "Bad": {text}}}}}'


BAD = {
    "truncated JSON": (f'{{"Resources": {{"A": {{"Type": "{SECRET}', "not valid JSON: line 1, column"),
    "second JSON document": ('{"Resources": {}} {}', "not valid JSON: line 1, column 19"),
    "JSON with a comment": ('{\n// x\n"Resources": {}}', "not valid JSON: line 2, column 1"),
    "JSON with a tab in a text": ('{"Resources": {"a": "\t"}}', "not valid JSON: line 1"),
    "NaN": ('{"Resources": {"A": NaN}}', "holds a number that cannot be read"),
    "a number of 5,000 digits": (f'{{"Resources": {"1" * 5_000}}}', "holds a number that cannot be read"),
    "half a character": ('{"Resources": {"\\ud800": {"Type": "x"}}}', "incomplete `\\u` character"),
    "truncated YAML": (f'Resources:\n  A:\n    Type: "{SECRET}', "not valid YAML: line 3"),
    "truncated flow YAML": ("Resources: [a, {b: ", "not valid YAML: line "),
    "two YAML documents": ("Resources: {}\n---\nResources: {}\n", "not valid YAML: line 2"),
    "a tab as indentation": ("Resources:\n\tA: 1\n", "not valid YAML: line 2, column 1"),
    "a password that reads as an alias": (f"Resources:\n  A: *{SECRET}\n", "not valid YAML: line 2, column 6"),
    "a password that reads as a tag": (f"Resources:\n  A: !{SECRET}!x y\n", "not valid YAML: line 2"),
    "a password where a number is": (f"Resources:\n  A: !!int {SECRET}\n", "number that cannot be read (line 2, column 6)"),
    "NUL": ("Resources:\0 {}", "not valid YAML: line 1: a control character (code 0x00)"),
    "NULs only": ("\0" * 100, "not valid YAML: line 1: a control character"),
    "NUL in JSON": ('{"Resources":\0 {}}', "not valid JSON: line 1, column 14"),
    "a tag that would run a program": (
        f"Resources: !!python/object/apply:os.system ['touch {SECRET}']",
        "a tag that CloudFormation does not know (line 1, column 12)",
    ),
    "a binary": (f"Resources: {{A: !!binary {SECRET}}}", "a tag that CloudFormation does not know"),
    "a set": (f"Resources: !!set {{{SECRET}}}", "a tag that CloudFormation does not know"),
    "a list as a key": ("Resources: {[a]: b}", "a key that is not text (line 1, column 13)"),
    "an intrinsic as a key": ("Resources: {!Ref a : b}", "a key that is not text"),
    "billion laughs": (bomb(), "more than 2,000,000 values"),
    "billion merges": (merge_bomb(), "more than 2,000,000 values"),
    "a tower of aliases": (alias_tower(), "more than 100 levels deep"),
    "an alias that holds itself": ("Resources: &r {A: {B: *r}}", "refers to what it stands in (line 1, column 23)"),
    "a list": ("[]", "is a list, not a template"),
    "a YAML list": ("- a\n", "is a list, not a template"),
    "a text": (SECRET, "is a string, not a template"),
    "a JSON text": (f'"{SECRET}"', "is a string, not a template"),
    "a number": ("17", "is a number, not a template"),
    "a truth": ("true", "is true or false, not a template"),
    "null": ("null", "is null, not a template"),
    "comments only": ("# nothing\n", "is null, not a template"),
    "no Resources": (f'{{"service": "{SECRET}"}}', "has no `Resources`"),
    "Resources null": ("Resources:\n", "`Resources` of the template `t` is null"),
    "Resources a list": ('{"Resources": []}', "`Resources` of the template `t` is a list"),
    "a resource that is a text": (resource(f'"{SECRET}"'), "the resource `Bad` of the template `t` is a string"),
    "a resource that is null": (resource("null"), "the resource `Bad` of the template `t` is null"),
    "a resource without a type": (
        resource(f'{{"Properties": "{SECRET}"}}'),
        "the resource `Bad` of the template `t` has no `Type`",
    ),
    "a type that is a list": (resource(f'{{"Type": ["{SECRET}"]}}'), "the `Type` of the resource `Bad`"),
    "a type that is empty": (resource('{"Type": " "}'), "the `Type` of the resource `Bad`"),
    "a resource twice": (f'{{"Resources": {{"A": {{"Type": "{SECRET}"}}, "A": 1}}}}', "has the key `A` twice"),
    "a YAML resource twice": (
        "Resources:\n  A: {Type: x}\n  A: {Type: y}\n",
        "has the key `A` twice in one object (line 3, column 3)",
    ),
    "a property twice, in an intrinsic": ("Resources: {A: !Sub {B: 1, B: 2}}", "has the key `B` twice"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_one_clear_error(what: str) -> None:
    text, expected = BAD[what]
    begin = time.perf_counter()
    with pytest.raises(ServiceError) as caught:
        load_template(text, "the template `t`")
    assert time.perf_counter() - begin < 5
    error = caught.value
    assert expected in error.message
    assert error.message.count("the template `t`") == 1
    assert SECRET not in error.message + error.help
    assert error.help
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize("deep", ["[", '{"a":', '[[{"a": ', "- ", "? ", "a: [", "!Sub [", "{a: "])
def test_100_000_levels_are_refused_without_recursion(deep: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(ServiceError) as caught:
        load_template(deep * 100_000, "the template `t`")
    assert time.perf_counter() - begin < 5
    assert "more than 100 levels deep" in caught.value.message or "is not valid" in caught.value.message


def test_closed_json_of_100_000_levels() -> None:
    with pytest.raises(ServiceError, match="more than 100 levels deep"):
        load_template('{"a":' * 100_000 + "1" + "}" * 100_000, "t")


def nested(levels: int) -> Any:
    value: Any = 1
    for _level in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump])
def test_the_deepest_template_allowed(dump: Any) -> None:
    template = {"Resources": {}, "Metadata": nested(bounds.MAX_DEPTH - 1)}
    assert load_template(dump(template), "t") == template
    with pytest.raises(ServiceError, match="levels deep"):
        load_template(dump({"Resources": {}, "Metadata": nested(bounds.MAX_DEPTH)}), "t")


def test_the_largest_document_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("bounds", "yaml_template"):
        monkeypatch.setattr(f"sls_leastpriv.read.{module}.MAX_VALUES", 50)
    for text in (json.dumps({"Resources": {}, "Metadata": list(range(60))}), f"Resources: {{}}\nMetadata: {list(range(60))}"):
        with pytest.raises(ServiceError, match="values once its references are followed"):
            load_template(text, "t")


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        (f"found undefined alias '{SECRET}'", "found undefined alias"),
        (f'found undefined tag handle "{SECRET}" here', "found undefined tag handle here"),
        ("expected <block end>, but found '<scalar>'", "expected <block end>, but found '<scalar>'"),
        ("found character '\t' that cannot start any token", "found character '\t' that cannot start any token"),
    ],
)
def test_the_yaml_parsers_complaints_lose_what_stands_in_the_file(problem: str, shown: str) -> None:
    from sls_leastpriv.read.yaml_text import _without_content

    assert _without_content(problem) == shown


def test_without_the_c_parser_the_same_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("yaml_text", "yaml_template"):
        monkeypatch.setattr(f"sls_leastpriv.read.{module}.LOADER", yaml.SafeLoader)
    assert properties("A: !Sub ['${A}', {A: !Ref B}]") == {"A": {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}}
    for what in ("truncated YAML", "a password that reads as an alias", "billion laughs", "NUL", "a tab as indentation"):
        test_bad_input_is_one_clear_error(what)


def test_json_imports_no_yaml(tmp_path: Path) -> None:
    """Start-up time is a feature: PyYAML and cfn-flip cost more than predicting a template does."""
    path = tmp_path / "t.json"
    path.write_text('{"Resources": {}}')
    program = (
        "import sys; from sls_leastpriv.read.template import read_template; read_template(sys.argv[1]);"
        "print(sorted({'yaml', 'cfn_tools', 'cfn_flip', 'jsonschema', 'boto3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
