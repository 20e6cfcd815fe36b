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
"""A byte that hardly any text contains, for an engine that needs an unused delimiter."""
_BLOCK: Final = 1 << 20
"""Bytes to compare at a time; also the longest line that is left to an engine, which may omit the
last line of a file if it exceeds the buffer."""
_LOOK: Final = 1 << 12
"""Bytes in which nearly every file has a line end: one page."""
_IN_CACHE: Final = 1 << 18
"""Bytes to search several times, few enough to stay in the processor's cache."""
_HEAD: Final = 1 << 16
"""Bytes at the beginning that show the form of a file: hundreds of records of most tables."""
_TEXTS: Final = ("string", "any")
_DATES: Final = ("date", "yearmonth")
"""Types with one text for each value, unless they have a format pattern."""
_USUAL: Final = ("default", "any")
_SPELLINGS: Final = {"groupChar", "bareNumber"}
"""Properties of an integer field that allow other characters than digits."""


class CsvFile:
    """The CSV file of a resource.

    Attributes:
        path: The path of the file.
        resource: Its resource, with current field names.
        place: The name of the file in messages.
        names: The renames from its header to current field names.
        origin: The user's file: the file itself, or the one that it is a rewritten copy of.
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
        """Its CSV dialect."""
        return self.resource.dialect

    @cached_property
    def size(self) -> int:
        """Its size in bytes.

        Raises:
            TableError: It is missing.
            UnreadableError: It cannot be accessed.
        """
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise unreadable(error, self.place) from None

    def opened(self) -> FileIO:
        """Open the file for reading, unbuffered, as it is read in blocks."""
        try:
            return open_blocks(self.path)
        except OSError as error:
            raise unreadable(error, self.place) from None

    def has_bytes_of(self, other: CsvFile) -> bool:
        """Whether two files are equal, byte for byte; the result is cached."""
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
        """Whether each line is a record of at least two cells, without any quoting.

        The file then has no quotes, no carriage returns, and no bytes that do not occur in text.
        """
        special = (self.resource.dialect.quote.encode(), b"\r", b"\0", NO_TEXT)
        if len(self.header) < 2:  # noqa: PLR2004 - an empty line may be a record of a single cell
            return False
        with self.opened() as file:
            while block := file.read(_IN_CACHE):
                if any(each in block for each in special):
                    return False
        return True

    @cached_property
    def has_long_lines(self) -> bool:
        """Whether a line is longer than a block, and not to be read by an engine.

        After each line feed, the last one within the next block is searched from its end, so that
        little is read of a file with short lines.
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
        """Its first record and the bytes before the next; empty and 0 if it is not CSV in UTF-8."""
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
            # The buffer also decodes bytes after the header, whose errors must not fail it.
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
        """The field names of its first record; empty if that is not CSV in UTF-8."""
        return self._header[0]

    @property
    def body(self) -> int:
        """The offset in bytes of its first record after the header."""
        return self._header[1]

    @cached_property
    def _head(self) -> bytes:
        with self.opened() as file:
            file.seek(self.body)
            return file.read(_HEAD)

    @property
    def first_records(self) -> list[bytes]:
        """The first records after the header, from one block; empty if they cannot be read."""
        head = self._head
        whole = head[: head.rfind(b"\n") + 1] if self.size - self.body > _HEAD else head
        try:
            return next(records(BytesIO(whole).read, _HEAD), [])
        except Fallback:
            return []

    @property
    def last_record(self) -> bytes:
        """Its last line; empty if the first records are all records, or if it is too long."""
        if self.size - self.body <= _HEAD:
            return b""
        with self.opened() as file:
            file.seek(-_HEAD, 2)
            lines = file.read(_HEAD).removesuffix(b"\n").split(b"\n")
        return lines[-1] if len(lines) > 1 else b""

    @property
    def is_plain(self) -> bool:
        """Whether it has the form in which this library writes tables: UTF-8, commas, LF."""
        plain = self.resource.dialect == Dialect() and self._begin != BOM
        return plain and b"\r" not in self._head and bool(self.header)

    @property
    def has_plain_keys(self) -> bool:
        """Whether its keys are texts, dates or plain integers; others may have more spellings."""
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
        """Whether its header has exactly the fields of the schema, each once."""
        header = self.header
        is_each_once = len(set(header)) == len(header)
        return is_each_once and sorted(header) == sorted(self.resource.header) != []

    def has_plain_keys_of(self, other: CsvFile) -> bool:
        """Whether two files have the same plain key, with fields of the same types."""
        mine, yours = self.resource, other.resource
        return (
            self.has_plain_keys
            and other.has_plain_keys
            and mine.primary_key == yours.primary_key
            and all(_kind(mine.by_name[n]) == _kind(yours.by_name[n]) for n in mine.primary_key)
        )

    def begins_as(self, other: CsvFile) -> bool:
        """Whether its first columns are all columns of another file, in the same dialect."""
        there = len(other.header)
        return self.header[:there] == other.header and self.dialect == other.dialect


def _kind(field: Field) -> tuple[str, str]:
    return field.type, "" if field.type in _TEXTS else field.format
