"""Tables as typed columns, from which each export format writes.

A table is read twice: once to survey its cells (:func:`survey`), since most formats need the types
and constraints of a table before its first row, and once to write it. If a cell is not of its
column's declared type, or a format cannot hold it exactly, the whole column is written as text,
exactly as in the table: so nothing is lost, and all cells of a column are of one type.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from interopwatch.errors import FetchError, TableError
from interopwatch.package import types
from interopwatch.package.edtf import days_of
from interopwatch.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.package import Package

    Note = Callable[[str], None]
    """Called with messages for the user."""
    Fits = Callable[["Kind", Any], bool]
    """Whether a format holds a value of a kind exactly."""

Kind = Literal["text", "integer", "number", "boolean", "date", "datetime"]
"""The Python type of a column's cells: ``str``, ``int``, ``Decimal`` (or the text of a number that
is not decimal, such as ``NaN``), ``bool``, ``date`` or ``datetime``. A missing cell is ``None``."""

_KINDS: Final[Mapping[str, Kind]] = {
    "integer": "integer",
    "year": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}
"""The kinds by Table Schema type; cells of every other type are texts, as written."""
_DATES: Final = ("date", "datetime")


class ExportColumn(Struct, frozen=True):
    """A column for export.

    Attributes:
        field: Its field in the descriptor.
        kind: The kind of its cells.
        has_gaps: Whether some cell is missing.
        most: The largest absolute value, for integers.
        whole: The maximum number of digits before the decimal point, for numbers.
        decimals: The maximum number of digits after it, for numbers.
        is_finite: Whether no number is infinite or ``NaN``.
        is_binary: Whether a 64-bit binary floating-point number represents each number exactly.
        is_zoned: Whether datetimes have a time zone.
        longest: The length of its longest text, in UTF-16 code units.
    """

    field: Field
    kind: Kind
    has_gaps: bool = False
    most: int = 0
    whole: int = 1
    decimals: int = 0
    is_finite: bool = True
    is_binary: bool = True
    is_zoned: bool = False
    longest: int = 0

    @property
    def is_edtf(self) -> bool:
        """Whether its cells are EDTF dates, which have an earliest and a latest day."""
        return self.field.is_edtf


class ExportTable(Struct, frozen=True):
    """A table for export.

    Attributes:
        resource: Its resource in the descriptor.
        columns: Its columns, in order.
        rows: Its number of rows.
    """

    resource: Resource
    columns: tuple[ExportColumn, ...]
    rows: int

    def values(self, package: Package) -> Iterator[tuple[Any, ...]]:
        """Yield its rows as typed values, reading the file again each time."""
        readers = [
            (column.field.name, _reader(column.field, column.kind, self.resource))
            for column in self.columns
        ]
        for row in package.each_row(self.resource.name):
            yield tuple(read(row[name]) for name, read in readers)


def surveyed_tables(package: Package, fits: Fits, note: Note) -> Iterator[ExportTable]:
    """Yield the readable tables of a package, in order; a note reports each unreadable one.

    Args:
        package: The package.
        fits: Whether the format holds a value exactly.
        note: Called with messages for the user.
    """
    for name, text in package.descriptor.notes:
        note(f"{name}: {text}")
    for resource in package.descriptor.resources:
        try:
            # Checked before any row is read: an edited table of a snapshot is an error that ends
            # the export. A missing one is only noted.
            if package.has_hash(resource.name):
                package.size(resource.name)  # raises an error if it is missing
                package.vouches_for(resource.name)
            yield survey(package, resource.name, fits, note)
        except (TableError, FetchError) as error:
            note(f"not exported: {resource.name}: {error.message}")
    if not package.descriptor.resources:
        note("there are no tables; `export zip` has the other files")


def survey(package: Package, name: str, fits: Fits, note: Note) -> ExportTable:
    """Survey the columns of a table.

    Raises:
        TableError: The table cannot be read.
    """
    place = package.place(name)
    resource = package.resource(name)
    found = [_Surveyed(field, resource, fits) for field in resource.fields]
    rows = 0
    for line, row in package.numbered_rows(name):
        rows += 1
        for column in found:
            column.add(row[column.name], line)
    for column in found:
        if column.reason:
            note(f"{place}:{column.reason}; the column is written as text")
        elif column.not_edtf:
            note(f"{place}:{column.not_edtf}; it has no earliest and latest day")
    return ExportTable(resource, tuple(column.column() for column in found), rows)


class _Surveyed:
    """What is known of a column so far."""

    def __init__(self, field: Field, resource: Resource, fits: Fits) -> None:
        self.name = field.name
        self.reason = self.not_edtf = ""
        self._field, self._fits = field, fits
        self._gaps = frozenset(types.missing_values_of(field, resource.missing_values))
        self._kind = kind_of(field)
        self._read = _reader(field, self._kind, resource)
        self._has_gaps = False
        self._is_finite = self._is_binary = True
        self._most, self._whole, self._decimals, self._longest = 0, 1, 0, 0
        self._is_zoned: bool | None = None
        self._is_edtf = ExportColumn(field, "text").is_edtf

    def add(self, cell: str, line: int) -> None:
        if cell in self._gaps:
            self._has_gaps = True
            return
        self._longest = max(self._longest, len(cell) if cell.isascii() else units(cell))
        if self._kind != "text":
            self._add_value(cell, line)
        elif self._is_edtf and not self.not_edtf and days(cell) == (None, None):
            self.not_edtf = f"{line}:{self.name}: {excerpt(cell)} is no EDTF date"

    def _add_value(self, cell: str, line: int) -> None:
        try:
            value = self._read(cell)
        except ValueError:
            self._as_text(f"{line}:{self.name}: {excerpt(cell)} is no {self._field.type}")
            return
        if not self._fits(self._kind, value):
            self._as_text(f"{line}:{self.name}: {excerpt(cell)} cannot be represented exactly")
        elif self._kind == "integer":
            self._most = max(self._most, abs(value))
        elif self._kind == "number":
            self._add_number(value)
        elif self._kind == "datetime":
            is_zoned = value.tzinfo is not None
            if self._is_zoned not in (None, is_zoned):
                self._as_text(f"{line}:{self.name}: some times have a time zone, others have none")
            self._is_zoned = is_zoned

    def _add_number(self, value: Decimal | str) -> None:
        if isinstance(value, str) or not value.is_finite():
            self._is_finite = False
            return
        whole, decimals = digits(value)
        self._whole, self._decimals = max(self._whole, whole), max(self._decimals, decimals)
        self._is_binary = self._is_binary and is_binary(value)

    def _as_text(self, reason: str) -> None:
        self._kind, self.reason = "text", reason

    def column(self) -> ExportColumn:
        return ExportColumn(
            self._field,
            self._kind,
            self._has_gaps,
            self._most,
            self._whole,
            self._decimals,
            self._is_finite,
            self._is_binary,
            bool(self._is_zoned),
            self._longest,
        )


def kind_of(field: Field) -> Kind:
    """Return the kind of a field's cells, if all of them are valid."""
    # The meaning of `any` is up to each reader (Table Schema), so two could read two dates.
    if field.type in _DATES and field.format == "any":
        return "text"
    return _KINDS.get(field.type, "text")


def _reader(field: Field, kind: Kind, resource: Resource) -> Callable[[str], Any]:
    """Return a function that parses a cell as a value of a kind.

    It raises :class:`ValueError` for an invalid cell.
    """
    gaps = frozenset(types.missing_values_of(field, resource.missing_values))
    if kind == "text":
        return lambda cell: None if cell in gaps else cell
    read = types.parser(field, resource.missing_values)
    if kind != "datetime":
        return read

    def moment(cell: str) -> datetime | None:
        value: Any = read(cell)
        if value is None:
            return None
        found, finer = value
        if finer:
            raise ValueError(cell)  # finer than a microsecond, which other tools would lose
        assert isinstance(found, datetime), "what a datetime is read as"
        return found

    return moment


def digits(number: Decimal) -> tuple[int, int]:
    """Return the number of digits before and after the decimal point of a finite number.

    >>> digits(Decimal("-12.50")), digits(Decimal("1E+3")), digits(Decimal("0.001"))
    ((2, 1), (4, 0), (1, 3))
    """
    _, coefficient, exponent = number.normalize().as_tuple()
    assert isinstance(exponent, int), "only asked of finite numbers"
    return max(len(coefficient) + exponent, 1), max(-exponent, 0)


def is_binary(number: Decimal) -> bool:
    """Return whether a finite number survives a round trip through a 64-bit binary number.

    >>> is_binary(Decimal("0.1")), is_binary(Decimal("0.12345678901234567890"))
    (True, False)
    """
    return Decimal(repr(float(number))) == number


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units, by which Excel counts.

    >>> units("Türkiye"), units("\N{GRINNING FACE}")
    (7, 2)
    """
    return len(text) + sum(each > "\uffff" for each in text)


def days(text: str | None) -> tuple[date | None, date | None]:
    """Return the earliest and the latest day of an EDTF date; ``None`` if unbounded or invalid.

    >>> days("2017-02")
    (datetime.date(2017, 2, 1), datetime.date(2017, 2, 28))
    """
    found = days_of(text or "")
    return found.first, found.last


def distinct_names(
    names: Sequence[str],
    used: set[str],
    longest: int | None = None,
    fold: Callable[[str], str] = str.lower,
) -> list[str]:
    """Return names that are distinct from each other and from those taken.

    Args:
        names: The names.
        used: Names in use, folded; the new ones are added.
        longest: The maximum length of a name.
        fold: Maps names that the format does not distinguish to one; by default, folds letter case.

    >>> distinct_names(["Id", "id", ""], set())
    ['Id', 'id_2', 'unnamed']
    """
    found = []
    for name in names:
        # A statement of SQLite ends at a NUL, and XML cannot contain one.
        base = name.replace("\0", "\ufffd") or "unnamed"
        number, made = 1, base[:longest]
        while fold(made) in used:
            number += 1
            ending = f"_{number}"
            made = base[: None if longest is None else longest - len(ending)] + ending
        used.add(fold(made))
        found.append(made)
    return found
