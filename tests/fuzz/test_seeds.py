"""Each target over its seeds, and over what fuzzing found: nothing comes back."""

from __future__ import annotations

import pytest

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_no_seed_fails(name: str) -> None:
    for seed in seeds(name):
        TARGETS[name](seed)
