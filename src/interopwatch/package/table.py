"""Parse CSV tables, and write them in their one canonical form.

Canonical form: UTF-8 without byte order mark, LF line ends, RFC 4180 quoting only
where needed, fields in the order of the schema, rows sorted by primary key (numbers
as numbers, texts by code point). The same rows always give the same bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.files import open_regular
from interopwatch.package import types
from interopwatch.package.descriptor import DELIMITERS, Field
from interopwatch.package.limits import MAX_CELL
from interopwatch.text import excerpt, for_spreadsheet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from pathlib import Path

    from interopwatch.package.descriptor import Dialect, Resource

Row = Mapping[str, str]
"""A row of a table: the text of its cells by field."""
BOM: Final = b"\xef\xbb\xbf"
_MARK: Final = "\ufeff"
ENCODING_HINT: Final = (
    "Save the file as UTF-8, or declare its encoding, such as cp1252 or utf-16: in the descriptor, "
    "and for bare files with --encoding."
)
TYPE_HINT: Final = "Correct the cell, or the field's type in the descriptor."
_HEADER_HINT: Final = (
    "Write the names of the columns into the first line, or declare that there are none: `header` "
    "of the dialect is false."
)
_QUOTED: Final = {",": re.compile(r'[",\r\n]'), "\t": re.compile(r'["\t\r\n]')}
_SHOWN: Final = 5
"""Examples in a message; one would suffice to find the fault."""
_LISTED: Final = 50
"""Names that a message lists in full: a header of hundreds of fields would hide the problem."""


class Table(Struct, frozen=True, dict=True):
    """The rows of a resource, each a mapping from field name to the text of its cell.

    Attributes:
        resource: The resource with the schema of the rows.
        rows: The rows in the order of the file.
        lines: For each row, the line of the file on which it begins (from 1).
        where: The name of the file in messages.
    """

    resource: Resource
    rows: tuple[Row, ...]
    lines: tuple[int, ...] = ()
    where: str = ""

    def numbered_rows(self) -> Iterator[tuple[int, Row]]:
        """Return its rows, each with the line on which it begins; 0 if not read from a file."""
        return zip(self.lines or (0,) * len(self.rows), self.rows, strict=True)

    @cached_property
    def by_key(self) -> Mapping[tuple[Hashable, ...], Row]:
        """Its rows by the typed values of their primary key.

        Raises:
            KeyProblemError: The resource declares no primary key, two rows have the same key, or
                a row's key is empty.
            TableError: A key cell is not of its field's type.
        """
        return {key: row for key, (row, _) in self._keyed.items()}

    @cached_property
    def shared_keys(self) -> Mapping[tuple[Hashable, ...], tuple[int, ...]]:
        """The duplicate and empty keys, with the indexes of their rows.

        Raises:
            TableError: A key cell is not of its field's type.
        """
        places: dict[tuple[Hashable, ...], list[int]] = {}
        for place, row in enumerate(self.rows):
            try:
                key = self.typed_key(row)
            except ValueError:
                raise self._bad_key(row, self.lines[place] if self.lines else 0) from None
            places.setdefault(key, []).append(place)
        return {
            key: tuple(indexes)
            for key, indexes in places.items()
            if len(indexes) > 1 or not any(part is not None for part in key)
        }

    def line_of(self, row: Row) -> int:
        """Return the line on which a row of this table begins; 0 if not read from a file."""
        return self._keyed[self.typed_key(row)][1]

    def typed_key(self, row: Row) -> tuple[Hashable, ...]:
        """Return the primary key of a row as typed values."""
        return tuple(read(row[name]) for name, read in self._key_readers)

    @cached_property
    def _key_readers(self) -> tuple[tuple[str, Callable[[str], Hashable]], ...]:
        by_name, missing = self.resource.by_name, self.resource.missing_values
        return tuple(
            (name, types.parser(by_name[name], missing)) for name in self.resource.primary_key
        )

    @cached_property
    def _keyed(self) -> Mapping[tuple[Hashable, ...], tuple[Row, int]]:
        resource = self.resource
        if not self.rows:
            return {}
        if not resource.primary_key:
            raise KeyProblemError(
                f"{self.where}: resource {resource.name!r} declares no primary key",
                hint="Declare schema.primaryKey in the descriptor, or name it with --key FIELD.",
            )
        keyed: dict[tuple[Hashable, ...], tuple[Row, int]] = {}
        for line, row in self.numbered_rows():
            try:
                key = self.typed_key(row)
            except ValueError:
                raise self._bad_key(row, line) from None
            if not any(part is not None for part in key):
                name = ", ".join(resource.primary_key)
                raise KeyProblemError(
                    f"{self.where}:{line}:{name}: the row has no key",
                    hint="Fill it in, or declare another primary key.",
                )
            if key in keyed:
                text = ", ".join(f"{name}={excerpt(row[name])}" for name in resource.primary_key)
                raise KeyProblemError(
                    f"{self.where}:{line}: the key {text} is already used on line {keyed[key][1]}",
                    hint="Remove or renumber one of the two rows.",
                )
            keyed[key] = (row, line)
        return keyed

    def _bad_key(self, row: Row, line: int) -> TableError:
        for name, read in self._key_readers:
            try:
                read(row[name])
            except ValueError:
                kind = self.resource.by_name[name].type
                return TableError(
                    f"{self.where}:{line}:{name}: {excerpt(row[name])} is no {kind}", hint=TYPE_HINT
                )
        raise AssertionError(row)  # only called for a row with an invalid key cell


def read(content: bytes, resource: Resource, where: str) -> Table:
    """Parse the bytes of a CSV file as the rows of a resource.

    Args:
        content: The bytes of the file.
        resource: The resource. If it has no schema, all fields of the header are read as text.
        where: The name of the file in messages.

    Raises:
        TableError: The bytes are not text in the declared encoding or not CSV, or the header or a
            row does not match the schema. The message names the line.
    """
    text = decode(content, resource.dialect.encoding, where)
    found: list[Row] = []
    lines: list[int] = []
    header: list[str] = []
    for line, row in rows(io.StringIO(text, newline=""), resource, where, header):
        found.append(row)
        lines.append(line)
    if not resource.fields:  # without a schema, only the header is known
        resource = replace(resource, fields=tuple(Field(name) for name in header))
    return Table(resource, tuple(found), tuple(lines), where)


def rows(
    stream: Iterable[str], resource: Resource, where: str, header: list[str] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a stream of CSV, each with the line on which it begins (from 1).

    Args:
        stream: The lines of a file, with their original line ends.
        resource: The resource.
        where: The name of the file in messages.
        header: A list to which the field names are added.

    Raises:
        TableError: It is not CSV, or its header or a row does not match the schema.
    """
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(stream, **csv_options(resource.dialect))
    try:
        names = checked_header(next(reader, None), resource, where)
        if header is not None:
            header += names
        # `line_num` is the last line of a record; the next one begins after it.
        line = reader.line_num + 1
        for record in reader:
            if len(record) == len(names):
                yield line, dict(zip(names, record, strict=True))
            elif record:  # a blank line is not a row
                raise ragged(f"{where}:{line}", len(record), len(names))
            line = reader.line_num + 1
    except csv.Error as error:
        raise not_csv(f"{where}:{reader.line_num}", error) from None


def ragged(place: str, number: int, expected: int) -> TableError:
    """Return the error for a record that has more or fewer cells than the header."""
    cells = "1 cell" if number == 1 else f"{number} cells"
    return TableError(
        f"{place}: {cells}, but the header has {expected}",
        hint="Quote cells that hold the delimiter, or add the missing cells.",
    )


def not_csv(place: str, error: csv.Error) -> TableError:
    """Return the error for a line that :mod:`csv` refuses."""
    if "field limit" in str(error):
        return TableError(
            f"{place}: a cell has more than {MAX_CELL:,} characters",
            hint="Close the quote with which it begins, or shorten it.",
        )
    is_open = "end of data" in str(error)
    return TableError(
        f"{place}: not CSV: {error}",
        hint="A quote is opened and never closed." if is_open else "",
    )


def canonical(resource: Resource, rows: Iterable[Row]) -> bytes:
    """Encode rows as canonical bytes: the one form in which this library writes a table.

    Raises:
        TableError: A key cell is not of its field's type, so the rows cannot be sorted.
    """
    header, delimiter = resource.header, delimiter_of(resource.path)
    lines = [record(header, delimiter)]
    lines += [record([row[name] for name in header], delimiter) for row in in_order(resource, rows)]
    return "".join(lines).encode()


def delimiter_of(path: str) -> str:
    """Return the delimiter for a file name: a tab for ``.tsv`` and ``.tab``, else a comma."""
    return "\t" if path.lower().removesuffix(".gz").endswith((".tsv", ".tab")) else ","


def record(cells: Sequence[str], delimiter: str = ",") -> str:
    """Format cells as one canonical line of CSV (RFC 4180), quoted only where needed.

    Not done by :mod:`csv`, which does not quote a carriage return before Python 3.13.

    >>> print(record(["a", "b,c", 'the "d" one']), end="")
    a,"b,c","the ""d"" one"
    """
    if len(cells) == 1 and not cells[0]:
        return '""\n'  # an empty line would not be a row
    texts = [
        '"' + cell.replace('"', '""') + '"' if _QUOTED[delimiter].search(cell) else cell
        for cell in cells
    ]
    return delimiter.join(texts) + "\n"


def for_spreadsheets(lines: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Format lines of CSV without cells that a spreadsheet would interpret as formulas."""
    return "".join(record([*map(for_spreadsheet, line)], delimiter) for line in lines)


def in_order(resource: Resource, rows: Iterable[Row]) -> Sequence[Row]:
    """Sort rows by primary key: numbers as numbers, missing values first.

    Rows of a resource without a primary key keep their order.

    Raises:
        TableError: A key cell is not of its field's type.
    """
    if not resource.primary_key:
        return tuple(rows)
    return sorted(rows, key=sorter(resource))


def sorter(resource: Resource) -> Callable[[Row], Any]:
    """Return the sort key function for the rows of a resource.

    The function raises :class:`TableError` for a key cell that is not of its field's type.
    """
    missing = resource.missing_values
    parts = [(name, _placer(resource.by_name[name], missing)) for name in resource.primary_key]
    if len(parts) == 1:
        ((only, place),) = parts
        return lambda row: place(row[only])
    # Fields sort by value; the texts of all cells break ties.
    numeric = {name for name, _ in parts if resource.by_name[name].is_number}

    def position(row: Row) -> tuple[Any, ...]:
        values = [
            place(row[name])[:2] if name in numeric else place(row[name]) for name, place in parts
        ]
        return (*values, *(row[name] for name, _ in parts))

    return position


def _placer(field: Field, missing: tuple[str, ...]) -> Callable[[str], Any]:
    """Return the sort key function for the cells of a field: numbers as numbers, others as text."""
    if not field.is_number:
        missing = types.missing_values_of(field, missing)
        if missing == ("",):
            return str  # the empty text sorts first anyway
        return lambda cell: (cell not in missing, cell)

    def place(cell: str) -> tuple[bool, Any, str]:
        number = types.parse(cell, field, missing)
        is_number = number is not None and not isinstance(number, str)  # NaN is a text
        return number is not None, number if is_number else 0, cell

    return place


def header_of(lines: Iterable[str], resource: Resource, where: str) -> tuple[str, ...]:
    """Return the first record of a table.

    Raises:
        TableError: There is none, or it is not CSV.
    """
    csv.field_size_limit(MAX_CELL)
    try:
        found = next(csv.reader(lines, **csv_options(resource.dialect)), None)
    except csv.Error as error:
        raise not_csv(f"{where}:1", error) from None
    if not found:
        raise TableError(f"{where}:1: the header row is missing", hint=_HEADER_HINT)
    return (found[0].removeprefix(_MARK), *found[1:])


def checked_header(record: list[str] | None, resource: Resource, where: str) -> list[str]:
    """Return the first record of a table if it names the fields of its schema, in any order.

    Raises:
        TableError: It is missing, or does not match the schema.
    """
    if not record:
        raise TableError(f"{where}:1: the header row is missing", hint=_HEADER_HINT)
    record = [record[0].removeprefix(_MARK), *record[1:]]
    doubled = sorted(name for name, number in Counter(record).items() if number > 1)
    if doubled:
        problem = f"the field {doubled[0]!r} stands twice in the header"
        raise TableError(
            f"{where}:1: {problem if doubled[0] else 'several columns have no name in the header'}",
            hint="Give each column a name of its own.",
        )
    if resource.fields and set(record) != set(resource.header):
        missing = _listed(name for name in resource.header if name not in record)
        surplus = _listed(name for name in record if name not in resource.by_name)
        differences = [
            f"lacks {missing}" if missing else "",
            f"also has {surplus}" if surplus else "",
        ]
        raise TableError(
            f"{where}:1: the header {' and '.join(filter(None, differences))}",
            hint=_undeclared(record, resource)
            or f"The descriptor declares: {listed(resource.header)}.",
        )
    return record


def _undeclared(record: list[str], resource: Resource) -> str:
    """Return a hint if the header would match the schema with another delimiter; else empty."""
    for delimiter in DELIMITERS:
        if len(record) == 1 and set(record[0].split(delimiter)) == set(resource.header):
            dialect = json.dumps({"delimiter": delimiter})
            return f'Declare the delimiter in the descriptor: "dialect": {dialect}.'
    return ""


def listed(names: Sequence[str]) -> str:
    """List field names for a hint, up to a readable number."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def _listed(names: Iterable[str]) -> str:
    every = [excerpt(name) for name in names]
    return ", ".join(every[:_SHOWN]) + (" …" if len(every) > _SHOWN else "")


def decode(content: bytes, encoding: str, where: str) -> str:
    """Decode the text of a file, without a byte order mark.

    Raises:
        TableError: It is not valid in this encoding, or the encoding is unknown.
    """
    # Not by "utf-8-sig", since the mark is removed under a wrongly declared encoding, too.
    plain = content.removeprefix(BOM)
    try:
        # Codecs with an explicit byte order, such as utf-16-le, keep the mark.
        return plain.decode(encoding).removeprefix(_MARK)
    except UnicodeDecodeError as error:
        line = plain.count(b"\n", 0, error.start) + 1
        offset = error.start + len(content) - len(plain)
        raise _not_in(encoding, f"{where}:{line}", content[offset], offset) from None
    except LookupError:
        raise _unknown_encoding(encoding, where) from None


def rows_in_file(
    path: Path, resource: Resource, where: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a file as :func:`rows` does, without holding its content.

    Raises:
        OSError: It is missing, unreadable, or not a regular file.
        TableError: It is not CSV in its encoding, or does not match the schema.
    """
    encoding = resource.dialect.encoding
    with open_regular(path) as stream:
        _skip_mark(stream)
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise _unknown_encoding(encoding, where) from None
        with io.TextIOWrapper(stream, encoding, newline="") as text:
            try:
                yield from rows(text, resource, where)
            except UnicodeDecodeError:
                raise _undecodable(path, encoding, where) from None


def _skip_mark(stream: io.BufferedReader) -> int:
    """Skip a byte order mark, as :func:`decode` does, and return its length."""
    return len(stream.read(len(BOM))) if stream.peek(len(BOM)).startswith(BOM) else 0


def _undecodable(path: Path, encoding: str, where: str) -> TableError:
    if "\n".encode(encoding) != b"\n":  # its lines do not end where the bytes say so
        return TableError(f"{where}: not {encoding}", hint=ENCODING_HINT)
    with open_regular(path) as stream:
        offset = _skip_mark(stream)
        for number, line in enumerate(stream, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                at = error.start
                return _not_in(encoding, f"{where}:{number}", line[at], offset + at)
            offset += len(line)
    raise AssertionError(path)  # only called for a file with such a line


def _not_in(encoding: str, place: str, byte: int, offset: int) -> TableError:
    text = f"{place}: byte 0x{byte:02x} at offset {offset} is not {encoding}"
    return TableError(text, hint=ENCODING_HINT)


def _unknown_encoding(encoding: str, where: str) -> TableError:
    return TableError(f"{where}: unknown encoding {encoding!r}", hint=ENCODING_HINT)


def csv_options(dialect: Dialect) -> dict[str, Any]:
    """Convert a dialect to arguments of :func:`csv.reader`."""
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote,
        "doublequote": dialect.double_quote,
        "escapechar": dialect.escape,
        "skipinitialspace": dialect.skip_initial_space,
        # Otherwise, an unclosed quote would make a cell of the rest of the file.
        "strict": True,
    }
