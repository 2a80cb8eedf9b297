"""Where fuzzing starts: nothing, each seed as it is, each with a few edits; and what was found before."""

from __future__ import annotations

import random
from pathlib import Path

FOUND = Path(__file__).with_name("found")
SEEDS = 24


def seeds(name: str) -> list[bytes]:
    """The inputs of a target that every run of the tests takes."""
    # the same ones each time
    chance = random.Random(name)
    made = [bytes([number]) + chance.randbytes(5 * (number % 4)) for number in range(SEEDS)]
    return [b"", *made, b"\xff{}", b"\xffa: [1, {b: c}]\n", *found(name)]


def found(name: str) -> list[bytes]:
    """The inputs that failed once."""
    return [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]
