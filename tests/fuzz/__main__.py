"""`python -m tests.fuzz TARGET [FILE] [--seconds N] [--corpus DIR]`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

from tests.fuzz.seeds import FOUND, seeds

CORPUS = Path(__file__).parents[2] / ".fuzz"


def main() -> None:
    """Fuzzes until the time is over or an input fails, which is written into the corpus' folder; or runs one input."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", allow_abbrev=False)
    parser.add_argument("target")
    parser.add_argument("file", nargs="?", type=Path, help="run this input instead")
    parser.add_argument("--seconds", type=int, default=1200)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="where inputs that reach more code are kept")
    options = parser.parse_args()
    if options.file is not None:
        from tests.fuzz.targets import TARGETS

        TARGETS[options.target](options.file.read_bytes())
        return
    _fuzz(options.target, options.seconds, options.corpus / options.target)


def _fuzz(name: str, seconds: int, corpus: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["sls_leastpriv"]):
        import sls_leastpriv

        # now, because verbs import what they need only when they run
        for module in pkgutil.walk_packages(sls_leastpriv.__path__, "sls_leastpriv."):
            if not module.name.startswith("sls_leastpriv.maintain") and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
        from tests.fuzz.targets import TARGETS
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=400", "-len_control=20"]
    arguments = [*limits, f"-max_total_time={seconds}", f"-artifact_prefix={corpus.parent}/{name}-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *arguments, str(corpus), *(str(path) for path in (FOUND / name,) if path.exists())], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
