"""`read_text`: the text, or one clear error."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.text_file import read_text


def refused(path: str | Path, **options: int) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        read_text(path, "the template", **options)
    assert caught.value.help
    assert caught.value.exit_code == 3
    return caught.value


@given(st.text(st.characters(codec="utf-8")).filter(str.strip).filter(lambda text: not text.startswith("\ufeff")))
def test_text_comes_back_as_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("text") / "file"
    path.write_bytes(text.encode())
    assert read_text(path, "the template") == text


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(b"\xef\xbb\xbf{}")
    assert read_text(tmp_path / "t.json", "the template") == "{}"


def test_missing(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    assert refused(path).message == f"the template `{path}` does not exist"


def test_folder(tmp_path: Path) -> None:
    assert refused(tmp_path).message == f"the template `{tmp_path}` is a folder, not a file"


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf"])
def test_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.json").write_bytes(content)
    assert "is empty" in refused(tmp_path / "t.json").message


@pytest.mark.parametrize("content", [b'{"a": "\xff"}', '{"a": 1}'.encode("utf-16"), b"\x80"])
def test_not_utf_8(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.json").write_bytes(content)
    error = refused(tmp_path / "t.json")
    assert "is not UTF-8 text (byte " in error.message
    assert "UTF-8" in error.help


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("{}")
    path.chmod(0)
    assert "may not be read" in refused(path).message


def test_nul_in_the_path() -> None:
    assert "cannot be read: not a usable path" in refused("a\0b").message


def test_200_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    begin = time.perf_counter()
    assert "is larger than 50,000,000 bytes" in refused(path).message
    assert time.perf_counter() - begin < 0.5


def test_the_limit_itself_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("12345")
    assert read_text(path, "the template", limit=5) == "12345"
    assert "is larger than 4 bytes" in refused(path, limit=4).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def write() -> None:
        try:
            with path.open("wb") as pipe:
                pipe.write(b"x" * 1_000_000)
        except BrokenPipeError:
            pass

    writer = threading.Thread(target=write)
    writer.start()
    assert "is larger than 1,000 bytes" in refused(path, limit=1_000).message
    writer.join()


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("{“}".encode()), encoding="ascii"))
    assert read_text("-", "the hand-off") == "{“}"


@pytest.mark.parametrize("stdin", [io.TextIOWrapper(io.BytesIO(b"")), None])
def test_nothing_on_standard_input(monkeypatch: pytest.MonkeyPatch, stdin: object) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(ServiceError) as caught:
        read_text("-", "the hand-off")
    assert caught.value.message == "the hand-off on standard input is empty"
