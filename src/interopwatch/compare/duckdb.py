"""Embedded DuckDB: limited in memory, spilling to disk, and interruptible.

:class:`Connection` runs the queries of :mod:`interopwatch.compare.join`; :class:`DuckDb` is the
engine selected with ``--engine duckdb``.
"""

from __future__ import annotations

import re
import tempfile
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from interopwatch.compare.csvfile import CsvFile
from interopwatch.compare.engine_tables import (
    Column,
    check_dialect,
    header_in,
    typed_columns,
)
from interopwatch.compare.fallback import Fallback
from interopwatch.errors import MemoryLimitError, TableError
from interopwatch.extras import extra, has_extra
from interopwatch.package.table import checked_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from interopwatch.compare.engine_tables import EngineTable, Kind
    from interopwatch.compare.options import DiffOptions

_PATIENCE: Final = 0.1
"""Seconds between two checks of a query's progress and of interrupts."""
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("varchar", "boolean", "date", "time", "uuid", "enum"), "text"),
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint", "hugeint"), "text"),
    **dict.fromkeys(("utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"), "text"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), "timestamp"),
    "timestamp with time zone": "instant",
    "decimal": "decimal",
}


class Steps(Struct, frozen=True):
    """The row counts of a query that joins two tables.

    Attributes:
        scanned: The number of rows read from both tables together.
        joined: The number of pairs that the join returned.
    """

    scanned: int
    joined: int


class Connection:
    """A connection to a private in-memory database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, options: DiffOptions) -> None:
        self._connection = connection
        self._options = options

    def steps(self, query: str, what: str = "comparing") -> Steps | None:
        """Run a query that joins two tables, and return its row counts.

        DuckDB counts the rows of each step as it runs. To count them in SQL, all pairs would have
        to be kept, which took a tenth of the time of a join of a million rows.

        Returns:
            The row counts; ``None`` if this version of DuckDB does not report them.

        Raises:
            MemoryLimitError: It takes more memory than allowed.
            Fallback: DuckDB raises an error, whose message is the reason.
        """
        found = self.row(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", what)
        assert found is not None, "a plan always has a row"
        steps = list(_steps_of(msgspec.json.decode(found[1])))
        scanned = [rows for kind, rows in steps if kind == "TABLE_SCAN"]
        joined = [rows for kind, rows in steps if kind.endswith("_JOIN")]
        if len(scanned) != 2 or len(joined) != 1 or None in (*scanned, *joined):  # noqa: PLR2004
            return None
        return Steps(sum(filter(None, scanned)), joined[0] or 0)

    def row(self, query: str, what: str = "counting") -> tuple[Any, ...] | None:
        """Run a query and return its first row; ``None`` if there is none.

        Raises:
            MemoryLimitError: It takes more memory than allowed.
            Fallback: DuckDB raises an error, whose message is the reason.
        """
        return next(iter(self.rows(query, what)), None)

    def rows(self, query: str, what: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows.

        Raises:
            MemoryLimitError: It takes more memory than allowed.
            Fallback: DuckDB raises an error, whose message is the reason.
        """
        found: list[tuple[Any, ...]]
        found = self._waited(lambda: self._connection.execute(query).fetchall(), what)
        return found

    def _waited(self, work: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - the result of work
        """Run ``work`` in a thread, since DuckDB itself does not react to Ctrl-C."""
        duckdb = _library()
        found: list[Any] = []
        failed: list[BaseException] = []
        begun, done, given_up = threading.Event(), threading.Event(), threading.Event()

        def run() -> None:
            begun.set()
            try:
                if not given_up.is_set():
                    found.append(work())
            except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
                failed.append(error)
            finally:
                done.set()

        try:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            while not done.wait(_PATIENCE):
                progress = self._connection.query_progress()
                self._options.watch(what, progress / 100 if progress > 0 else None)
            thread.join()  # a process with threads is not forked
        except BaseException:
            given_up.set()
            # An interrupt before the query has begun has no effect, and a connection with a running
            # query cannot be closed.
            while begun.is_set() and not done.is_set():
                self._connection.interrupt()
                done.wait(_PATIENCE)
            raise
        if not failed:
            return found[0]
        try:
            raise failed[0]
        except duckdb.OutOfMemoryException:
            raise _too_little(self._options) from None
        except duckdb.Error as error:
            raise Fallback(str(error).partition("\n")[0]) from None


def _library() -> Any:  # noqa: ANN401 - a module
    """Return DuckDB without its Python layer, which takes 70 of 90 ms to import."""
    if has_extra("duckdb"):
        with suppress(ModuleNotFoundError):  # older versions have no such top-level module
            import _duckdb

            return _duckdb
    import duckdb

    return duckdb


@contextmanager
def connect(options: DiffOptions) -> Iterator[Connection]:
    """Provide a connection that respects the memory limit of the options.

    Raises:
        MissingExtraError: DuckDB is not installed.
        MemoryLimitError: DuckDB cannot start within the limit.
    """
    with extra("duckdb", "tables of this size"):
        duckdb = _library()
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        config: dict[str, Any] = {
            "memory_limit": f"{options.bytes}B",
            "temp_directory": folder,
            "preserve_insertion_order": False,  # every result is sorted or matched by key
        }
        try:
            connection = duckdb.connect(config=config)
        except duckdb.Error:
            raise _too_little(options) from None
        with connection:
            connection.execute("SET enable_progress_bar_print = false")  # see DiffOptions.watch
            connection.execute("SET TimeZone = 'UTC'")  # or timestamps would be in local time
            yield Connection(connection, options)


class DuckDb:
    """DuckDB as an engine. It reads local files only."""

    doubtful = ""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, name: str, place: EngineTable) -> tuple[Column, ...]:
        """Create a view of a table; see :class:`interopwatch.compare.engines.Engine`."""
        if place.path is None:
            raise TableError(f"{place.where}: only Spark reads it", hint="Use --engine spark.")
        if place.resource.format == "parquet":
            source, columns = self._parquet(place)
        else:
            source, columns = self._csv(place)
        # Columns are numbered, since identifiers in DuckDB are case-insensitive.
        numbers = ", ".join(f"c{at}" for at in range(len(columns)))
        cells = ", ".join(
            f"coalesce(CAST(c{at} AS VARCHAR), '') AS c{at}" for at in range(len(columns))
        )
        query = f"SELECT {cells} FROM {source} AS t({numbers})"
        self.rows(f"CREATE OR REPLACE VIEW {name} AS {query}", place.where)
        return columns

    def quoted(self, text: str) -> str:
        """Format a text as a literal; see :class:`interopwatch.compare.engines.Engine`."""
        return quoted(text)

    def rows(self, query: str, where: str) -> list[tuple[str, ...]]:
        """Run a query; see :class:`interopwatch.compare.engines.Engine`."""
        try:
            return self._connection.rows(query, "comparing")
        except Fallback as refused:
            raise TableError(f"{where}: it cannot be compared: {refused}") from None

    def _csv(self, place: EngineTable) -> tuple[str, tuple[Column, ...]]:
        check_dialect(place)
        parts = place.parts()
        header = checked_header(header_in(parts[0], place.resource), place.resource, place.where)
        for part in parts[1:]:
            if header_in(part, place.resource) != header:
                raise TableError(
                    f"{part}:1: the header is not that of {parts[0].name}",
                    hint="All part files of a table have the same columns in the same order.",
                )
        for part in parts:  # DuckDB silently omits a last line that is longer than its buffer
            if CsvFile(part, place.resource).has_long_lines:
                raise TableError(
                    f"{part}: a line of more than 1 MiB is too long for DuckDB",
                    hint="Compare without --engine.",
                )
        dialect = place.resource.dialect
        columns = ", ".join(f"c{at}: 'VARCHAR'" for at in range(len(header)))
        options = (
            f"delim = {quoted(dialect.delimiter)}, quote = {quoted(dialect.quote)}, "
            f"escape = {quoted(dialect.quote)}, header = true, auto_detect = false, "
            f"columns = {{{columns}}}, nullstr = '', strict_mode = true, hive_partitioning = false"
        )
        return f"read_csv({_listed(parts)}, {options})", tuple(Column(name) for name in header)

    def _parquet(self, place: EngineTable) -> tuple[str, tuple[Column, ...]]:
        source = f"read_parquet({_listed(place.parts())}, hive_partitioning = false)"
        types = self.rows(f"DESCRIBE SELECT * FROM {source}", place.where)
        described = ((name, type_name.lower()) for name, type_name, *_ in types)
        return source, typed_columns(place, described, _KINDS)


@contextmanager
def started(options: DiffOptions) -> Iterator[DuckDb]:
    """Provide DuckDB as an engine during the context."""
    with connect(options) as connection:
        yield DuckDb(connection)


def _steps_of(plan: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Yield the types and row counts of a plan's steps, under the keys of DuckDB 1 or 2."""
    kind = plan.get("type", plan.get("operator_type", ""))
    yield kind, plan.get("intermediate_rows", plan.get("operator_cardinality"))
    for name in ("operator", "children"):
        for step in plan.get(name, ()):
            yield from _steps_of(step)


def quoted(value: str) -> str:
    """Format a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def literal(path: Path) -> str:
    """Escape a path for DuckDB, which interprets paths as glob patterns."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


def _listed(parts: Sequence[Path]) -> str:
    return f"[{', '.join(quoted(literal(part)) for part in parts)}]"


def _too_little(options: DiffOptions) -> MemoryLimitError:
    return MemoryLimitError(
        f"comparing takes more than the {options.bytes:,} bytes of memory allowed",
        hint="Allow more with --memory-limit, or free disk space for temporary files.",
    )
