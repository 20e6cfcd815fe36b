"""A package as an Excel workbook: a data dictionary first, then a sheet for each table.

Numbers, booleans and dates are typed cells; everything else is text, including text that Excel
would take for a number, a date or a formula. Each EDTF date is followed by its earliest and its
latest day. A missing value is an empty cell. The first row is frozen and has a filter.

Limits are those of “Excel specifications and limits” (Microsoft): a table with more rows or columns
is an error; a longer cell is cut, which is reported and visible in the cell.
"""

from __future__ import annotations

import re
import tempfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import FormatError, OutputError
from interopwatch.export.dictionary import HEADER, entries
from interopwatch.export.tables import days, distinct_names, is_binary, surveyed_tables, units
from interopwatch.extras import library
from interopwatch.files import made_whole
from interopwatch.package.labels import counted
from interopwatch.text import NOT_IN_XML, for_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from interopwatch.export.tables import ExportColumn, ExportTable, Kind, Note
    from interopwatch.package.package import Package

# "Excel specifications and limits" (Microsoft); the last one is for the name of a sheet.
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_MOST_CHARACTERS: Final = 32_767
_MOST_NAME: Final = 31
_CUT: Final = "… [cut]"
"""The end of a cell that is too long for Excel."""
_DIGITS: Final = 15
"""Digits of an integer that Excel keeps; in a longer one, such as an id, the last become 0."""
_EXPONENT: Final = 307
"""The range of numbers that Excel allows: to 9.99E+307, and from 2.2251E-308."""
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
"""Characters that are not allowed in the name of a sheet ("Rename a worksheet")."""
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before this day, Excel's dates are off by one, as it counts 29 February 1900, which did not
exist."""
_EPOCH: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - documents name no zone
"""The creation date of each workbook, so that the same tables give the same bytes."""
_WIDEST: Final = 60
"""The maximum width of a column in characters: 60 can be read at a glance."""
_DAY_WIDTH: Final = len("2024-03-07")
_MOMENT_WIDTH: Final = len("2024-03-07 16:12:00")
_FILTER: Final = 3
"""The width of a filter button, in characters."""
_MARGIN: Final = 2
"""The margin of a cell on both sides together, in characters."""
_DICTIONARY: Final = "Dictionary"
_RESERVED: Final = "history"
"""A name that Excel reserves, so that no sheet may have it."""


def write(package: Package, place: Path, note: Note, ready: Callable[[], None]) -> None:
    """Write a package as a workbook; see :class:`interopwatch.export.formats.Writer`."""
    xlsxwriter = library("xlsxwriter", "xlsx", "Excel workbooks")
    tables = list(surveyed_tables(package, fits, note))
    for table in tables:
        _check_limits(package, table)
    with (
        made_whole(place) as incoming,
        tempfile.TemporaryDirectory(prefix="interopwatch-") as folder,
    ):
        # In constant memory, using temporary files; the workbook may exceed 4 GiB.
        options = {"constant_memory": True, "tmpdir": folder, "use_zip64": True}
        workbook = xlsxwriter.Workbook(str(incoming), options)
        raw = package.descriptor.raw
        texts = {"title": raw.get("title"), "comments": raw.get("description")}
        # Cells have an escape for characters that XML cannot hold; properties have none.
        properties = {name: for_xml(text) for name, text in texts.items() if isinstance(text, str)}
        workbook.set_properties({**properties, "created": _EPOCH})
        names = sheet_names([table.resource.name for table in tables])
        book = _Book(workbook, note)
        book.add_dictionary(tables, names)
        for table, name in zip(tables, names, strict=True):
            book.add(table, name, package)
        try:
            workbook.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OutputError(f"{place}: cannot be written: {error}") from None
        ready()


def fits(kind: Kind, value: Any) -> bool:  # noqa: ANN401 - a value of the kind
    """Return whether Excel holds and shows a value exactly."""
    if kind == "integer":
        return isinstance(value, int) and abs(value) < 10**_DIGITS
    if kind == "number":
        is_finite = isinstance(value, Decimal) and value.is_finite()
        return is_finite and abs(value.adjusted()) <= _EXPONENT and is_binary(value)
    if kind == "datetime":
        return value.tzinfo is None and not value.microsecond and value.date() >= _FIRST_DAY
    return kind != "date" or bool(value >= _FIRST_DAY)


def sheet_names(resources: Sequence[str]) -> list[str]:
    """Return the names of the sheets for tables.

    >>> sheet_names(["a/b", "A_B", "dictionary", "History", "x" * 40])
    ['a_b', 'A_B_2', 'dictionary_2', 'History_2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
    """
    names = []
    for resource in resources:
        name = _FORBIDDEN.sub("_", re.sub(NOT_IN_XML, "_", resource)).strip("'")[:_MOST_NAME]
        while units(name) > _MOST_NAME:  # a character outside the BMP counts twice
            name = name[:-1]
        names.append(name)
    return distinct_names(names, {_DICTIONARY.lower(), _RESERVED}, _MOST_NAME)


def _check_limits(package: Package, table: ExportTable) -> None:
    place = package.place(table.resource.name)
    columns = len(table.columns) + 2 * sum(column.is_edtf for column in table.columns)
    for number, most, unit in (
        (table.rows + 1, _MOST_ROWS, "rows"),
        (columns, _MOST_COLUMNS, "columns"),
    ):
        if number > most:
            raise FormatError(
                f"{place}: it makes {number:,} {unit}, and a sheet of Excel has {most:,} at most",
                hint="Export it as sqlite or parquet.",
            )


class _Book:
    """Builds a workbook."""

    def __init__(self, workbook: Any, note: Note) -> None:  # noqa: ANN401 - xlsxwriter says nothing
        self._workbook = workbook
        self._note = note
        self._sheet_class = _plain_sheet()
        self._cuts = self._first_cut = 0
        self._head = workbook.add_format({"bold": True, "bottom": 1})
        self._text = workbook.add_format({"num_format": "@"})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def add_dictionary(self, tables: Sequence[ExportTable], names: Sequence[str]) -> None:
        """Add the sheet that describes the columns of the others."""
        rows = [
            (name, *(getattr(entry, column) for column in HEADER))
            for table, name in zip(tables, names, strict=True)
            for entry in entries(table.resource)
        ]
        header = ("sheet", *HEADER)
        widths = [max(map(len, column)) for column in zip(*([header, *rows]), strict=True)]
        sheet = self._sheet(_DICTIONARY, header, [(w, self._text) for w in widths], len(rows))
        for at, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                self._write(sheet, at, place, cell or None)

    def add(self, table: ExportTable, name: str, package: Package) -> None:
        """Add the sheet of a table."""
        used = {field.lower() for field in table.resource.header}
        header: list[str] = []
        columns: list[tuple[int, Any]] = []
        for column in table.columns:
            header.append(column.field.name)
            columns.append((_width(column), self._format(column)))
            if column.is_edtf:
                ends = [f"{column.field.name}_{end}" for end in ("earliest", "latest")]
                header += distinct_names(ends, used)
                columns += [(_DAY_WIDTH, self._day)] * 2
        sheet = self._sheet(name, header, columns, table.rows)
        self._cuts = self._first_cut = 0
        edtf = [column.is_edtf for column in table.columns]
        for at, row in enumerate(table.values(package), 1):
            place = 0
            for cell, is_edtf in zip(row, edtf, strict=True):
                self._write(sheet, at, place, cell)
                place += 1
                if is_edtf:
                    for day in days(cell):
                        self._write(sheet, at, place, day)
                        place += 1
        if self._cuts:
            cells = counted(self._cuts, ("cell is", "cells are"))
            self._note(
                f"{table.resource.name}: {cells} cut to the {_MOST_CHARACTERS:,} characters that "
                f"Excel holds, the first in row {self._first_cut:,}"
            )

    def _sheet(
        self, name: str, header: Sequence[str], columns: Sequence[tuple[int, Any]], rows: int
    ) -> Any:  # noqa: ANN401 - xlsxwriter says nothing
        sheet = self._workbook.add_worksheet(name, self._sheet_class)
        for at, (title, (width, form)) in enumerate(zip(header, columns, strict=True)):
            shown = min(max(width, len(title) + _FILTER), _WIDEST) + _MARGIN
            sheet.set_column(at, at, shown, form)
            sheet.write_string(0, at, _shortened(title), self._head)
        sheet.freeze_panes(1, 0)
        if header:
            sheet.autofilter(0, 0, rows, len(header) - 1)
        # Excel would flag texts that look like numbers, which is intended here.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})
        return sheet

    def _format(self, column: ExportColumn) -> Any:  # noqa: ANN401 - xlsxwriter says nothing
        forms = {"text": self._text, "date": self._day, "datetime": self._moment}
        return forms.get(column.kind)

    def _write(self, sheet: Any, row: int, column: int, value: Any) -> None:  # noqa: ANN401
        """Write one cell according to its type."""
        if value is None:
            return
        # In this order, since a boolean is an integer, and a datetime is a date.
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._moment)
        elif isinstance(value, date):
            if value >= _FIRST_DAY:
                sheet.write_datetime(row, column, value, self._day)
            else:
                sheet.write_string(row, column, value.isoformat(), self._text)
        elif isinstance(value, str):
            if (text := _shortened(value)) is not value:
                self._cuts += 1
                self._first_cut = self._first_cut or row + 1
            sheet.write_string(row, column, text, self._text)
        else:
            sheet.write_number(row, column, value if isinstance(value, int) else _Exact(value))


class _Exact(float):
    """A number with all its digits: xlsxwriter would write 16, and some have 17."""

    def __format__(self, form: str) -> str:
        return repr(self)


def _plain_sheet() -> Any:  # noqa: ANN401 - a class of xlsxwriter
    """Return a worksheet class without markup: xlsxwriter's writes ``<r>…</r>`` unescaped."""
    from xlsxwriter.worksheet import Worksheet

    class PlainSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter says nothing of its types
        def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:  # noqa: ANN401
            self._xml_inline_string(string, preserve=True, attributes=attributes)

    return PlainSheet


def _shortened(text: str) -> str:
    """Return a text cut to the length that Excel allows."""
    if len(text) <= _MOST_CHARACTERS // 2 or units(text) <= _MOST_CHARACTERS:
        return text
    found = text[: _MOST_CHARACTERS - len(_CUT)]
    while units(found) > _MOST_CHARACTERS - len(_CUT):
        found = found[: len(found) - max(units(found) - _MOST_CHARACTERS + len(_CUT), 2) // 2]
    return found + _CUT


def _width(column: ExportColumn) -> int:
    """Return the width of a column's cells, in characters."""
    return {"date": _DAY_WIDTH, "datetime": _MOMENT_WIDTH}.get(column.kind, column.longest)
