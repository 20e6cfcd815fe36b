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
"""What a column is declared as. SQLite stores values of the last three as they are given, as texts
and 0 or 1 ("Datatypes In SQLite", affinity NUMERIC); other tools learn from it what they are."""
_RESERVED: Final = "sqlite_"
"""How no table may begin that is not SQLite's own."""


class SqlNames:
    """What resources and fields are called in a database, where letter case tells none apart.

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
        """A name for an index, a view or another table, quoted."""
        return quoted(distinct_names([name], self._taken)[0])

    def table(self, resource: str) -> str:
        """The table of a resource, quoted."""
        return quoted(self.tables[resource])

    def column(self, resource: str, field: str) -> str:
        """The column of a field, quoted."""
        return quoted(self.columns[resource][field])

    def fields(self, resource: str, fields: Iterable[str]) -> str:
        """The columns of several fields, quoted, with commas between them."""
        return ", ".join(self.column(resource, field) for field in fields)


def quoted(name: str) -> str:
    """A name in a statement."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in a statement."""
    # To SQLite, a statement ends at a null character.
    return "'" + text.replace("'", "''").replace("\0", "\ufffd") + "'"


def created(
    table: ExportTable,
    called: str,
    key: Sequence[str],
    references: Iterable[ForeignKey],
    names: SqlNames,
) -> str:
    """The statement that makes a table.

    Args:
        table: The table.
        called: Its name, quoted.
        key: Its primary key; none if empty.
        references: Its foreign keys.
        names: The names.
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
    """Whether a column has to be filled, and is."""
    must = column.field.constraints.get("required") is True or column.field.name in key
    return must and not column.has_gaps
