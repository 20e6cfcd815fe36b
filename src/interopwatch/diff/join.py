"""Drops the rows that two files share by an embedded relational engine, in any order.

DuckDB joins within a memory limit and spills to disk beyond it. The plan knows columns and
texts: no bytes, no types.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from interopwatch.diff.files import File

_SHARE: Final = 4
"""The engine may use one part in so many of the machine's memory."""
_NO_CELL: Final = "\x01"
"""What stands for a missing value: nothing, since an empty cell is an empty text."""


def join(old: File, new: File, *, trust_keys: bool = False) -> tuple[Table, Table]:
    """The rows of either file that the other does not have, cell by cell.

    Raises:
        KeyProblemError: A key stands twice.
        TableError: A file cannot be read as its descriptor says.
    """
    with _engine() as engine:
        _load(engine, "one", old)
        _load(engine, "other", new)
        if not trust_keys:
            _check(engine, "one", old)
            _check(engine, "other", new)
        return _lacking(engine, old, "one", "other"), _lacking(engine, new, "other", "one")


def count_texts(old: File, new: File, *, trust_keys: bool = False) -> tuple[int, ...]:
    """How many rows were added, removed and changed, and in how many each field changed.

    Cells are compared as texts, so this is for tables whose texts are their values.

    Returns:
        The rows added, removed and changed; then for each field of the header, in how many
        changed rows it differs.

    Raises:
        KeyProblemError: A key stands twice.
        TableError: A file cannot be read as its descriptor says.
    """
    key = [_name(column) for column in new.resource.primary_key]
    fields = [_name(column) for column in new.header]
    differs = [f"one.{field} <> other.{field}" for field in fields]
    both = "one.here AND other.here"
    counts = ["one.here IS NULL", "other.here IS NULL", f"{both} AND ({' OR '.join(differs)})"]
    counts += [f"{both} AND {each}" for each in differs]
    told = [f"count(*) FILTER ({each})" for each in counts]
    if not trust_keys:
        for mine, yours in (("one", "other"), ("other", "one")):
            keys = ", ".join(f"{mine}.{name}" for name in key)
            told.append(f"count(DISTINCT ({keys})) FILTER ({yours}.here IS NULL)")
        told.append("count(*)")
    query = (
        f"SELECT {', '.join(told)} FROM (SELECT *, true AS here FROM one) one "
        "FULL JOIN (SELECT *, true AS here FROM other) other "
        f"ON {' AND '.join(f'one.{name} = other.{name}' for name in key)}"
    )
    with _engine() as engine:
        _load(engine, "one", old)
        _load(engine, "other", new)
        found = [int(number) for number in _rows(engine, query, new)[0]]
        if not trust_keys:
            *found, lone_old, lone_new, pairs = found
            added, removed = found[:2]
            # Where each key stands once, so does each row of either file in the join.
            once = lone_old == removed and lone_new == added
            if not once or (old.count(), new.count()) != (pairs - added, pairs - removed):
                _check(engine, "one", old)
                _check(engine, "other", new)
        return tuple(found)


def check_keys(file: File) -> None:
    """See that no key stands twice in a file.

    Raises:
        KeyProblemError: A key stands twice.
        TableError: The file cannot be read as its descriptor says.
    """
    with _engine() as engine:
        _load(engine, "one", file)
        _check(engine, "one", file)


@contextmanager
def _engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of its own, which leaves nothing behind."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder, duckdb.connect() as engine:
        engine.execute("SET temp_directory = ?", [folder])
        engine.execute("SET memory_limit = ?", [f"{_memory() // _SHARE}B"])
        engine.execute("SET preserve_insertion_order = false")
        yield engine


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _load(engine: duckdb.DuckDBPyConnection, name: str, file: File) -> None:
    """Give a file a name in the engine; it is read when a query asks for it."""
    dialect = file.resource.dialect
    if dialect.encoding.lower().replace("-", "") != "utf8" or not dialect.double_quote:
        raise TableError(
            f"{file.place}: a table of this size is compared as UTF-8 with doubled quotes only",
            hint="Convert it, for instance with `interopwatch tidy`.",
        )
    columns = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in file.header)
    options = (
        f"delim = {_text(dialect.delimiter)}, quote = {_text(dialect.quote)}, "
        f"escape = {_text(dialect.quote)}, header = true, auto_detect = false, "
        f"columns = {{{columns}}}, nullstr = {_text(_NO_CELL)}, strict_mode = true"
    )
    engine.execute(
        f"CREATE VIEW {name} AS SELECT * FROM read_csv({_text(str(file.path))}, {options})"
    )


def _check(engine: duckdb.DuckDBPyConnection, name: str, file: File) -> None:
    key = ", ".join(_value(column, file) for column in file.resource.primary_key)
    query = f"SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    double = _rows(engine, query, file)
    if double:
        pairs = zip(file.resource.primary_key, double[0], strict=True)
        told = ", ".join(f"{column}={value!r}" for column, value in pairs)
        raise KeyProblemError(
            f"{file.place}: the key {told} stands more than once",
            hint="Remove or renumber one of the rows.",
        )


def _lacking(engine: duckdb.DuckDBPyConnection, file: File, mine: str, yours: str) -> Table:
    columns = ", ".join(_name(column) for column in file.header)
    query = f"SELECT {columns} FROM {mine} ANTI JOIN {yours} USING ({columns})"
    rows = _rows(engine, query, file)
    header = file.header
    made = tuple(dict(zip(header, row, strict=True)) for row in rows)
    return Table(file.resource, made, (), file.place)


def _rows(engine: duckdb.DuckDBPyConnection, query: str, file: File) -> list[tuple[str, ...]]:
    import duckdb

    try:
        return engine.execute(query).fetchall()
    except duckdb.Error as error:
        first = str(error).splitlines()[0].replace(str(file.path), file.place)
        raise TableError(f"{file.place}: it cannot be compared: {first}") from None


def _value(column: str, file: File) -> str:
    """A key's cell as what it means: 01 and 1 are one integer."""
    name = _name(column)
    if file.resource.by_name[column].type == "integer":
        return f"coalesce(CAST(TRY_CAST({name} AS HUGEINT) AS VARCHAR), {name})"
    return name


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
