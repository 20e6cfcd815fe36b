"""The names and SQL statements of a package's SQLite database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.export.tables import distinct_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from interopwatch.export.tables import ExportColumn, ExportTable, Kind
    from interopwatch.package.descriptor import ForeignKey, Resource

TYPES: Final[dict[Kind, str]] = {
    "text": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN",
    "date": "DATE", "datetime": "DATETIME",
}  # fmt: skip
"""The declared type of a column. SQLite stores values of the last three as they are given, as texts
and 0 or 1 ("Datatypes In SQLite", affinity NUMERIC); the declaration tells other tools what they
are."""
_RESERVED: Final = "sqlite_"
"""The prefix that SQLite reserves for its own tables."""


class SqlNames:
    """The names of resources and fields in a database, which must differ in more than letter case.

    Attributes:
        tables: The tables by resource.
        columns: The columns by resource and field.
    """

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._taken: set[str] = set()
        plain = [resource.name for resource in resources]
        names = [f"table_{n}" if n.lower().startswith(_RESERVED) else n for n in plain]
        self.tables = dict(zip(plain, distinct_names(names, self._taken), strict=True))
        self.columns = {
            resource.name: dict(
                zip(resource.header, distinct_names(resource.header, set()), strict=True)
            )
            for resource in resources
        }

    def new(self, name: str) -> str:
        """Return an unused name for an index, a view or another table, quoted."""
        return quoted(distinct_names([name], self._taken)[0])

    def table(self, resource: str) -> str:
        """Return the table of a resource, quoted."""
        return quoted(self.tables[resource])

    def column(self, resource: str, field: str) -> str:
        """Return the column of a field, quoted."""
        return quoted(self.columns[resource][field])

    def fields(self, resource: str, fields: Iterable[str]) -> str:
        """Return the columns of several fields, quoted and separated by commas."""
        return ", ".join(self.column(resource, field) for field in fields)


def quoted(name: str) -> str:
    """Quote a name for a statement."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for a statement."""
    # SQLite ends a statement at a null character.
    return "'" + text.replace("'", "''").replace("\0", "\ufffd") + "'"


def created(
    table: ExportTable,
    called: str,
    key: Sequence[str],
    references: Iterable[ForeignKey],
    names: SqlNames,
) -> str:
    """Return the statement that creates a table.

    Args:
        table: The table.
        called: Its name, quoted.
        key: Its primary key; empty for none.
        references: Its foreign keys.
        names: The names of tables and columns.
    """
    name = table.resource.name
    parts = [
        f"{names.column(name, column.field.name)} {TYPES[column.kind]}"
        + (" NOT NULL" if is_filled(column, key) else "")
        for column in table.columns
    ]
    if key:
        parts.append(f"PRIMARY KEY ({names.fields(name, key)})")
    parts += [
        f"FOREIGN KEY ({names.fields(name, each.fields)}) REFERENCES "
        f"{names.table(each.resource)} ({names.fields(each.resource, each.reference)})"
        for each in references
    ]
    listed = ",\n  ".join(parts)
    return f"CREATE TABLE {called} (\n  {listed}\n)"


def is_filled(column: ExportColumn, key: Sequence[str]) -> bool:
    """Return whether a column is required and has no gaps."""
    is_required = column.field.constraints.get("required") is True or column.field.name in key
    return is_required and not column.has_gaps
