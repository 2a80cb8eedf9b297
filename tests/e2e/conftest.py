"""The closed loop for the tests of this folder: one for all tests of a process, since moto takes seconds to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.loop.loop import Loop, running_loop


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    with running_loop(tmp_path_factory.mktemp("loop")) as loop:
        yield loop


@pytest.fixture
def loop(running: Loop) -> Loop:
    """The loop, with an AWS that has nothing in it."""
    running.moto.reset()
    return running
