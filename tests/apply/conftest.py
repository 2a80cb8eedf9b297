"""One moto server for the tests of this folder, empty at the start of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.moto_server import Moto, moto_server


@pytest.fixture(scope="session")
def running() -> Iterator[Moto]:
    with moto_server() as server:
        yield server


@pytest.fixture
def moto(running: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    running.reset()
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    return running
