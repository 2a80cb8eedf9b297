"""Where `observe` looks: log files, an S3 prefix, CloudTrail itself, or Athena. All of them add up into the same tally."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sls_leastpriv.errors import AwsError, UsageError
from sls_leastpriv.observe.files import LogFiles, Unusable, log_files
from sls_leastpriv.observe.query import Window
from sls_leastpriv.observe.seen import Tally

if TYPE_CHECKING:
    from sls_leastpriv.check.aws import Aws

_SILENCE = 120.0
_S3 = "s3://"


@dataclass(frozen=True, slots=True)
class Observed:
    """What was added up, the files that could not be used, and notes for people."""

    tally: Tally
    unusable: tuple[Unusable, ...] = ()
    notes: tuple[str, ...] = ()


def observed(arguments: argparse.Namespace, window: Window, region: str | None) -> Observed:
    """Adds up what the arguments name. UsageError when they name too much, AwsError when AWS cannot be asked."""
    ways = [bool(arguments.source), arguments.athena is not None, arguments.lookup]
    if sum(ways) > 1:
        raise UsageError("log files, `--athena` and `--lookup` exclude each other", help="name one of them")
    where = arguments.region or region
    if arguments.source:
        return _from_files(arguments.source, window, where)
    if arguments.athena is not None:
        return _from_athena(arguments, window, where)
    return _from_cloudtrail(arguments, window, where)


def _from_files(sources: Sequence[str], window: Window, region: str | None) -> Observed:
    tally = Tally()
    reader = LogFiles(window)
    reader.add(log_files([one for one in sources if not one.startswith(_S3)]), tally, _progress)
    buckets = [one for one in sources if one.startswith(_S3)]
    if buckets:
        from sls_leastpriv.observe.bucket import batches, fetched, objects

        aws = _aws(region)
        for location in buckets:
            found = objects(aws, location)
            done = 0
            for batch in batches(found):
                with fetched(aws, batch) as files:
                    reader.add(files, tally)
                done += len(batch)
                _progress(done, len(found))
    return Observed(tally, tuple(reader.unusable))


def _from_athena(arguments: argparse.Namespace, window: Window, region: str | None) -> Observed:
    from sls_leastpriv.observe.athena import Place, add_up

    place = Place(arguments.athena, arguments.athena_output, arguments.workgroup)
    tally = Tally()
    add_up(_aws(region), place, window, tally)
    return Observed(tally)


def _from_cloudtrail(arguments: argparse.Namespace, window: Window, region: str | None) -> Observed:
    from sls_leastpriv.check.cache import endpoints
    from sls_leastpriv.check.identity import parse_identity
    from sls_leastpriv.observe.lookup import Lookup

    aws = _aws(region)
    user = next((one.name for arn in window.principals if (one := parse_identity(arn)) is not None and one.kind == "user"), None)
    # a relative time is another one in every run; what was asked for is the same
    name = f"{aws.access_key_id()} {region} {endpoints()} {arguments.since} {arguments.until} {','.join(window.principals)}"
    lookup = Lookup(aws, window, name=name, user=user if len(window.principals) == 1 else None, told=_tell)
    notes = ("an interrupted look-up is taken up again",) if lookup.resumed else ()
    try:
        return Observed(lookup.run(), notes=notes)
    except AwsError as error:
        if not lookup.tally.events:
            raise
        raise AwsError(error.message, help=f"the same command goes on after {lookup.tally.events:,} events; {error.help}") from None


def _aws(region: str | None) -> Aws:
    from sls_leastpriv.check.aws import Aws

    return Aws(region, _SILENCE)


def _progress(done: int, total: int) -> None:
    if total > 256 and (done == total or done % 1024 == 0):
        sys.stderr.write(f"read {done:,} of {total:,} files\n")


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
