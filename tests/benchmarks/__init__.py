"""How fast it is, beside an interpreter that does nothing and beside its peers, in one run: `python -m tests.benchmarks`."""
