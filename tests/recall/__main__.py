"""`python -m tests.recall [--cases DIR] [--policies DIR] [--package [RECORD …]]`.

Prints a Markdown table; exit code 1 where a request is missed or a forbidden one allowed that is not known to be `unmet`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.recall.judge import Verdict, given, judge, predicted
from tests.recall.package import package
from tests.recall.record import MalformedRecord, Record, Request, records

CASES = Path(__file__).parent / "records"


def main() -> int:
    """Judges every record, or packages services anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.recall", allow_abbrev=False)
    parser.add_argument("--cases", type=Path, default=CASES, help="a folder of records (default: those of the repository)")
    parser.add_argument("--policies", type=Path, help="judge another tool's policies: a folder with <record>.json each")
    parser.add_argument("--package", nargs="*", metavar="RECORD", help="package these services anew with osls, or all")
    options = parser.parse_args()
    try:
        found = records(options.cases)
    except MalformedRecord as error:
        parser.error(str(error))
    if options.package is not None:
        if strange := set(options.package) - {record.name for record in found}:
            parser.error(f"no such record: {', '.join(sorted(strange))}")
        return _package([record for record in found if not options.package or record.name in options.package])
    source = given(options.policies) if options.policies else predicted
    verdicts = [judge(record, source) for record in found]
    print(table(verdicts))
    unknown = [request for verdict in verdicts for request in (*verdict.misses, *verdict.broken) if not request.unmet]
    return 1 if unknown else 0


def _package(found: list[Record]) -> int:
    services = [record for record in found if record.framework != "none"]
    for record in services:
        try:
            package(record)
        except subprocess.CalledProcessError as error:
            print(f"{record.name}: {error.stderr}", file=sys.stderr)
            return 1
    print(f"{len(services)} services packaged")
    return 0


def table(verdicts: list[Verdict]) -> str:
    """The figures, and every request that was judged otherwise than the record says."""
    denied = sum(len(verdict.record.denied) for verdict in verdicts)
    forbidden = sum(len(verdict.record.forbid) for verdict in verdicts)
    missed, broken = (sum(len(requests) for requests in one) for one in zip(*((v.misses, v.broken) for v in verdicts), strict=True))
    whole = sum(not verdict.misses for verdict in verdicts)
    return "\n".join(
        [
            "| | of | |",
            "|---|---:|---:|",
            _row("records whose every denied request is allowed", whole, len(verdicts)),
            _row("denied requests allowed", denied - missed, denied),
            _row("forbidden requests not allowed", forbidden - broken, forbidden),
            *_list("missed", [(verdict, request) for verdict in verdicts for request in verdict.misses]),
            *_list("allowed and must not be", [(verdict, request) for verdict in verdicts for request in verdict.broken]),
        ]
    )


def _row(what: str, met: int, of: int) -> str:
    return f"| {what} | {met} of {of} | {100 * met / of if of else 100:.1f} % |"


def _list(title: str, requests: list[tuple[Verdict, Request]]) -> list[str]:
    if not requests:
        return []
    head = ["", f"| {title} | record | source | |", "|---|---|---|---|"]
    return head + [
        f"| `{request}` | {verdict.record.name} | {verdict.record.source} | {verdict.error or request.unmet or request.why} |"
        for verdict, request in requests
    ]


if __name__ == "__main__":
    sys.exit(main())
