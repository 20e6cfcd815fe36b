"""Compare resources on an engine, which returns only the rows that differ.

Every engine runs the query of :mod:`interopwatch.compare.plan` and returns the rows that two tables
do not share. These are matched by key and compared by type like those of small tables
(:mod:`interopwatch.compare.match`), so every engine finds the same changes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec.structs import replace

from interopwatch.compare.engine_tables import (
    VIEWS,
    EngineTable,
    are_comparable_keys,
    doubled_key,
    key_parts,
    place_of,
)
from interopwatch.compare.match import has_wrong_cells, match, note_wrong_cells
from interopwatch.compare.options import ENGINES
from interopwatch.compare.plan import Relation, differing, doubles, every
from interopwatch.compare.resources import diff_resource
from interopwatch.compare.rows import NONE, TableDiff
from interopwatch.errors import EngineError, KeyProblemError, TableError
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from contextlib import AbstractContextManager

    from interopwatch.compare.engine_tables import Column
    from interopwatch.compare.options import DiffOptions
    from interopwatch.compare.resources import Comparer
    from interopwatch.compare.rows import Part
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance


class Engine(Protocol):
    """A database or cluster that runs SQL queries over tables in files.

    Attributes:
        doubtful: The text that it substitutes for invalid UTF-8; empty if it raises an error.
    """

    doubtful: str

    def quoted(self, text: str) -> str:
        """Format a text as a literal of its SQL."""
        ...

    def load(self, name: str, place: EngineTable) -> tuple[Column, ...]:
        """Create a view of a table, with all cells as texts and columns ``c0``, ``c1`` and so on.

        Raises:
            TableError: The table is missing, or does not match its descriptor.
        """
        ...

    def rows(self, query: str, where: str) -> list[tuple[str, ...]]:
        """Run a query and return its rows.

        Raises:
            TableError: The query failed; the message begins with ``where``.
        """
        ...


class Loaded(NamedTuple):
    """A table that was loaded into an engine."""

    place: EngineTable
    columns: tuple[Column, ...]
    relation: Relation

    def table(self, rows: Sequence[Sequence[str]]) -> Table:
        """Convert rows from the engine to a table, with cells in Table Schema's syntax."""
        names = [column.name for column in self.columns]
        cells = [column.written for column in self.columns]
        made = tuple(
            {name: write(cell) for name, write, cell in zip(names, cells, row, strict=True)}
            for row in rows
        )
        return Table(self.place.resource, made, (), self.place.where)


@contextmanager
def comparing(engine: str, options: DiffOptions) -> Iterator[Comparer]:
    """Provide the function that compares one resource on an engine, which runs meanwhile.

    Args:
        engine: One of :data:`interopwatch.compare.options.ENGINES`, but not the local one.
        options: Options of the comparison; Spark ignores the memory limit.

    Raises:
        EngineError: There is no such engine, it is not installed, or it cannot be started.
    """
    with started(engine, options) as running:

        def comparer(
            old: Package, new: Package, name: str, options: DiffOptions, tolerance: Tolerance = NONE
        ) -> Generator[Part]:
            readable = all(
                side.is_readable(name) for side in (old, new) if name in side.descriptor.by_name
            )
            try:
                yield compare(running, old, new, name, options, tolerance)
            except KeyProblemError:
                # Duplicate keys cannot be joined.
                if options.note is None or not readable:
                    raise
            else:
                return
            yield from diff_resource(old, new, name, options, tolerance)

        yield comparer


def started(engine: str, options: DiffOptions) -> AbstractContextManager[Engine]:
    """Return a context in which an engine runs.

    Args:
        engine: One of :data:`interopwatch.compare.options.ENGINES`, but not the local one.
        options: Options of the comparison, for the memory limit of DuckDB.

    Raises:
        EngineError: There is no such engine, it is not installed, or it cannot be started.
    """
    if engine not in ENGINES[1:]:
        raise EngineError(f"there is no engine {engine!r}", hint=f"Known: {', '.join(ENGINES)}.")
    if engine == "spark":
        from interopwatch.compare import spark

        return spark.started()
    from interopwatch.compare import duckdb

    return duckdb.started(options)


def compare(
    engine: Engine,
    old: Package,
    new: Package,
    name: str,
    options: DiffOptions,
    tolerance: Tolerance,
) -> TableDiff:
    """Compare one resource of two packages on an engine. See :func:`interopwatch.diff`."""
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before is None:
        table = whole(engine, new, name)
        if options.note is not None and has_wrong_cells(table):
            note_wrong_cells(_with_lines(place_of(new, name), table), options.note)
        return match(Table(new.resource(name), ()), table)
    if after is None:
        return match(whole(engine, old, name), Table(old.resource(name), ()))
    places = place_of(old, name), place_of(new, name)
    vouched = [_vouched(package, name) for package in (old, new)]  # both are checked
    same_bytes = places[0].has_bytes_of(places[1])
    if same_bytes and before == after and not after.primary_key:
        return TableDiff()
    one, other = (_load(engine, view, place) for view, place in zip(VIEWS, places, strict=True))
    sides = _rest(engine, one, other, trust_keys=options.trust_keys or all(vouched))
    try:
        found = match(*sides, tolerance)
    except KeyProblemError:
        raise
    except TableError:  # engines track no lines: match again with lines, for the message
        left, right = (
            _with_lines(side.place, table) for side, table in zip((one, other), sides, strict=True)
        )
        found = match(left, right, tolerance)
    unexplained = before.by_name == after.by_name and same_bytes is False
    return replace(found, form_only=unexplained and not found.has_rows)


def _with_lines(place: EngineTable, table: Table) -> Table:
    """Add line numbers to the rows of a table, if it is a single CSV file on disk."""
    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.diagnosis import with_lines

    path, resource = place.path, table.resource
    if path is None or path.is_dir() or resource.format != "csv":
        return table
    found = with_lines(table, CsvFile(path, resource, place.where))
    return found if len(found.rows) == len(table.rows) else table


def whole(engine: Engine, package: Package, name: str) -> Table:
    """Read all rows of one resource with an engine."""
    place = place_of(package, name)
    _vouched(package, name)
    return _every_row(engine, _load(engine, VIEWS[0], place))


def _every_row(engine: Engine, side: Loaded) -> Table:
    rows = engine.rows(every(side.relation), side.place.where)
    return _readable(engine, side, side.table(rows))


def _vouched(package: Package, name: str) -> bool:
    """Whether a table is in a frozen snapshot and matches its hash; a mismatch is an error."""
    if package.address or package.path(name).is_dir():
        return False  # only a single file has a hash
    return package.vouches_for(name)


def _load(engine: Engine, name: str, place: EngineTable) -> Loaded:
    columns = engine.load(name, place)
    fields = tuple(column.name for column in columns)
    place = place.described(fields)
    return Loaded(place, columns, Relation(name, fields, key_parts(place.resource)))


def _rest(engine: Engine, one: Loaded, other: Loaded, *, trust_keys: bool) -> tuple[Table, Table]:
    """Return the rows of each table that the other does not have; all of them if in doubt."""
    key = other.place.resource.primary_key
    lacking = [name for name in key if name not in one.relation.fields]
    if not key:
        return _every_row(engine, one), _every_row(engine, other)
    if lacking:
        # Matching one row of each raises the error, unless the older table is empty.
        some = [
            side.table(engine.rows(every(side.relation, 1), side.place.where))
            for side in (one, other)
        ]
        if some[0].rows:
            return some[0], some[1]
    one = one._replace(relation=replace(one.relation, key=key_parts(one.place.resource, key)))
    if not trust_keys:
        for side in (one, other):
            _check(engine, side, key)
    if not are_comparable_keys(one.place.resource, other.place.resource, key):
        return _every_row(engine, one), _every_row(engine, other)
    pairs = engine.rows(
        differing(one.relation, other.relation, engine.quoted, engine.doubtful),
        f"{one.place.where} and {other.place.where}",
    )
    width = len(one.columns)
    left = one.table([pair[1 : width + 1] for pair in pairs if pair[0]])
    right = other.table([pair[width + 2 :] for pair in pairs if pair[width + 1]])
    return _readable(engine, one, left), _readable(engine, other, right)


def _check(engine: Engine, side: Loaded, key: tuple[str, ...]) -> None:
    """Check that the keys of a table are unique.

    Raises:
        KeyProblemError: They are not, or an engine cannot compare keys of their type.
    """
    resource, where = side.place.resource, side.place.where
    for name in key:
        field = resource.by_name.get(name)
        if field is not None and doubled_key(field):
            raise KeyProblemError(
                f"{where}: two texts may mean one {field.type}, so that an engine cannot tell "
                f"whether a key {name!r} occurs twice",
                hint="Assert that keys are unique with --trust-keys, or compare without --engine.",
            )
    double = engine.rows(doubles(side.relation, engine.quoted), where)
    if double:
        pairs = zip(key, double[0], strict=True)
        shown = ", ".join(f"{column}={value or ''!r}" for column, value in pairs)
        raise KeyProblemError(
            f"{where}: the key {shown} occurs more than once",
            hint="Remove or renumber one of the rows.",
        )


def _readable(engine: Engine, side: Loaded, table: Table) -> Table:
    """Return the same table after checking that its cells were valid UTF-8.

    Raises:
        TableError: A cell contains the text that the engine substitutes for invalid UTF-8.
    """
    doubtful = engine.doubtful
    if doubtful and side.place.resource.format == "csv":
        for row in table.rows:
            for name, cell in row.items():
                if doubtful in cell:
                    raise TableError(
                        f"{table.where}: {name}: {cell!r} holds U+FFFD, as which this engine also "
                        "reads bytes that are not utf-8",
                        hint="Save the table as UTF-8, without U+FFFD, or as Parquet.",
                    )
    return table
