"""`python -m tests.benchmarks [--json FILE] [--times N] [--peers DIR]`: a table on stdout."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks import asking, engine, peers, plugin
from tests.benchmarks.measure import Result


def main() -> None:
    """Measures all, prints it, and writes it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", allow_abbrev=False)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--times", type=int, default=5, help="of how many runs the best counts (default: 5)")
    parser.add_argument("--peers", type=Path, help=f"a folder with other tools: {peers.INSTALL}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = engine.bare(options.times)
        found = [Result("an interpreter that does nothing", bare, "`python -I -c pass`")]
        found += engine.results(folder, options.times)
        found += asking.results(folder, options.times)
        found += plugin.results(folder, options.times)
        found += peers.results(folder, options.peers and options.peers.absolute(), options.times)
    print(table(bare, found))
    if options.json is not None:
        engine.write_json(options.json, bare, found)


def table(bare: float, found: list[Result]) -> str:
    """The figures as Markdown."""
    rows = ["| what | seconds | × a bare interpreter | |", "|---|---:|---:|---|"]
    for one in found:
        seconds = "–" if one.seconds is None else f"{one.seconds:.3f}"
        ratio = one.ratio(bare)
        rows.append(f"| {one.name} | {seconds} | {'–' if ratio is None else f'{ratio:.1f}'} | {one.note} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
