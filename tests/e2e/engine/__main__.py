"""`python -m tests.e2e.engine` installs LocalStack for the closed loop; with `matrix [SERVICE…]` it lives through all plots."""

from __future__ import annotations

import sys

from tests.e2e.engine.install import engine_missing, engine_python, install


def main(words: list[str]) -> int:
    """Exit code 1 where a plot did not end well."""
    if engine_missing() is not None:
        install()
    if words[:1] != ["matrix"]:
        print(engine_python())
        return 0
    from tests.e2e.engine.matrix import matrix

    return matrix(words[1:])


sys.exit(main(sys.argv[1:]))
