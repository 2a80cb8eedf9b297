"""`python -m sls_leastpriv.maintain VERB`: what those who keep the knowledge run.

compile           TOML entries and published tables → the JSON that is read at run time
lint [FOLDER …]   what is unproven in the entries
new-entry TYPE    drafts an entry from the published tables
docs [--check]    writes, or compares, the generated documents
refresh [--check] rebuilds, or compares, the published tables from the pinned packages
"""

from __future__ import annotations

import sys

from sls_leastpriv.errors import LeastprivError, UsageError


def main(arguments: list[str]) -> int:
    """Runs one verb; exit code 1 when it found something."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    run = {"compile": _compile, "lint": _lint, "new-entry": _new_entry, "docs": _docs, "refresh": _refresh}.get(verb)
    if run is None:
        raise UsageError(f"`{verb}` is no verb that is known", help="one of compile, lint, new-entry, docs, refresh")
    return run(rest)


def _compile(arguments: list[str]) -> int:
    from sls_leastpriv.maintain.compile import write_compiled

    del arguments
    sys.stdout.write("".join(f"wrote {name}\n" for name in write_compiled()))
    return 0


def _lint(arguments: list[str]) -> int:
    from sls_leastpriv.maintain.lint import lint

    findings = [finding for folder in arguments or ["resources"] for finding in lint(folder)]
    sys.stdout.write("".join(f"{finding}\n" for finding in findings) + f"{len(findings)} findings\n")
    return 1 if findings else 0


def _new_entry(arguments: list[str]) -> int:
    from sls_leastpriv.maintain.draft import draft, draft_path

    if len(arguments) != 1:
        raise UsageError("which type is not said", help="for example: new-entry AWS::SQS::QueuePolicy")
    path = draft_path(arguments[0])
    if path.exists():
        raise UsageError(f"`{arguments[0]}` has an entry already", help=f"edit {path.name}")
    text = draft(arguments[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    sys.stdout.write(f"wrote {path}: decide each TODO, then run lint and compile\n")
    return 0


def _docs(arguments: list[str]) -> int:
    from sls_leastpriv.maintain.generated_documents import generated_documents

    stale = 0
    for path, text in generated_documents().items():
        current = path.read_text("utf-8") if path.exists() else ""
        if current == text:
            continue
        stale += 1
        if "--check" in arguments:
            sys.stdout.write(f"{path} is not what the entries say: run `docs`\n")
        else:
            path.write_text(text, "utf-8", newline="\n")
            sys.stdout.write(f"wrote {path}\n")
    return 1 if stale and "--check" in arguments else 0


def _refresh(arguments: list[str]) -> int:
    from sls_leastpriv.maintain.published import main as refresh

    return refresh(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LeastprivError as error:
        sys.stderr.write(f"error: {error.message}\nhelp: {error.help}\n")
        sys.exit(error.exit_code)
