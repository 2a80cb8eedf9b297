"""The closed loop whose CloudFormation is LocalStack's: one for all tests of a process, and one process at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.engine.install import engine_missing
from tests.e2e.engine.running_engine import loop_with_engine, start_anew
from tests.e2e.loop.loop import Loop


@pytest.fixture(scope="session")
def running_with_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    if problem := engine_missing():
        pytest.skip(problem)
    with loop_with_engine(tmp_path_factory.mktemp("engine")) as loop:
        yield loop


@pytest.fixture
def engine_loop(running_with_engine: Loop) -> Loop:
    """The loop, with an AWS that has nothing in it."""
    start_anew(running_with_engine)
    return running_with_engine
