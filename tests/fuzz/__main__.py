"""`python -m tests.fuzz TARGET [FILE] [--seconds N] [--corpus DIR]`."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import signal
import sys
from pathlib import Path

from tests.fuzz.seeds import FOUND, seeds

CORPUS = Path(__file__).parents[2] / ".fuzz"


def main() -> None:
    """Fuzzes until the time is over or an input fails, which is written into the corpus' folder; or runs one input."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", allow_abbrev=False)
    parser.add_argument("target")
    parser.add_argument("file", nargs="?", type=Path, help="run this input instead")
    parser.add_argument("--seconds", type=int, default=1200, help="of CPU, so that other work on the machine takes none of it")
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
    limits = ["-timeout=60", "-rss_limit_mb=2048", "-max_len=400", "-len_control=20"]
    arguments = [*limits, f"-artifact_prefix={corpus.parent}/{name}-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *arguments, str(corpus), *(str(path) for path in (FOUND / name,) if path.exists())], TARGETS[name])
    _end_after(seconds)
    atheris.Fuzz()


def _end_after(seconds: int) -> None:
    """Ends the run after so much CPU: the fuzzer itself can count the clock only."""
    # libFuzzer ends in order, with its figures, when it gets this signal
    signal.signal(signal.SIGPROF, lambda *_: os.kill(os.getpid(), signal.SIGUSR1))
    signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
