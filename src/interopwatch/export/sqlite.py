"""A package as a SQLite database, which opens in Datasette with a ``metadata.json`` beside it.

Each resource is a table, with types, primary key, foreign keys, NOT NULL and an index for each
foreign key. A constraint that the rows violate is left out, and reported; a dangling reference is
only reported, since SQLite allows it. Views are those of :mod:`interopwatch.export.sqlite_views`.

Dates are ISO 8601 texts, booleans 0 and 1, a missing value is NULL.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import FormatError, OutputError
from interopwatch.export import datasette
from interopwatch.export.sqlite_schema import SqlNames, created
from interopwatch.export.sqlite_views import make_views
from interopwatch.export.tables import is_binary, surveyed_tables
from interopwatch.files import made_whole, write_whole
from interopwatch.package.labels import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from interopwatch.export.tables import ExportTable, Kind, Note
    from interopwatch.package.descriptor import ForeignKey
    from interopwatch.package.package import Package

_LARGEST: Final = 2**63 - 1
"""The largest integer ("Datatypes In SQLite")."""
_MOST_COLUMNS: Final = 2000
"""The maximum number of columns in a table ("Limits In SQLite", SQLITE_MAX_COLUMN)."""


def write(package: Package, place: Path, note: Note, ready: Callable[[], None]) -> None:
    """Write a package as a database; see :class:`interopwatch.export.formats.Writer`.

    The metadata of other databases in ``metadata.json`` is kept.
    """
    beside = place.with_name(datasette.FILE_NAME)
    metadata = datasette.read(beside, place)
    try:
        with made_whole(place) as incoming:
            incoming.touch(exist_ok=False)  # SQLite does not say why it cannot open a file
            # `isolation_level=None`: transactions are started and ended here, not by the module.
            connection = sqlite3.connect(incoming, isolation_level=None)
            try:
                names = _Database(connection, package, note).fill()
            finally:
                connection.close()
            ready()
    except sqlite3.OperationalError as error:  # for instance, the disk is full
        raise OutputError(
            f"{place}: cannot be written: {error}", hint="Choose a place with more space."
        ) from None
    write_whole(beside, [datasette.described(package, place.stem, names, metadata)])


def fits(kind: Kind, value: Any) -> bool:  # noqa: ANN401 - a value of the kind
    """Return whether SQLite holds a value exactly: 64-bit integers and 64-bit floating point."""
    if kind == "integer":
        return isinstance(value, int) and -_LARGEST <= value <= _LARGEST
    if kind == "number":
        return isinstance(value, Decimal) and value.is_finite() and is_binary(value)
    return True


def bound(value: Any) -> Any:  # noqa: ANN401 - a cell
    """Convert a cell to a value that SQLite accepts."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


class _Database:
    """Builds the database of a package."""

    def __init__(self, connection: sqlite3.Connection, package: Package, note: Note) -> None:
        self._connection = connection
        self._run = connection.execute
        self._package = package
        self._note = note
        self._tables = {t.resource.name: t for t in surveyed_tables(package, fits, note)}
        for table in self._tables.values():
            if len(table.columns) > _MOST_COLUMNS:
                raise FormatError(
                    f"{package.place(table.resource.name)}:1: it has {len(table.columns):,} "
                    f"fields, but an SQLite table has at most {_MOST_COLUMNS:,} columns",
                    hint="Export it as parquet, which has any number of them.",
                )
        self._names = SqlNames([table.resource for table in self._tables.values()])
        self._unique: dict[str, set[frozenset[str]]] = {name: set() for name in self._tables}
        self._is_sparse = False

    def fill(self) -> SqlNames:
        """Create tables with their rows, then indexes and views; return their names."""
        # A failed index is rolled back from memory; the file itself appears complete or not at all.
        self._run("PRAGMA journal_mode = MEMORY")
        self._run("PRAGMA synchronous = OFF")
        self._run("BEGIN")
        for table in self._tables.values():
            self._load(table)
        for table in self._tables.values():
            self._make_targets_unique(table)
        for table in self._tables.values():
            self._drop_useless_references(table)
        for table in self._tables.values():
            self._index(table)
        self._note_orphans()
        make_views(self._connection, self._package, self._tables, self._names, self._note)
        self._run("COMMIT")
        if self._is_sparse:
            self._run("VACUUM")
        return self._names

    def _load(self, table: ExportTable) -> None:
        """Create a table with its rows."""
        resource = table.resource
        for column in table.columns:
            if column.has_gaps and column.field.constraints.get("required") is True:
                self._note(
                    f"{resource.name}: {column.field.name} is required, but some rows lack it"
                )
        gaps = [
            column.field.name
            for column in table.columns
            if column.has_gaps and column.field.name in resource.primary_key
        ]
        if gaps:
            self._note(f"{resource.name}: without a primary key, as some rows lack {gaps[0]}")
        elif resource.primary_key:
            # Tried without checking first: most keys are unique, and checking would read all rows.
            try:
                self._insert(table, resource.primary_key)
            except sqlite3.IntegrityError:
                self._note(f"{resource.name}: without a primary key, as some rows share one")
                self._run(f"DROP TABLE {self._names.table(resource.name)}")
                self._is_sparse = True
            else:
                self._unique[resource.name].add(frozenset(resource.primary_key))
                return
        self._insert(table, ())

    def _insert(self, table: ExportTable, key: Sequence[str]) -> None:
        name = self._names.table(table.resource.name)
        self._run(created(table, name, key, self._references(table), self._names))
        marks = ", ".join("?" * len(table.columns))
        rows = (tuple(map(bound, row)) for row in table.values(self._package))
        self._connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)

    def _references(self, table: ExportTable) -> list[ForeignKey]:
        """Return the foreign keys of a table that refer to existing tables and fields."""
        return [
            key
            for key in table.resource.foreign_keys
            if key.resource in self._tables
            and set(key.reference) <= set(self._tables[key.resource].resource.by_name)
        ]

    def _make_targets_unique(self, table: ExportTable) -> None:
        """Create unique indexes on the targets of foreign keys, as SQLite requires."""
        for field in table.resource.fields:
            if field.constraints.get("unique") is True:
                self._is_unique(table.resource.name, (field.name,))
        for key in self._references(table):
            self._is_unique(key.resource, key.reference)

    def _is_unique(self, name: str, fields: Sequence[str]) -> bool:
        """Return whether values of the fields are unique; if so, create an index for them."""
        if frozenset(fields) in self._unique[name]:
            return True
        index = self._names.new(f"{self._names.tables[name]}_{'_'.join(fields)}_unique")
        listed = self._names.fields(name, fields)
        try:
            self._run(f"CREATE UNIQUE INDEX {index} ON {self._names.table(name)} ({listed})")
        except sqlite3.IntegrityError:
            return False
        self._unique[name].add(frozenset(fields))
        return True

    def _drop_useless_references(self, table: ExportTable) -> None:
        """Recreate a table without the foreign keys whose targets are not unique."""
        name = table.resource.name
        usable = []
        for key in (every := self._references(table)):
            if frozenset(key.reference) in self._unique[key.resource]:
                usable.append(key)
                continue
            self._note(
                f"{name}: without the foreign key {', '.join(key.fields)}, as rows of "
                f"{key.resource} share their {', '.join(key.reference)}"
            )
        if len(usable) == len(every):
            return
        primary_key = table.resource.primary_key
        primary_key = primary_key if frozenset(primary_key) in self._unique[name] else ()
        original, copy = self._names.table(name), self._names.new(f"{name}_new")
        self._run(created(table, copy, primary_key, usable, self._names))
        self._run(f"INSERT INTO {copy} SELECT * FROM {original}")
        self._run(f"DROP TABLE {original}")
        self._run(f"ALTER TABLE {copy} RENAME TO {original}")
        self._unique[name] = {frozenset(primary_key)} if primary_key else set()
        # The indexes were dropped with the old table.
        self._make_targets_unique(table)
        self._is_sparse = True

    def _index(self, table: ExportTable) -> None:
        """Create an index for each foreign key."""
        name = table.resource.name
        for fields in dict.fromkeys(key.fields for key in table.resource.foreign_keys):
            index = self._names.new(f"{self._names.tables[name]}_{'_'.join(fields)}")
            listed = self._names.fields(name, fields)
            self._run(f"CREATE INDEX {index} ON {self._names.table(name)} ({listed})")

    def _note_orphans(self) -> None:
        """Report the foreign keys with dangling references."""
        numbers = Counter((table, to) for table, _, to, _ in self._run("PRAGMA foreign_key_check"))
        resources = {table: name for name, table in self._names.tables.items()}
        for (table, to), number in numbers.items():
            rows = counted(number, ("row refers", "rows refer"))
            self._note(f"{resources[table]}: {rows} to nothing in {resources.get(to, to)}")
