"""Log files below a prefix of S3: fetched a few at a time into a folder that is gone again at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.errors import UsageError

SCHEME: Final = "s3://"
_BATCH: Final = 64


def objects(aws: Aws, location: str) -> list[tuple[str, str]]:
    """Bucket and key of all log files below `s3://bucket/prefix`. AwsError when they may not be listed."""
    bucket, _, prefix = location.removeprefix(SCHEME).partition("/")
    if not bucket:
        raise UsageError(f"`{location}` names no bucket", help="give `s3://bucket/AWSLogs/…`")
    listed = aws.pages("s3", "list_objects_v2", "Contents", Bucket=bucket, Prefix=prefix)
    return [(bucket, str(one["Key"])) for one in listed if str(one["Key"]).endswith((".json.gz", ".json"))]


def batches(found: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    """The objects in batches that fit on any disk."""
    for start in range(0, len(found), _BATCH):
        yield found[start : start + _BATCH]


@contextmanager
def fetched(aws: Aws, batch: Sequence[tuple[str, str]]) -> Iterator[list[Path]]:
    """The objects as files, as long as the context lasts."""
    client = aws.client("s3")
    with tempfile.TemporaryDirectory(prefix="leastpriv-") as folder, ThreadPoolExecutor(aws.parallel) as pool:
        names = [Path(folder) / f"{number}-{key.rpartition('/')[2]}" for number, (_, key) in enumerate(batch)]
        list(pool.map(lambda one: client.download_file(one[0][0], one[0][1], str(one[1])), zip(batch, names, strict=True)))
        yield names
