"""`resolve_references` undoes what the Framework does to objects that occur twice."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.bounds import check_bounds
from sls_leastpriv.read.cycled_json import resolve_references


def decycle(document: Any) -> Any:
    """What json-cycle's `decycle` does: the second occurrence of an object becomes a reference to the path of the first."""
    first: dict[int, str] = {}

    def walk(value: Any, path: str) -> Any:
        if not isinstance(value, dict | list):
            return value
        if id(value) in first:
            return {"$ref": first[id(value)]}
        first[id(value)] = path
        if isinstance(value, list):
            return [walk(item, f"{path}[{index}]") for index, item in enumerate(value)]
        return {key: walk(item, f"{path}[{json.dumps(key)}]") for key, item in value.items()}

    return walk(document, "$")


keys = st.text(max_size=4).filter(lambda key: key != "$ref") | st.sampled_from(['a"b', "a\\b", "]", '["x"]', "é", "\n"])
trees: st.SearchStrategy[Any] = st.recursive(
    st.integers() | st.text(max_size=4) | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def containers(value: Any) -> list[Any]:
    if not isinstance(value, dict | list):
        return []
    parts = value.values() if isinstance(value, dict) else value
    return [value, *(one for part in parts for one in containers(part))]


@st.composite
def shared(draw: st.DrawFn) -> Any:
    """A document in which some objects occur again later on, and none inside itself."""
    parts = draw(st.lists(trees, min_size=1, max_size=4))
    pool = [one for part in parts for one in containers(part)]
    again = draw(st.lists(st.sampled_from(pool), max_size=5)) if pool else []
    return {"parts": parts, "again": again, "nested": [{"deep": again[:1]}]}


@given(shared())
def test_what_was_decycled_comes_back(document: Any) -> None:
    written = json.loads(json.dumps(decycle(document)))
    assert resolve_references(written) == document


@given(trees)
def test_a_document_without_references_stays(document: Any) -> None:
    before = copy.deepcopy(document)
    assert resolve_references(document) == before


@given(shared(), st.data())
def test_cycles_are_cut_and_nothing_else_is_lost(document: Any, data: st.DataObject) -> None:
    before = copy.deepcopy(document)
    place = data.draw(st.sampled_from([one for one in containers(document) if isinstance(one, dict)]))
    target = data.draw(st.sampled_from([document, place]))
    place["back"] = target
    result = resolve_references(json.loads(json.dumps(decycle(document))))
    json.dumps(result)

    def without_back(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_back(item) for key, item in value.items() if key != "back"}
        return [without_back(item) for item in value] if isinstance(value, list) else value

    assert without_back(result) == without_back(before)


def ref(*path: str | int) -> dict[str, str]:
    return {"$ref": "$" + "".join(f"[{json.dumps(part)}]" for part in path)}


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        pytest.param({"a": {"x": 1}, "b": ref("a")}, {"a": {"x": 1}, "b": {"x": 1}}, id="shared"),
        pytest.param({"b": ref("a"), "a": {"x": 1}}, {"b": {"x": 1}, "a": {"x": 1}}, id="forward"),
        pytest.param({"a": [ref("c", 0)], "c": [{"x": 1}]}, {"a": [{"x": 1}], "c": [{"x": 1}]}, id="in a list"),
        pytest.param({"a": ref()}, {}, id="the whole document"),
        pytest.param({"a": {"b": {"up": ref("a"), "x": 1}}}, {"a": {"b": {"x": 1}}}, id="an ancestor"),
        pytest.param({"a": [1, ref("a"), 2]}, {"a": [1, 2]}, id="an ancestor, in a list"),
        pytest.param({"a": [ref("a"), 1, ref("nowhere"), 2]}, {"a": [1, 2]}, id="several of a list"),
        pytest.param({"a": ref("none", "where")}, {}, id="dangling"),
        pytest.param({"l": [1], "a": ref("l", 7)}, {"l": [1]}, id="dangling index"),
        pytest.param({"l": [1], "a": ref("l", "0")}, {"l": [1]}, id="a key into a list"),
        pytest.param({"a": ref("a")}, {}, id="itself"),
        pytest.param({"a": ref("b"), "b": ref("a")}, {}, id="each other"),
        pytest.param({"a": ref("b"), "b": ref("c"), "c": {"x": 1}}, {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}}, id="a chain"),
        pytest.param(
            {"a": ref("b", "x"), "b": ref("c"), "c": {"x": [1]}}, {"a": [1], "b": {"x": [1]}, "c": {"x": [1]}}, id="through one"
        ),
        pytest.param({"x": {"y": ref("z")}, "z": {"w": ref("x")}}, {"x": {"y": {}}, "z": {}}, id="a circle of two"),
        pytest.param({"$ref": "#/definitions/x"}, {"$ref": "#/definitions/x"}, id="of an API description"),
        pytest.param({"a": {"$ref": "$", "b": 1}}, {"a": {"$ref": "$", "b": 1}}, id="not the only key"),
        pytest.param({"a": {"$ref": '$["x'}}, {"a": {"$ref": '$["x'}}, id="not a path"),
        pytest.param({"a": {"$ref": ["$"]}}, {"a": {"$ref": ["$"]}}, id="not a text"),
        pytest.param("text", "text", id="a text"),
    ],
)
def test_references(written: Any, resolved: Any) -> None:
    assert resolve_references(written) == resolved


def test_a_tower_of_shared_objects_costs_nothing_until_it_is_walked() -> None:
    """2 to the power of 60 values in 60 lines: resolved at once, refused by the bounds."""
    document: dict[str, Any] = {"l0": {"x": 1}}
    for n in range(1, 61):
        document[f"l{n}"] = {"a": ref(f"l{n - 1}"), "b": ref(f"l{n - 1}")}
    resolved = resolve_references(document)
    assert resolved["l60"]["a"] is resolved["l60"]["b"]
    with pytest.raises(ServiceError, match="more than 2,000,000 values"):
        check_bounds(resolved["l60"], "the state")


def test_depth_needs_no_recursion() -> None:
    document: Any = {"end": ref("nowhere")}
    for _level in range(20_000):
        document = {"a": document}
    resolved = resolve_references(document)
    for _level in range(20_000):
        resolved = resolved["a"]
    assert resolved == {}


def test_many_references_take_linear_time() -> None:
    document = {"a": {"x": [1]}, "many": [ref("a", "x") for _n in range(50_000)]}
    assert resolve_references(document)["many"] == [[1]] * 50_000
