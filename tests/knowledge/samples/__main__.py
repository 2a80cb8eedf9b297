"""`python -m tests.knowledge.samples [NAME …]`: writes what the sample stacks need, for review."""

from __future__ import annotations

import sys

from tests.knowledge.samples import SAMPLES, sample_names, sample_text

for name in sys.argv[1:] or sample_names():
    (SAMPLES / f"{name}.txt").write_text(sample_text(name), "utf-8")
