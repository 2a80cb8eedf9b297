"""The closed loop whose CloudFormation is LocalStack's: one for all tests of a process, and one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.e2e.engine.install import engine_missing
from tests.e2e.engine.running_engine import at_rest, running_engine
from tests.e2e.loop.loop import Loop, running_loop


@pytest.fixture(scope="session")
def running_with_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    if problem := engine_missing():
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("engine")
    with running_loop(folder) as loop, running_engine(folder, loop.proxy.address) as engine:
        loop.backends.play("cloudformation", engine)
        loop.at_rest = partial(at_rest, engine)
        yield loop


@pytest.fixture
def engine_loop(running_with_engine: Loop) -> Loop:
    """The loop, with an AWS that has nothing in it. Stacks are removed by what each test does."""
    running_with_engine.moto.reset()
    return running_with_engine
