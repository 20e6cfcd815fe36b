"""DuckDB as an engine: embedded, on this machine, within a part of its memory."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from interopwatch.compare.located import Column, check_dialect, first_record
from interopwatch.compare.sources import literal
from interopwatch.errors import TableError
from interopwatch.package.table import checked_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from interopwatch.compare.located import Kind, Located

_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("VARCHAR", "BOOLEAN", "DATE", "TIME", "UUID", "ENUM"), "text"),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "text"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "text"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "instant",
    "DECIMAL": "decimal",
}


class Duckdb:
    """An embedded engine. It reads local files only."""

    dialect = "duckdb"
    doubtful = ""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def load(self, name: str, place: Located) -> tuple[Column, ...]:
        """Give a table a name; see :class:`interopwatch.compare.engines.Engine`."""
        if place.path is None:
            raise TableError(f"{place.where}: only Spark reads it", hint="Use --engine spark.")
        if place.resource.format == "parquet":
            source, columns = self._parquet(place)
        else:
            source, columns = self._csv(place)
        # Numbered, since the engine would take id and ID for one.
        numbers = ", ".join(f"c{at}" for at in range(len(columns)))
        cells = ", ".join(
            f"coalesce(CAST(c{at} AS VARCHAR), '') AS c{at}" for at in range(len(columns))
        )
        query = f"SELECT {cells} FROM {source} AS t({numbers})"
        self._run(f"CREATE OR REPLACE VIEW {name} AS {query}", place.where)
        return columns

    def rows(self, query: str, where: str) -> list[tuple[str, ...]]:
        """Run a query; see :class:`interopwatch.compare.engines.Engine`."""
        return self._run(query, where)

    def _csv(self, place: Located) -> tuple[str, tuple[Column, ...]]:
        check_dialect(place)
        parts = place.parts()
        header = checked_header(first_record(parts[0], place.resource), place.resource, place.where)
        for part in parts[1:]:
            if first_record(part, place.resource) != header:
                raise TableError(
                    f"{part}:1: the header is not that of {parts[0].name}",
                    hint="All part files of a table have the same columns in the same order.",
                )
        dialect = place.resource.dialect
        columns = ", ".join(f"c{at}: 'VARCHAR'" for at in range(len(header)))
        options = (
            f"delim = {_text(dialect.delimiter)}, quote = {_text(dialect.quote)}, "
            f"escape = {_text(dialect.quote)}, header = true, auto_detect = false, "
            f"columns = {{{columns}}}, nullstr = '', strict_mode = true, hive_partitioning = false"
        )
        return f"read_csv({_listed(parts)}, {options})", tuple(Column(name) for name in header)

    def _parquet(self, place: Located) -> tuple[str, tuple[Column, ...]]:
        source = f"read_parquet({_listed(place.parts())}, hive_partitioning = false)"
        columns = []
        for name, told, *_ in self._run(f"DESCRIBE SELECT * FROM {source}", place.where):
            kind = _KINDS.get(told if told in _KINDS else told.partition("(")[0])
            if kind is None or told.endswith("]"):
                raise TableError(
                    f"{place.where}: {name}: a column of the type {told.lower()} has no cells",
                    hint="Write it as text, or as a number, a truth value or a date.",
                )
            columns.append(Column(name, kind))
        header = [column.name for column in columns]
        checked_header(header, place.resource, place.where)
        return source, tuple(columns)

    def _run(self, query: str, where: str) -> list[tuple[str, ...]]:
        import duckdb

        try:
            return self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise TableError(f"{where}: it cannot be compared: {first}") from None


@contextmanager
def started(memory: int) -> Iterator[Duckdb]:
    """An engine of its own, which leaves nothing behind.

    Args:
        memory: How many bytes it may hold in memory before it spills to disk.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder, duckdb.connect() as engine:
        engine.execute("SET temp_directory = ?", [folder])
        engine.execute("SET memory_limit = ?", [f"{memory}B"])
        engine.execute("SET preserve_insertion_order = false")
        engine.execute("SET enable_progress_bar_print = false")
        engine.execute("SET TimeZone = 'UTC'")
        yield Duckdb(engine)


def _listed(parts: list[Path]) -> str:
    """Files by their names, none of which is a pattern."""
    return f"[{', '.join(_text(literal(part)) for part in parts)}]"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
