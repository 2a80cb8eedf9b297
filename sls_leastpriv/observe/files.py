"""CloudTrail's log files, gzip or plain, added up by DuckDB in bounded memory. What cannot be read is reported, the rest used.

DuckDB is an optional extra: `pip install sls-leastpriv[observe]`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.errors import UsageError
from sls_leastpriv.observe.query import DUCKDB, Window, add_rows, query
from sls_leastpriv.observe.seen import Tally
from sls_leastpriv.observe.unpack import NotALog, unpack
from sls_leastpriv.read.presence import files_below, is_file, is_folder

_BATCH: Final = 64
_WHAT: Final = "CloudTrail's log"
_MEMORY: Final = "512MB"
_SUFFIXES: Final = (".json", ".json.gz", ".gz")
_COLUMNS: Final = (
    "userIdentity: 'STRUCT(arn VARCHAR, invokedBy VARCHAR, sessionContext STRUCT(sessionIssuer STRUCT(arn VARCHAR)))', "
    "eventTime: 'VARCHAR', eventSource: 'VARCHAR', eventName: 'VARCHAR', awsRegion: 'VARCHAR', sourceIPAddress: 'VARCHAR', "
    "errorCode: 'VARCHAR', requestParameters: 'JSON', resources: 'STRUCT(ARN VARCHAR)[]', eventType: 'VARCHAR', "
    "recipientAccountId: 'VARCHAR'"
)

Told = Callable[[int, int], None]
"""Is told how many files of how many are done."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A log file that could not be read, and why."""

    file: str
    reason: str


def log_files(sources: Sequence[str]) -> list[Path]:
    """The log files that are named, and those in folders that are named. UsageError for what is not there."""
    found: list[Path] = []
    for source in sources:
        path = Path(source)
        if is_folder(path, _WHAT):
            found += sorted(file for file in files_below(path, _WHAT) if file.name.endswith(_SUFFIXES))
        elif is_file(path, _WHAT):
            found.append(path)
        else:
            raise UsageError(f"`{source}` is neither a file nor a folder", help="name CloudTrail's log files, or a folder of them")
    return found


class LogFiles:
    """Adds up log files. UsageError where DuckDB is not installed."""

    def __init__(self, window: Window) -> None:
        self._connection = _connect()
        self._window = window
        self.unusable: list[Unusable] = []

    def add(self, files: Sequence[Path], tally: Tally, told: Told | None = None) -> None:
        """Adds the events of files to a tally."""
        for start in range(0, len(files), _BATCH):
            batch = files[start : start + _BATCH]
            with tempfile.TemporaryDirectory(prefix="leastpriv-") as folder:
                self._add(self._unpacked(batch, Path(folder)), tally)
            if told is not None:
                told(start + len(batch), len(files))

    def _unpacked(self, batch: Sequence[Path], folder: Path) -> list[tuple[Path, Path]]:
        """Each file of a batch that can be unpacked, and where it is then."""
        found: list[tuple[Path, Path]] = []
        for number, file in enumerate(batch):
            target = folder / f"{number}.json"
            try:
                unpack(file, target)
            except NotALog as error:
                self.unusable.append(Unusable(str(file), str(error)))
            else:
                found.append((file, target))
        return found

    def _add(self, batch: Sequence[tuple[Path, Path]], tally: Tally) -> None:
        """Adds a batch, or the halves of one that holds a broken file: DuckDB gives up a whole query for one file."""
        if not batch:
            return
        try:
            rows = self._connection.execute(self._query([target for _, target in batch])).fetchall()
        except Exception:
            if len(batch) == 1:
                self.unusable.append(Unusable(str(batch[0][0]), "its records are not in CloudTrail's format"))
                return
            middle = len(batch) // 2
            self._add(batch[:middle], tally)
            self._add(batch[middle:], tally)
            return
        add_rows(rows, tally)

    def _query(self, files: Sequence[Path]) -> str:
        names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        return query(f"read_json([{names}], columns = {{{_COLUMNS}}}, format = 'array')", DUCKDB, self._window)


def _connect() -> Any:
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "log files are read by DuckDB, which is not installed",
            help="`pip install 'sls-leastpriv[observe]'`; `observe --lookup` and `observe --athena` do without",
        ) from None
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    return connection
