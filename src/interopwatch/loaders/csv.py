"""A single CSV file as a data package of one table."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.files import open_regular, open_text
from interopwatch.package.adapted import LOOKED_AT
from interopwatch.package.descriptor import (
    DELIMITERS,
    Descriptor,
    Dialect,
    Field,
    Resource,
    TableSource,
)
from interopwatch.package.limits import MAX_CELL
from interopwatch.package.package import Package
from interopwatch.package.table import BOM, ENCODING_HINT, checked_header, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

NAME: Final = "table"
"""The name of the one resource, so that two files are compared under one name."""


def open_csv(
    path: Path,
    key: Sequence[str] = (),
    delimiter: str = "",
    label: str = "",
    *,
    encoding: str = "utf-8",
    numbers: Collection[str] = (),
    header: bool = True,
) -> Package:
    """Open a CSV file without a descriptor: every field is text and compared exactly.

    Args:
        path: The file.
        key: The fields of the primary key; empty if it is to be inferred.
        delimiter: The character between cells. By default, a tab in a ``.tsv`` file; elsewhere the
            one that splits the header into several fields, and the next records into as many cells.
        label: Its name in reports and messages; the path if empty.
        encoding: Its encoding, by Python's name.
        numbers: Fields that hold numbers.
        header: Whether its first record is the header. Without one, the fields are called
            ``field1``, ``field2`` and so on (Table Dialect 2.0, "header").

    Raises:
        TableError: The file is missing, or has no readable header.
        KeyProblemError: A field of the key is not in the header.
    """
    given = delimiter
    place = label or str(path)
    if delimiter == "\\t":  # a shell passes it on as it is typed
        delimiter = "\t"
    if len(delimiter) > 1:
        raise TableError(f"{delimiter!r} is not a single character", hint="Give one character.")
    if not delimiter and path.suffix.lower() in (".tsv", ".tab"):
        delimiter = "\t"
    if not delimiter:
        delimiter = max(DELIMITERS, key=lambda each: _fitness(path, each, encoding, place))
    first = next(iter(_records(path, delimiter, encoding, place, 1)), [])
    names = first if header else [f"field{i}" for i in range(1, len(first) + 1)]
    if not first:
        part = "header" if header else "record"
        raise TableError(f"{place}:1: there is no {part}: the file or its first line is empty")
    dialect = Dialect(delimiter=delimiter, encoding=encoding)
    checked_header(names, Resource(NAME, path.name, ()), place)
    others = [character for character in DELIMITERS if character in first[0]]
    if len(first) == 1 and others and given:
        shown = "$'\\t'" if others[0] == "\t" else f"'{others[0]}'"
        raise TableError(
            f"{place}:1: the {'header' if header else 'record'} has only one field, {first[0]!r}",
            hint=f"Give the delimiter: --delimiter {shown}.",
        )
    for name in key:
        if name not in names:
            columns = listed(names)
            raise KeyProblemError(
                f"{place}:1: there is no field {name!r}", hint=f"Its fields are: {columns}."
            )
    fields = tuple(Field(name, "number" if name in numbers else "string") for name in names)
    if header:
        resource = Resource(NAME, path.name, fields, tuple(key), dialect=dialect)
    else:
        source = TableSource((path.name,), dialect=dialect, header_rows=())
        resource = Resource(NAME, f"{NAME}.csv", fields, tuple(key), source=source)
    descriptor = Descriptor(path.stem, (resource,))
    return Package(path.parent, descriptor, place, places={path.name: place})


def _fitness(path: Path, delimiter: str, encoding: str, place: str) -> tuple[bool, int]:
    """Rate a delimiter: whether all records have the same number of cells, and that number."""
    try:
        found = _records(path, delimiter, encoding, place, LOOKED_AT)
    except TableError:
        return False, 0
    lengths = {len(record) for record in found if record}
    number = len(found[0]) if found else 0
    return (len(lengths) == 1, number) if number > 1 else (False, 0)


def _records(path: Path, delimiter: str, encoding: str, place: str, most: int) -> list[list[str]]:
    """Return the first records of a file.

    Raises:
        TableError: It cannot be read.
    """
    csv.field_size_limit(MAX_CELL)
    found: list[list[str]] = []
    try:
        # Not "utf-8-sig": the user names the encoding, which may be another one.
        with open_regular(path) as stream:
            offset = len(BOM) if stream.read(len(BOM)) == BOM else 0
        with open_text(path, encoding) as text:
            text.seek(offset)
            for record in csv.reader(text, delimiter=delimiter, strict=True):
                found.append(record)
                if len(found) == most:
                    break
    except OSError as error:
        raise TableError(f"{place}: {error.strerror or error}") from None
    except csv.Error as error:
        # Errors in later records are reported where the rows are read.
        if not found:
            raise TableError(
                f"{place}:1: there is no header that can be read as CSV in {encoding}: {error}"
            ) from None
    except LookupError:
        raise TableError(f"{place}: unknown encoding {encoding!r}") from None
    except UnicodeDecodeError:
        if not found:
            raise TableError(
                f"{place}:1: there is no header that can be read as CSV in {encoding}",
                hint=ENCODING_HINT if encoding == "utf-8" else "",
            ) from None
    return found
