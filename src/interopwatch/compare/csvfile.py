"""A table as a CSV file: its size, bytes, header and form, without holding its rows in memory."""

from __future__ import annotations

import csv
from functools import cached_property
from io import BufferedReader, BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Final

from interopwatch.compare.fallback import Fallback
from interopwatch.compare.records import MAX_RECORD, records
from interopwatch.files import open_blocks, unreadable
from interopwatch.package import types
from interopwatch.package.descriptor import Dialect
from interopwatch.package.limits import MAX_CELL
from interopwatch.package.renames import Names
from interopwatch.package.table import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

    from interopwatch.package.descriptor import Field, Resource

NO_TEXT: Final = b"\x01"
"""A byte that hardly any text has, for an engine that needs one to stand for something else."""
_BLOCK: Final = 1 << 20
"""Bytes to compare at a time; and the longest line that is left to an engine, which may leave out
the last one of a file if it is longer than its buffer."""
_LOOK: Final = 1 << 12
"""Bytes in which nearly every file has the end of a line: one page of it."""
_IN_CACHE: Final = 1 << 18
"""Bytes that are looked through several times, and so should stay in the processor's cache."""
_HEAD: Final = 1 << 16
"""Bytes at the beginning that show how a file is written: hundreds of records of most tables."""
_TEXTS: Final = ("string", "any")
_DATES: Final = ("date", "yearmonth")
"""Types of which two texts never mean one value, unless their format is one of their own."""
_USUAL: Final = ("default", "any")
_SPELLINGS: Final = {"groupChar", "bareNumber"}
"""Properties of an integer field that allow more spellings than digits."""


class CsvFile:
    """One resource's file.

    Attributes:
        path: Where it is.
        resource: What the descriptor says about it, in the names that are used here.
        place: What to call it in messages.
        names: What is used here for the names in its header.
        origin: The file that the user knows: itself, unless it was written anew from another.
    """

    def __init__(
        self,
        path: Path,
        resource: Resource,
        place: str = "",
        names: Names | None = None,
        origin: CsvFile | None = None,
    ) -> None:
        self.path = path
        self.resource = resource
        self.place = place or str(path)
        self.names = names or Names()
        self.origin = origin or self
        self._equal: dict[CsvFile, bool] = {}

    @property
    def dialect(self) -> Dialect:
        """How it is written."""
        return self.resource.dialect

    @cached_property
    def size(self) -> int:
        """Its size in bytes.

        Raises:
            TableError: It is missing.
            UnreadableError: It cannot be looked at.
        """
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise unreadable(error, self.place) from None

    def opened(self) -> FileIO:
        """The file, opened for reading, unbuffered: whoever reads it reads blocks."""
        try:
            return open_blocks(self.path)
        except OSError as error:
            raise unreadable(error, self.place) from None

    def has_bytes_of(self, other: CsvFile) -> bool:
        """Whether two files are equal, byte for byte; they are read for it only once."""
        if other not in self._equal:
            self._equal[other] = self.size == other.size and self._reads_as(other)
        return self._equal[other]

    def _reads_as(self, other: CsvFile) -> bool:
        with self.opened() as mine, other.opened() as yours:
            while block := mine.read(_BLOCK):
                if block != yours.read(_BLOCK):
                    return False
        return True

    @cached_property
    def has_bare_lines(self) -> bool:
        """Whether each of its lines is a record of several cells as it stands.

        It is not if any byte in it may mean something else than itself: a quote, a carriage
        return, a byte that no text has.
        """
        special = (self.resource.dialect.quote.encode(), b"\r", b"\0", NO_TEXT)
        if len(self.header) < 2:  # noqa: PLR2004 - of a single cell, an empty line is a record, too
            return False
        with self.opened() as file:
            while block := file.read(_IN_CACHE):
                if any(each in block for each in special):
                    return False
        return True

    @cached_property
    def has_long_lines(self) -> bool:
        """Whether a line is longer than a block, which no engine has to read.

        From a line feed, the last one within a block behind it is looked for where it should be, so
        that little is read of a file of short lines; of another one, each block is.
        """
        end, size = 0, self.size
        with self.opened() as file:
            while end + _BLOCK < size:
                for look in (_LOOK, _BLOCK):
                    file.seek(end + _BLOCK - look)
                    at = file.read(look).rfind(b"\n")
                    if at >= 0:
                        break
                else:
                    return True
                end += _BLOCK - look + at + 1
        return False

    @cached_property
    def _begin(self) -> bytes:
        with self.opened() as file:
            return file.read(len(BOM))

    @cached_property
    def _header(self) -> tuple[tuple[str, ...], int]:
        """Its first record, and how many bytes that takes; nothing if it is no CSV in UTF-8."""
        csv.field_size_limit(MAX_CELL)
        dialect = self.resource.dialect
        taken = len(BOM) if self._begin == BOM else 0

        def lines(text: TextIOWrapper) -> Iterator[str]:
            nonlocal taken
            while line := text.readline(MAX_RECORD):
                taken += len(line.encode(errors="surrogateescape"))
                yield line

        with BufferedReader(self.opened()) as file:
            file.seek(taken)
            # What follows the header is decoded with it, and is no fault of it.
            text = TextIOWrapper(file, "utf-8", "surrogateescape", newline="")
            try:
                reader = csv.reader(
                    lines(text), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
                )
                names = next(reader, [])
                "".join(names).encode()
            except (UnicodeEncodeError, csv.Error):
                return (), 0
            return tuple(map(self.names.renamed, names)), taken

    @property
    def header(self) -> tuple[str, ...]:
        """The field names of its first record; none if it cannot be read as such."""
        return self._header[0]

    @property
    def body(self) -> int:
        """Where its first record after the header begins, in bytes."""
        return self._header[1]

    @cached_property
    def _head(self) -> bytes:
        with self.opened() as file:
            file.seek(self.body)
            return file.read(_HEAD)

    @property
    def first_records(self) -> list[bytes]:
        """The first of its records after the header, as far as one look goes."""
        head = self._head
        whole = head[: head.rfind(b"\n") + 1] if self.size - self.body > _HEAD else head
        try:
            return next(records(BytesIO(whole).read, _HEAD), [])
        except Fallback:
            return []

    @property
    def last_record(self) -> bytes:
        """Its last line; empty if the first records are all that it has, or it is too long."""
        if self.size - self.body <= _HEAD:
            return b""
        with self.opened() as file:
            file.seek(-_HEAD, 2)
            lines = file.read(_HEAD).removesuffix(b"\n").split(b"\n")
        return lines[-1] if len(lines) > 1 else b""

    @property
    def is_plain(self) -> bool:
        """Whether it is written as this library writes tables: UTF-8, commas, line feeds."""
        plain = self.resource.dialect == Dialect() and self._begin != BOM
        return plain and b"\r" not in self._head and bool(self.header)

    @property
    def has_plain_keys(self) -> bool:
        """Whether its keys are texts, dates or plain integers: others may be spelled otherwise."""
        resource = self.resource
        if not all(name in resource.by_name for name in resource.primary_key):
            return False
        fields = [resource.by_name[name] for name in resource.primary_key]
        return bool(fields) and all(
            types.missing_values_of(field, resource.missing_values) == ("",)
            and (
                field.type in _TEXTS
                or (field.type in _DATES and field.format in _USUAL)
                or (field.type == "integer" and not field.options.keys() & _SPELLINGS)
            )
            for field in fields
        )

    @property
    def is_as_said(self) -> bool:
        """Whether its header has the fields that the descriptor says, each once."""
        header = self.header
        is_each_once = len(set(header)) == len(header)
        return is_each_once and sorted(header) == sorted(self.resource.header) != []

    def has_plain_keys_of(self, other: CsvFile) -> bool:
        """Whether two files have the same key, its fields of the same types, and plain ones."""
        mine, yours = self.resource, other.resource
        return (
            self.has_plain_keys
            and other.has_plain_keys
            and mine.primary_key == yours.primary_key
            and all(_kind(mine.by_name[n]) == _kind(yours.by_name[n]) for n in mine.primary_key)
        )

    def begins_as(self, other: CsvFile) -> bool:
        """Whether it has the columns of another file, maybe more after them, and its dialect."""
        there = len(other.header)
        return self.header[:there] == other.header and self.dialect == other.dialect


def _kind(field: Field) -> tuple[str, str]:
    return field.type, "" if field.type in _TEXTS else field.format
