"""Join the rows of two files by key in DuckDB, whatever their order.

One full join on the key pairs all rows, and equal pairs are dropped from its result. The number of
rows that the engine read, against the number of pairs, shows whether a key is duplicated.
Everything here is SQL, in which every text is quoted.
"""

from __future__ import annotations

import csv
import tempfile
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from interopwatch.compare.csvfile import NO_TEXT
from interopwatch.compare.diagnosis import explain, explain_double
from interopwatch.compare.duckdb import Connection, connect, literal, quoted
from interopwatch.compare.fallback import Fallback
from interopwatch.errors import MemoryLimitError, TableError
from interopwatch.files import open_text
from interopwatch.package.limits import MAX_CELL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions

    Sides = tuple[object, object]

_BUFFER = 8_000_000
"""DuckDB's read buffer in bytes; larger ones would use up more of the memory limit."""
_LONGEST = 2_000_000
"""The maximum length of a line in bytes: DuckDB's default (see its documentation of CSV)."""
_BATCH: Final = 512
"""Pairs to pass on at a time, as the scan does."""


class Source(Struct, frozen=True):
    """A file as a query of DuckDB.

    Attributes:
        file: The file.
        query: Selects its rows, with the compared columns ``c0``, ``c1`` and so on; never null.
        columns: The number of these columns. To compare them one by one took a tenth less time of a
            join than to compare them as one value.
        key_in: Returns the SQL expressions of the key, given the prefix of the numbered columns;
            they are null for a line too short to contain the key.
        delimiter: The delimiter of cells if the only column is a complete line; otherwise empty.
    """

    file: CsvFile
    query: str
    columns: int
    key_in: Callable[[str], list[str]]
    delimiter: str = ""

    @property
    def most(self) -> int:
        """An upper bound on its number of rows: each cell ends with a byte."""
        return self.file.size // max(1, len(self.file.header)) + 1

    @property
    def keys(self) -> list[str]:
        """The column names of the key, as the join selects it."""
        return [f"k{i}" for i in range(len(self.file.resource.primary_key))]

    def named(self, side: str) -> list[str]:
        """Return the names of the compared columns on one side of a pair."""
        return [f"{side}{i}" for i in range(self.columns)]

    def cells(self, sides: Sequence[Any]) -> list[list[str]]:
        """Split rows of the compared columns into cells."""
        if not self.delimiter:
            return [*sides]
        return [line.split(self.delimiter) for (line,) in sides]


def by_line(file: CsvFile, fields: Sequence[str]) -> Source:
    """Return the source of a file whose lines are records, of which only keys are extracted.

    Args:
        file: The file.
        fields: Its fields, followed by those that only the other file has, for which empty cells
            are appended to each line.
    """
    delimiter = quoted(file.resource.dialect.delimiter)
    more = quoted(file.resource.dialect.delimiter * (len(fields) - len(file.header)))

    def cell(line: str, place: int) -> str:
        if place:
            return f"string_split({line}, {delimiter})[{place + 1}]"
        return f"substring({line}, 1, instr({line}, {delimiter}) - 1)"

    def key_in(column: str) -> list[str]:
        return _meant([cell(f"{column}0", place) for place in places], file)

    places = [file.header.index(name) for name in file.resource.primary_key]
    query = (
        f"SELECT coalesce(line, '') || {more} AS c0 "
        f"FROM read_csv({quoted(literal(file.path))}, auto_detect = false, header = true, "
        f"delim = {quoted(NO_TEXT.decode())}, quote = '', escape = '', "
        f"buffer_size = {_BUFFER}, max_line_size = {_LONGEST}, columns = {{'line': 'VARCHAR'}})"
    )
    return Source(file, query, 1, key_in, file.resource.dialect.delimiter)


def by_cell(file: CsvFile, fields: Sequence[str]) -> Source:
    """Return the source of a file that is parsed as CSV.

    Args:
        file: The file.
        fields: The fields to compare, in this order; a field that the file lacks is empty.
    """
    dialect = file.resource.dialect
    read = [f"r{i}" for i in range(len(file.header))]
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in read)
    cells = dict(zip(file.header, read, strict=True))
    compared = ", ".join(f"{cells.get(name, quoted(''))} AS c{i}" for i, name in enumerate(fields))

    def key_in(column: str) -> list[str]:
        return _meant([f"{column}{fields.index(n)}" for n in file.resource.primary_key], file)

    # By default, DuckDB reads empty cells as null, and nulls never join.
    query = (
        f"SELECT {compared} FROM read_csv({quoted(literal(file.path))}, "
        f"delim = {quoted(dialect.delimiter)}, quote = {quoted(dialect.quote)}, "
        f"escape = {quoted(dialect.quote)}, header = true, auto_detect = false, "
        f"columns = {{{columns}}}, force_not_null = [{', '.join(map(quoted, read))}], "
        f"strict_mode = true, buffer_size = {_BUFFER}, max_line_size = {_LONGEST})"
    )
    return Source(file, query, len(fields), key_in)


def _meant(cells: Sequence[str], file: CsvFile) -> list[str]:
    """Return expressions that normalise the cells of a key: 01 and 1 are the same integer."""
    return [
        f"coalesce(CAST(TRY_CAST({cell} AS HUGEINT) AS VARCHAR), {cell})"
        if file.resource.by_name[name].type == "integer"
        else cell
        for cell, name in zip(cells, file.resource.primary_key, strict=True)
    ]


def in_order(source: Source) -> str:
    """Return the ORDER BY terms of a key: numbers by value, texts by code point, nulls first."""
    options = []
    for key, name in zip(source.keys, source.file.resource.primary_key, strict=True):
        if source.file.resource.by_name[name].type == "integer":
            options.append(f"TRY_CAST({key} AS HUGEINT) NULLS FIRST")
        options.append(f"{key} NULLS FIRST")
    return ", ".join(options)


def odd_keys(source: Source) -> str:
    """Return the condition for an empty or incomplete key, or an integer that DuckDB rejects."""
    kinds = zip(source.keys, source.file.resource.primary_key, strict=True)
    odd = [
        f"({key} <> '' AND TRY_CAST({key} AS HUGEINT) IS NULL)"
        for key, name in kinds
        if source.file.resource.by_name[name].type == "integer"
    ]
    none = " AND ".join(f"{key} = ''" for key in source.keys)
    lacking = [f"{key} IS NULL" for key in source.keys]
    return " OR ".join([*odd, *lacking, f"({none})"])


@contextmanager
def joined(old: Source, new: Source, options: DiffOptions) -> Iterator[Iterator[list[Sides]]]:
    """Pair the rows of two files by key.

    Args:
        old: The file before.
        new: The file after, read in the same way.
        options: The memory limit, and whether keys are trusted.

    Yields:
        The rows that differ, in batches and in the order of their keys, as arguments of
        :meth:`Source.cells`; ``None`` for a missing side. Both files have been read completely, and
        DuckDB has released its memory.

    Raises:
        KeyProblemError: A key is duplicated.
        MemoryLimitError: The join takes more memory than allowed.
        Fallback: DuckDB cannot read a file or its keys.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="interopwatch-"))
        path = Path(folder) / "pairs.csv"
        with connect(options) as made:
            _pair(made, old, new, options)
            _write(made, new, path)
        yield _pairs_in(stack.enter_context(open_text(path, "utf-8")), new.columns)


def _write(made: Connection, new: Source, path: Path) -> None:
    """Write the pairs to a CSV file, which takes half as long as to fetch them."""
    query = (
        f"COPY (SELECT {', '.join(new.named('was') + new.named('now'))} FROM differing "
        f"ORDER BY {in_order(new)}) TO {quoted(str(path))} "
        f"(FORMAT csv, HEADER false, NULLSTR '', DELIM ',', QUOTE '\"', ESCAPE '\"')"
    )
    try:
        try:
            made.rows(query, "sorting")
        except MemoryLimitError:  # each thread buffers its output
            made.rows("SET threads = 1", "sorting")
            made.rows(query, "sorting")
    except Fallback as error:  # both files have been read, so another strategy is no help
        raise TableError(f"{new.file.place}: it cannot be compared: {error}") from None


def _pairs_in(file: TextIO, columns: int) -> Iterator[list[Sides]]:
    csv.field_size_limit(MAX_CELL)
    rows = csv.reader(file, strict=True)
    while some := list(islice(rows, _BATCH)):
        # No row has an empty key, so a side with only empty cells is a missing one.
        sides = ((row[:columns], row[columns:]) for row in some)
        yield [(was if any(was) else None, now if any(now) else None) for was, now in sides]


def check_keys(file: CsvFile, options: DiffOptions) -> None:
    """Check that the keys of a file are unique.

    Raises:
        KeyProblemError: A key is duplicated.
        MemoryLimitError: The check takes more memory than allowed.
        Fallback: DuckDB cannot read the file.
    """
    if file.has_long_lines:
        raise Fallback("a line may be longer than the engine's buffer")
    with connect(options) as made:
        source = (by_line if file.has_bare_lines else by_cell)(file, file.header)
        _check(made, source)


def _pair(made: Connection, old: Source, new: Source, options: DiffOptions) -> None:
    """Create the table ``differing``, and check that keys are unique unless they are trusted."""
    steps = made.steps(_join(old, new), "pairing rows")
    keys = ", ".join(new.keys)
    counted = made.row(
        "SELECT count(*) FILTER (came), count(*) FILTER (went), "
        f"count(DISTINCT ({keys})) FILTER (came), count(DISTINCT ({keys})) FILTER (went), "
        f"count(*) FILTER ({odd_keys(new)}) FROM differing"
    )
    assert counted is not None, "an aggregate always has a row"
    added, removed, *distinct, odd = counted
    # If keys are unique, each row is in one pair. A duplicate of a key that both files have makes
    # more pairs; any other one shows among the added or removed rows, whose keys are not distinct.
    is_each_once = (
        steps is not None
        and steps.scanned == 2 * steps.joined - added - removed
        and distinct == [added, removed]
    )
    if not (is_each_once or options.trust_keys):
        _check(made, old)
        _check(made, new)
        if steps is not None:
            raise Fallback("rows were miscounted, as blank lines are")
    if odd:
        raise Fallback("a row has no key, or an integer key that the engine does not know")


def _join(old: Source, new: Source) -> str:
    """Return the query that creates the table of the pairs that differ.

    Keys are extracted again from these pairs: to carry them along took an eighth of a join.
    """
    on = zip(old.key_in("one.c"), new.key_in("other.c"), strict=True)
    same = " AND ".join(f"{one} = {other}" for one, other in on)
    was, now = new.named("was"), new.named("now")
    sides = [f"one.c{i} AS {was[i]}, other.c{i} AS {now[i]}" for i in range(new.columns)]
    differ = [f"{one} <> {other}" for one, other in zip(was, now, strict=True)]
    either = zip(old.key_in("was"), new.key_in("now"), new.keys, strict=True)
    keys = [f"coalesce({one}, {other}) AS {key}" for one, other, key in either]
    # Only keys that are duplicated in both files make more pairs than there are rows.
    most = old.most + new.most + 1
    pairs = (
        f"SELECT {', '.join(sides)} "
        f"FROM ({old.query}) one FULL JOIN ({new.query}) other ON {same} LIMIT {most}"
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {', '.join(keys)}, "
        f"{was[0]} IS NULL AS came, {now[0]} IS NULL AS went, {', '.join(was + now)} "
        f"FROM ({pairs}) WHERE came OR went OR {' OR '.join(differ)}"
    )


def _check(made: Connection, source: Source) -> None:
    """Check that the keys of a source are unique.

    Raises:
        KeyProblemError: A key is duplicated.
    """
    key = ", ".join(source.key_in("c"))
    twice = made.row(
        f"SELECT {key} FROM ({source.query}) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1",
        "looking for duplicate keys",
    )
    if twice is not None:
        explain(source.file)
        explain_double(source.file, twice)
