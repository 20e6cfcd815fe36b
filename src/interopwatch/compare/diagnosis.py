"""Find the line of an error in a large file, by reading the file again.

The strategies for large files skip most of the bytes and track no line numbers. When one of them
finds an error, the file is read again from its beginning, record by record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.errors import KeyProblemError
from interopwatch.package import types as values
from interopwatch.package.table import Table, rows_in_file
from interopwatch.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.package.descriptor import Resource


def explain(file: CsvFile) -> None:
    """Read a complete file as a table to report its first error; return if there is none.

    Raises:
        TableError: The file does not match its descriptor. The message names the line.
    """
    for _ in rows_of(file):
        pass


def explain_double(file: CsvFile, key: Sequence[str | None]) -> None:
    """Report the lines of a duplicate key; return if it is not a duplicate.

    Raises:
        KeyProblemError: The key is duplicated. The message names both lines.
        TableError: The file does not match its descriptor.
    """
    resource = file.resource
    readers = [
        values.parser(resource.by_name[name], resource.missing_values)
        for name in resource.primary_key
    ]
    names = resource.primary_key
    if None in key:
        return  # the key of a blank line
    try:
        wanted = [read(cell or "") for read, cell in zip(readers, key, strict=True)]
    except ValueError:
        return
    first = 0
    for line, row in rows_of(file):
        cells = [row[name] for name in names]
        try:
            found = [read(cell) for read, cell in zip(readers, cells, strict=True)]
        except ValueError:
            continue  # not the key in question
        if found != wanted:
            continue
        if first:
            shown = ", ".join(f"{n}={excerpt(cell)}" for n, cell in zip(names, cells, strict=True))
            raise KeyProblemError(
                f"{file.place}:{line}: the key {shown} is already used on line {first}",
                hint="Remove or renumber one of the two rows.",
            )
        first = line


def with_lines(table: Table, file: CsvFile) -> Table:
    """Return a table of some rows of a file with their line numbers, in the order of the file.

    Raises:
        TableError: The file does not match its descriptor.
    """
    wanted: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        cells = tuple(row.values())
        wanted[cells] = wanted.get(cells, 0) + 1
    rows, lines = [], []
    for line, row in rows_of(file):
        cells = tuple(row.values())
        if wanted.get(cells):
            wanted[cells] -= 1
            rows.append(row)
            lines.append(line)
    return replace(table, rows=tuple(rows), lines=tuple(lines))


def rows_of(file: CsvFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a file under their current field names, each with its line number.

    Raises:
        TableError: The file does not match its descriptor. The message names the line.
    """
    file = file.origin
    for line, row in rows_in_file(file.path, _as_written(file), file.place):
        yield line, dict(file.names.row(row))


def _as_written(file: CsvFile) -> Resource:
    """Return the resource of a file with the field names of its header."""
    own, names = file.resource, file.names
    if not names:
        return own
    fields = tuple(replace(field, name=names.inverse(field.name)) for field in own.fields)
    return replace(own, fields=fields, primary_key=tuple(map(names.inverse, own.primary_key)))
