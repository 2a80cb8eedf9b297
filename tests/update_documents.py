"""`python -m tests.update_documents [FILE …]`: runs the examples of the documents and writes what they print, for review.

What is left out of an output (`…`) stays left out. What is no matter of output is only told: a setting that does not exist, or an
entry that does not read.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.documents.pages import documents, go_through
from tests.documents.play import Play


def main(names: list[str]) -> int:
    """Renews the named documents, or all → 1 where something is wrong with one."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as packages:
        for path in [Path(name).resolve() for name in names] or documents():
            with Play(Path(packages), renewing=True) as play:
                found, text = go_through(path, play)
            wrong += found
            if text != path.read_text("utf-8"):
                path.write_text(text, "utf-8")
                sys.stderr.write(f"wrote {os.path.relpath(path)}\n")
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
