"""A table as a file: its size, its bytes, its header, without its rows in memory."""

from __future__ import annotations

import csv
from functools import cached_property
from typing import TYPE_CHECKING, Final

from interopwatch.descriptor import Dialect
from interopwatch.diff.records import records
from interopwatch.errors import TableError
from interopwatch.tables import BOM

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from interopwatch.descriptor import Resource

_BLOCK: Final = 1 << 20
_HEAD: Final = 1 << 16


class File:
    """One resource's file.

    Attributes:
        path: Where it is.
        resource: What the descriptor says about it.
        place: What to call it in messages.
    """

    def __init__(self, path: Path, resource: Resource, place: str = "") -> None:
        self.path = path
        self.resource = resource
        self.place = place or str(path)

    @cached_property
    def size(self) -> int:
        """Its size in bytes.

        Raises:
            TableError: It is missing or cannot be looked at.
        """
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise TableError(f"{self.place}: {error.strerror or error}") from None

    def opened(self) -> BinaryIO:
        """The file, opened for reading, unbuffered: whoever reads it reads blocks."""
        try:
            return self.path.open("rb", buffering=0)
        except OSError as error:
            raise TableError(f"{self.place}: {error.strerror or error}") from None

    def has_bytes_of(self, other: File) -> bool:
        """Whether two files are equal, byte for byte."""
        if self.size != other.size:
            return False
        with self.opened() as mine, other.opened() as yours:
            while block := mine.read(_BLOCK):
                if block != yours.read(_BLOCK):
                    return False
        return True

    def count(self) -> int:
        """How many records it has after the header; it is read to its end for that."""
        with self.opened() as file:
            number = 0
            while block := file.read(_BLOCK):
                if b'"' in block or b"\n\n" in block:
                    break  # not every line is a record
                number += block.count(b"\n")
            else:
                return number - 1
        with self.opened() as file:
            return sum(record != b"" for some in records(file) for record in some) - 1

    @cached_property
    def _head(self) -> bytes:
        with self.opened() as file:
            return file.read(_HEAD)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The field names of its first record; none if it cannot be read as such."""
        line, end, _ = self._head.removeprefix(BOM).partition(b"\n")
        if not end:
            return ()
        try:
            text = line.removesuffix(b"\r").decode()
            dialect = self.resource.dialect
            reader = csv.reader([text], delimiter=dialect.delimiter, quotechar=dialect.quote)
            return tuple(next(reader, ()))
        except (UnicodeDecodeError, csv.Error):
            return ()

    @property
    def is_plain(self) -> bool:
        """Whether it is written as this library writes tables: UTF-8, commas, line feeds."""
        plain = self.resource.dialect == Dialect() and not self._head.startswith(BOM)
        return plain and b"\r" not in self._head and bool(self.header)

    @property
    def has_plain_keys(self) -> bool:
        """Whether texts tell its keys apart: of other types, two texts may mean one value."""
        resource = self.resource
        types = {resource.by_name[name].type for name in resource.primary_key}
        return types <= {"string", "any", "integer"} and bool(types)

    def has_form_of(self, other: File) -> bool:
        """Whether two files have the same columns in the same order, and the same dialect."""
        return bool(self.header) and (
            self.header == other.header
            and set(self.header) == set(self.resource.header)
            and set(other.header) == set(other.resource.header)
            and self.resource.dialect == other.resource.dialect
        )
