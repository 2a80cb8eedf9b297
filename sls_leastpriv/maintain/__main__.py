"""`python -m sls_leastpriv.maintain VERB`: what those who keep the knowledge run."""

from __future__ import annotations

import sys

from sls_leastpriv.errors import LeastprivError

VERBS = ("compile", "lint", "refresh")


def main(arguments: list[str]) -> int:
    """Runs one verb; exit code 1 when it found something."""
    verb = arguments[0] if arguments else ""
    if verb == "compile":
        from sls_leastpriv.maintain.compile import write_compiled

        changed = write_compiled()
        sys.stdout.write("".join(f"wrote {name}\n" for name in changed))
        return 0
    if verb == "lint":
        from sls_leastpriv.maintain.lint import lint

        findings = [finding for folder in arguments[1:] or ["resources"] for finding in lint(folder)]
        sys.stdout.write("".join(f"{finding}\n" for finding in findings) + f"{len(findings)} findings\n")
        return 1 if findings else 0
    if verb == "refresh":
        from sls_leastpriv.maintain.published import main as refresh

        return refresh(arguments[1:])
    sys.stderr.write(f"error: `{verb}` is no verb that is known\nhelp: one of {', '.join(VERBS)}\n")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LeastprivError as error:
        sys.stderr.write(f"error: {error.message}\nhelp: {error.help}\n")
        sys.exit(error.exit_code)
