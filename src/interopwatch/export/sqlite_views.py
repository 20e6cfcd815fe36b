"""The views of a SQLite database: names beside keys, and days beside EDTF dates.

``…_with_names`` shows beside each foreign key the label of the referenced row, as its template says
(:mod:`interopwatch.package.template`), or else the cell of the column that is most like a name.
``…_with_days`` shows the earliest and the latest day of each EDTF date; the table ``edtf_days``
lists all of them.
"""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Final

from interopwatch.errors import TableError, TemplateError
from interopwatch.export.sqlite_schema import literal, quoted
from interopwatch.export.tables import days, distinct_names
from interopwatch.package.template import Optional, parse
from interopwatch.report.row_names import naming_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.export.sqlite_schema import SqlNames
    from interopwatch.export.tables import ExportTable, Note
    from interopwatch.package.descriptor import ForeignKey, Resource
    from interopwatch.package.package import Package
    from interopwatch.package.template import Reference

_DEPTH: Final = 2
"""The maximum depth of labels within labels: rows may refer to each other in a cycle, and SQLite
before 3.46 has a parser stack of 100, which labels with optional parts fill at depth four."""
_MOST_PARTS: Final = 200
"""The maximum number of cells in a label: SQLite limits expressions to a depth of 1,000."""
_SAMPLE: Final = 1000
"""Rows sampled to choose the naming column, as in reports."""
_BATCH: Final = 1000
"""Dates read at a time: any number that makes calls few."""
_EMPTY: Final = literal("")


class _InexpressibleError(Exception):
    """A label cannot be expressed in SQL."""


def make_views(
    connection: sqlite3.Connection,
    package: Package,
    tables: Mapping[str, ExportTable],
    names: SqlNames,
    note: Note,
) -> None:
    """Create the views of all tables."""
    labels = _Labels(package, tables, names)
    for name, table in tables.items():
        columns = _with_names(table, labels)
        if columns is not None:
            _make(connection, f"{names.tables[name]}_with_names", table, columns, names, note)
    edtf = {name: [c.field.name for c in t.columns if c.is_edtf] for name, t in tables.items()}
    if not any(edtf.values()):
        return
    dates = names.new("edtf_days")
    connection.execute(
        f"CREATE TABLE {dates} (edtf TEXT PRIMARY KEY, earliest DATE, latest DATE) WITHOUT ROWID"
    )
    for name, fields in edtf.items():
        for field in fields:
            _list_days(connection, name, field, dates, names)
        if fields:
            columns = _with_days(tables[name], dates, names)
            _make(connection, f"{names.tables[name]}_with_days", tables[name], columns, names, note)


def _make(
    connection: sqlite3.Connection,
    called: str,
    table: ExportTable,
    columns: Sequence[tuple[str, str]],
    names: SqlNames,
    note: Note,
) -> None:
    """Create a view of columns, given as pairs of expression and title."""
    view = names.new(called)
    titles = distinct_names([title for _, title in columns], set())
    listed = ",\n  ".join(
        f"{expression} AS {quoted(title)}"
        for (expression, _), title in zip(columns, titles, strict=True)
    )
    source = names.table(table.resource.name)
    try:
        connection.execute(f"CREATE VIEW {view} AS SELECT\n  {listed}\nFROM {source} AS t")
        # A view that is too deep or too wide fails only when it is read.
        connection.execute(f"SELECT * FROM {view} LIMIT 0")
    except sqlite3.OperationalError as error:  # for instance, too many columns
        note(f"{table.resource.name}: without the view {called}: {error}")
        connection.execute(f"DROP VIEW IF EXISTS {view}")


def _list_days(
    connection: sqlite3.Connection, name: str, field: str, dates: str, names: SqlNames
) -> None:
    """Add the dates of a column to the table of their days."""
    column = names.column(name, field)
    found = connection.execute(
        f"SELECT DISTINCT {column} FROM {names.table(name)} WHERE {column} IS NOT NULL ORDER BY 1"
    )
    while some := found.fetchmany(_BATCH):
        rows = [
            (text, *(day and day.isoformat() for day in days(text)))
            for (text,) in some
            if days(text) != (None, None)
        ]
        connection.executemany(f"INSERT OR IGNORE INTO {dates} VALUES (?, ?, ?)", rows)


def _with_days(table: ExportTable, dates: str, names: SqlNames) -> list[tuple[str, str]]:
    """Return the columns of a table, with the earliest and the latest day after each EDTF date."""
    columns = []
    for column in table.columns:
        field = column.field.name
        cell = f"t.{names.column(table.resource.name, field)}"
        columns.append((cell, field))
        if column.is_edtf:
            columns += [
                (f"(SELECT {end} FROM {dates} WHERE edtf = {cell})", f"{field}_{end}")
                for end in ("earliest", "latest")
            ]
    return columns


def _with_names(table: ExportTable, labels: _Labels) -> list[tuple[str, str]] | None:
    """Return a table's columns, with a label after each foreign key; ``None`` without labels."""
    name = table.resource.name
    beside: dict[str, list[tuple[str, str]]] = {}
    for key in table.resource.foreign_keys:
        label = labels.referred(name, key, "t")
        if label:
            called = key.fields[0] if len(key.fields) == 1 else key.resource
            beside.setdefault(key.fields[-1], []).append((label, f"{called}_label"))
    if not beside:
        return None
    columns = []
    for field in table.resource.header:
        columns += [(f"t.{labels.names.column(name, field)}", field), *beside.get(field, ())]
    return columns


class _Labels:
    """Expresses the labels of a package's rows in SQL."""

    def __init__(
        self, package: Package, tables: Mapping[str, ExportTable], names: SqlNames
    ) -> None:
        self.names = names
        self._package = package
        self._tables = tables
        self._aliases = 0
        self._parts = 0
        self._naming: dict[str, str] = {}

    def referred(self, name: str, key: ForeignKey, alias: str) -> str:
        """Return the label of the row that a foreign key refers to; empty if it has none."""
        self._parts = 0
        target = self._target(key)
        if target is None:
            return ""
        inner = self._alias()
        label = ""
        if target.meaning.label:
            try:
                label = self._template(target, target.meaning.label, inner, 0)
            except (_InexpressibleError, TemplateError):
                label = ""
        elif column := self._named_by(target):
            label = f"{inner}.{self.names.column(target.name, column)}"
        return self._looked_up(name, key, alias, f"NULLIF({label}, '')", inner) if label else ""

    def _named_by(self, resource: Resource) -> str:
        """Return the column that is most like a name; empty if there is none."""
        if resource.name not in self._naming:
            try:
                rows = tuple(islice(self._package.each_row(resource.name), _SAMPLE))
            except TableError:
                rows = ()
            found = naming_columns(resource, resource.primary_key, rows).name if rows else ""
            self._naming[resource.name] = found
        return self._naming[resource.name]

    def _target(self, key: ForeignKey) -> Resource | None:
        table = self._tables.get(key.resource)
        if table is None or not set(key.reference) <= set(table.resource.by_name):
            return None
        return table.resource

    def _alias(self) -> str:
        self._aliases += 1
        return f"r{self._aliases}"

    def _looked_up(
        self, name: str, key: ForeignKey, alias: str, expression: str, inner: str
    ) -> str:
        """Return a subquery on the row that a foreign key refers to; NULL if there is none."""
        same = " AND ".join(
            f"{inner}.{self.names.column(key.resource, target_field)} = "
            f"{alias}.{self.names.column(name, field)}"
            for field, target_field in zip(key.fields, key.reference, strict=True)
        )
        return (
            f"(SELECT {expression} FROM {self.names.table(key.resource)} AS {inner} WHERE {same})"
        )

    def _template(self, resource: Resource, template: str, alias: str, depth: int) -> str:
        """Return a template filled from a row, as a text expression."""
        parts = []
        for part in parse(template):
            if isinstance(part, Optional):
                texts = [self._part(resource, each, alias, depth) for each in part.parts]
                refs = [t for t, p in zip(texts, part.parts, strict=True) if not isinstance(p, str)]
                condition = " AND ".join(f"{each} <> ''" for each in refs) or "1"
                parts.append(f"CASE WHEN {condition} THEN {' || '.join(texts)} ELSE '' END")
            else:
                parts.append(self._part(resource, part, alias, depth))
        return " || ".join(parts)

    def _part(self, resource: Resource, part: str | Reference, alias: str, depth: int) -> str:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _InexpressibleError
        if isinstance(part, str):
            return literal(part)
        cells = [self._cell(resource, path, alias, depth) for path in part.paths]
        if len(cells) == 1:
            return f"IFNULL({cells[0]}, '')"
        return f"COALESCE({', '.join(f'NULLIF({cell}, {_EMPTY})' for cell in cells)}, {_EMPTY})"

    def _cell(self, resource: Resource, path: Sequence[str], alias: str, depth: int) -> str:
        """Return the cell that a path from a row leads to, as a text expression or NULL."""
        self._parts += 1
        name, rest = path[0], path[1:]
        if name not in resource.by_name or self._parts > _MOST_PARTS:
            raise _InexpressibleError  # for instance, a count of rows
        value = self._value(resource, name, alias)
        key = resource.references.get(name)
        target = None if key is None else self._target(key)
        if key is None or target is None:
            return "NULL" if rest else value
        inner = self._alias()
        if rest:
            expression = self._cell(target, rest, inner, depth)
            return self._looked_up(resource.name, key, alias, expression, inner)
        if target.meaning.label and depth < _DEPTH:
            expression = self._template(target, target.meaning.label, inner, depth + 1)
            return (
                f"IFNULL({self._looked_up(resource.name, key, alias, expression, inner)}, {value})"
            )
        return value

    def _value(self, resource: Resource, name: str, alias: str) -> str:
        """Return a cell as a text expression; a category by its label."""
        column = f"CAST({alias}.{self.names.column(resource.name, name)} AS TEXT)"
        cases = "".join(
            f" WHEN {literal(str(each['value']))} THEN {literal(str(each['label']))}"
            for each in resource.by_name[name].options.get("categories", ())
            if isinstance(each, dict) and "value" in each and "label" in each
        )
        return f"CASE {column}{cases} ELSE {column} END" if cases else column
