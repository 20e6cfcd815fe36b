"""Joins the rows of two files by key in DuckDB, in whatever order they stand.

One full join on the key pairs all rows; rows that are equal are dropped within it. Counting what is
left shows whether a key stands twice. Everything here is SQL; every text in it is quoted.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from interopwatch.compare.csvfile import NO_TEXT
from interopwatch.compare.diagnosis import explain, explain_double
from interopwatch.compare.duckdb import Connection, connect, literal, quoted
from interopwatch.compare.fallback import Fallback
from interopwatch.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions

_BUFFER = 8_000_000
"""Bytes read at a time: with larger buffers, more memory may suffice less."""
_LONGEST = 2_000_000
"""The longest line in bytes: what DuckDB takes if nothing is said (its documentation of CSV)."""


EQUAL, ADDED, REMOVED, CHANGED = range(4)
"""Where the rows of a pair stand: in both files, in the newer one, in the older one, in both."""


class Source(Struct, frozen=True):
    """A file as the engine sees it.

    Attributes:
        file: The file.
        query: A query for its rows: the key as ``k0``, ``k1`` and so on, and what is compared
            as ``v0``, ``v1`` and so on, none of them null.
        values: How many columns are compared.
        payload: What makes one value of a row, given what the row is called.
        count: Counts its rows, if that costs little.
    """

    file: CsvFile
    query: str
    values: int
    payload: str
    count: Callable[[], int] | None

    @property
    def most(self) -> int:
        """As many rows as it can have at the most: each cell takes a byte to end it."""
        return self.file.size // max(1, len(self.file.header)) + 1

    @property
    def keys(self) -> list[str]:
        """The columns of the key."""
        return [f"k{i}" for i in range(len(self.file.resource.primary_key))]


def by_line(file: CsvFile, fields: Sequence[str]) -> Source:
    """A file whose lines are records as they stand: no cell is looked at but the key's.

    Args:
        file: The file.
        fields: Its fields, and after them those that only the other file has: each line is
            taken with as many empty cells more.
    """
    delimiter = quoted(file.resource.dialect.delimiter)
    more = quoted(file.resource.dialect.delimiter * (len(fields) - len(file.header)))
    parts = []
    for name in file.resource.primary_key:
        place = file.header.index(name)
        cell = (
            f"string_split(line, {delimiter})[{place + 1}]"
            if place
            else f"substring(line, 1, instr(line, {delimiter}) - 1)"
        )
        parts.append(_meant(cell, name, file))
    query = (
        f"SELECT {_listed(parts)}, line || {more} AS v0 "
        f"FROM read_csv({quoted(literal(file.path))}, auto_detect = false, header = true, "
        f"delim = {quoted(NO_TEXT.decode())}, quote = '', escape = '', "
        f"buffer_size = {_BUFFER}, max_line_size = {_LONGEST}, columns = {{'line': 'VARCHAR'}})"
    )
    return Source(file, query, 1, "{0}.v0", lambda: file.bare_lines or 0)


def by_cell(file: CsvFile, fields: Sequence[str]) -> Source:
    """A file read as CSV.

    Args:
        file: The file.
        fields: The cells to compare, in this order; a field that it lacks is empty.
    """
    dialect = file.resource.dialect
    columns = ", ".join(f"{quoted(f'c{i}')}: 'VARCHAR'" for i in range(len(file.header)))
    # What stands for a missing value is what no text holds, so that an empty cell is a text.
    nothing = quoted(NO_TEXT.decode())
    cell = {name: f"coalesce(c{i}, {nothing})" for i, name in enumerate(file.header)}
    parts = [_meant(cell[name], name, file) for name in file.resource.primary_key]
    compared = [cell.get(name, "''") for name in fields]
    row = ", ".join(f"{each} AS v{i}" for i, each in enumerate(compared))
    query = (
        f"SELECT {_listed(parts)}, {row} FROM read_csv({quoted(literal(file.path))}, "
        f"delim = {quoted(dialect.delimiter)}, quote = {quoted(dialect.quote)}, "
        f"escape = {quoted(dialect.quote)}, header = true, auto_detect = false, "
        f"columns = {{{columns}}}, nullstr = {nothing}, strict_mode = true, "
        f"buffer_size = {_BUFFER}, max_line_size = {_LONGEST})"
    )
    payload = ", ".join(f"{{0}}.v{i}" for i in range(len(fields)))
    return Source(file, query, len(fields), f"[{payload}]", None)


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(f"{part} AS k{i}" for i, part in enumerate(parts))


def _meant(cell: str, name: str, file: CsvFile) -> str:
    """A key's cell as what it means: 01 and 1 are one integer."""
    if file.resource.by_name[name].type == "integer":
        return f"coalesce(CAST(TRY_CAST({cell} AS HUGEINT) AS VARCHAR), {cell})"
    return cell


def in_order(source: Source) -> str:
    """By what to sort keys: numbers as numbers, texts by code point, nothing first."""
    options = []
    for key, name in zip(source.keys, source.file.resource.primary_key, strict=True):
        if source.file.resource.by_name[name].type == "integer":
            options.append(f"TRY_CAST({key} AS HUGEINT) NULLS FIRST")
        options.append(f"{key} NULLS FIRST")
    return ", ".join(options)


def odd_keys(source: Source) -> str:
    """Whether a row has no key, or an integer of which the engine does not know the value."""
    kinds = zip(source.keys, source.file.resource.primary_key, strict=True)
    odd = [
        f"({key} <> '' AND TRY_CAST({key} AS HUGEINT) IS NULL)"
        for key, name in kinds
        if source.file.resource.by_name[name].type == "integer"
    ]
    none = " AND ".join(f"{key} = ''" for key in source.keys)
    return " OR ".join([*odd, f"({none})"])


class Joined(Struct, frozen=True):
    """The rows that differ between two files, in the engine's keeping.

    Attributes:
        added: How many rows only the newer file has.
        removed: How many rows only the older file has.
    """

    added: int
    removed: int
    _connection: Connection
    _old: Source
    _new: Source

    def pairs(self) -> Iterator[list[tuple[Any, Any]]]:
        """The rows that differ, in the order of their keys: lines or lists of cells.

        Raises:
            MemoryLimitError: It takes more memory than it may.
            TableError: The engine fails.
        """
        order = in_order(self._new)
        try:
            yield from self._connection.rows(
                f"SELECT was, now FROM differing WHERE side <> {EQUAL} ORDER BY {order}"
            )
        except Fallback as error:  # it has read both files by now
            raise TableError(f"{self._new.file.place}: it cannot be compared: {error}") from None


@contextmanager
def joined(
    read: Callable[[CsvFile, Sequence[str]], Source],
    old: CsvFile,
    new: CsvFile,
    fields: tuple[str, ...],
    options: DiffOptions,
) -> Iterator[Joined]:
    """Pair the rows of two files by key, and compare these fields.

    Args:
        read: :func:`by_line` for files whose lines are records as they stand, and begin with like
            fields; else :func:`by_cell`.
        old: The file before.
        new: The file after.
        fields: The fields to compare.
        options: How much memory to use, and whether keys are trusted.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than it may.
        Fallback: The engine cannot read a file.
    """
    with connect(options) as made:
        yield _paired(made, read(old, fields), read(new, fields), options)


def check_keys(file: CsvFile, options: DiffOptions) -> None:
    """See that no key stands twice in a file.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than it may.
        Fallback: The engine cannot read the file.
    """
    if file.has_long_lines:
        raise Fallback("a line may be longer than the engine's buffer")
    with connect(options) as made:
        _check(made, (by_line if file.has_bare_lines else by_cell)(file, file.header))


def _paired(made: Connection, old: Source, new: Source, options: DiffOptions) -> Joined:
    # Only keys that stand twice in both files make more pairs than there are rows.
    made.run(f"{_join(old, new)} LIMIT {old.most + new.most + 1}", "pairing rows")
    sides = ", ".join(f"count(*) FILTER (side = {side})" for side in (ADDED, REMOVED))
    every = "count(*)" if options.trust_keys else f"count(DISTINCT ({', '.join(new.keys)}))"
    odd_ones = f"count(*) FILTER (side <> {EQUAL} AND ({odd_keys(new)}))"
    counted = made.row(f"SELECT count(*), {sides}, {every}, {odd_ones} FROM differing")
    assert counted is not None, "an aggregate always has a row"
    total, added, removed, keys, odd = counted
    # Where each key stands once in either file, each makes one pair, and so does each row.
    missed = any(
        source.count is not None and source.count() != total - without
        for source, without in ((old, added), (new, removed))
    )
    if keys != total or missed:
        _check(made, old)
        _check(made, new)
        raise Fallback("rows were miscounted, as blank lines are")
    if odd:
        raise Fallback("a row has no key, or an integer key that the engine does not know")
    return Joined(added, removed, made, old, new)


def _join(old: Source, new: Source) -> str:
    """The query that makes the table ``differing``: a row for each pair, packed if it differs.

    Rows are packed into one value only where they differ, which few of them do.
    """
    keys = new.keys
    both = ", ".join(f"one.{k} AS one_{k}, other.{k} AS other_{k}" for k in keys)
    same = " AND ".join(f"one.{k} = other.{k}" for k in keys)
    differ = " OR ".join(f"one.v{i} IS DISTINCT FROM other.v{i}" for i in range(new.values))
    kept = ", ".join(f"coalesce(one_{k}, other_{k}) AS {k}" for k in keys)
    was, now = old.payload.format("one"), new.payload.format("other")
    side = (
        f"CASE WHEN NOT differ THEN {EQUAL} WHEN is_new THEN {ADDED} WHEN is_gone THEN {REMOVED} "
        f"ELSE {CHANGED} END::UTINYINT"
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {side} AS side, {kept}, "
        "CASE WHEN NOT is_new THEN was END AS was, CASE WHEN NOT is_gone THEN now END AS now "
        f"FROM (SELECT {both}, {differ} AS differ, "
        "one.v0 IS NULL AS is_new, other.v0 IS NULL AS is_gone, "
        f"CASE WHEN {differ} THEN {was} END AS was, CASE WHEN {differ} THEN {now} END AS now "
        f"FROM ({old.query}) one FULL JOIN ({new.query}) other ON {same})"
    )


def _check(made: Connection, source: Source) -> None:
    """See that no key stands twice.

    Raises:
        KeyProblemError: A key stands twice.
    """
    key = ", ".join(source.keys)
    twice = made.row(
        f"SELECT {key} FROM ({source.query}) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1",
        "looking for keys that stand twice",
    )
    if twice is not None:
        explain(source.file)
        explain_double(source.file, twice)
