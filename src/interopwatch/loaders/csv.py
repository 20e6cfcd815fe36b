"""A single CSV file as a data package of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.compare.csvfile import CsvFile
from interopwatch.errors import KeyProblemError, TableError
from interopwatch.package.descriptor import Descriptor, Dialect, Field, Resource
from interopwatch.package.package import Package
from interopwatch.package.table import checked_header, listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME: Final = "table"
"""What the one resource is called, so that two files are compared under one name."""
_OTHER_DELIMITERS: Final = ";\t|"


def open_csv(path: Path, key: Sequence[str], delimiter: str = "", label: str = "") -> Package:
    """Open a CSV file without a descriptor: every field is text, and compares exactly.

    Args:
        path: The file, UTF-8 with a header.
        key: The fields of the primary key.
        delimiter: What stands between cells; by default a tab in a ``.tsv`` file, and a
            comma otherwise.
        label: What to call it in reports and messages; the path if empty.

    Raises:
        TableError: The file is missing, or has no header that can be read.
        KeyProblemError: No key is given, or a field of it is not in the header.
    """
    if len(delimiter) > 1:
        raise TableError(f"{delimiter!r} is not one character", hint="Give one delimiter.")
    if not delimiter:
        delimiter = "\t" if path.suffix == ".tsv" else ","
    place = label or str(path)
    dialect = Dialect(delimiter=delimiter)
    header = CsvFile(path, Resource(NAME, path.name, (), dialect=dialect), place).header
    if not header:
        raise TableError(f"{place}:1: there is no header that can be read as CSV in UTF-8")
    others = [character for character in _OTHER_DELIMITERS if character in header[0]]
    if len(header) == 1 and others:
        shown = "$'\\t'" if others[0] == "\t" else f"'{others[0]}'"
        raise TableError(
            f"{place}:1: the header has one field only, {header[0]!r}",
            hint=f"Say what stands between the cells: --delimiter {shown}.",
        )
    checked_header(list(header), Resource(NAME, path.name, ()), place)
    columns = listed(header)
    if not key:
        raise KeyProblemError(
            f"{place}: a CSV file does not say what its primary key is",
            hint=f"Name it with --key, once for each field. Its fields are: {columns}.",
        )
    for name in key:
        if name not in header:
            raise KeyProblemError(
                f"{place}:1: there is no field {name!r}", hint=f"Its fields are: {columns}."
            )
    fields = tuple(Field(name) for name in header)
    resource = Resource(NAME, path.name, fields, tuple(key), dialect=dialect)
    descriptor = Descriptor(path.stem, (resource,))
    return Package(path.parent, descriptor, place, places={path.name: place})
