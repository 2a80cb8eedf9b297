"""`python -m tests.crater --corpus DIR [--snapshots DIR] [--update]`: exit code 1 where something changed."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.crater.compare import changes
from tests.crater.snapshot import Snapshot, read, snapshot, templates, write


def main() -> int:
    """Predicts every template of the corpus and compares it with its snapshot, or writes that anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.crater", allow_abbrev=False)
    parser.add_argument("--corpus", type=Path, required=True, help="a folder of templates")
    parser.add_argument("--snapshots", type=Path, default=Path(".crater"), help="where snapshots are (default: .crater)")
    parser.add_argument("--update", action="store_true", help="write the snapshots")
    options = parser.parse_args()
    paths = templates(options.corpus)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        taken = dict(zip(paths, pool.map(snapshot, paths), strict=True))
    changed = 0
    for path, after in taken.items():
        kept = options.snapshots / path.relative_to(options.corpus).with_suffix(path.suffix + ".json")
        if options.update or not kept.exists():
            write(after, kept)
            continue
        lines = list(changes(read(kept), after))
        changed += bool(lines)
        if lines:
            print("\n".join([str(path.relative_to(options.corpus)), *(f"  {line}" for line in lines)]))
    print(figures(list(taken.values())), f"{changed} changed", sep=" · ")
    return 1 if changed else 0


def figures(taken: list[Snapshot]) -> str:
    """All templates in one line."""
    grants, anywhere = sum(one.grants for one in taken), sum(one.anywhere for one in taken)
    share = 100 * anywhere / grants if grants else 0.0
    unread = sum(one.exit_code != 0 for one in taken)
    return (
        f"{len(taken)} templates · {unread} not read · {grants:,} grants · {share:.1f} % of them on `*`"
        f" · {sum(len(one.gaps) for one in taken)} gaps · {sum(one.assumed for one in taken):,} needs assumed"
    )


if __name__ == "__main__":
    sys.exit(main())
