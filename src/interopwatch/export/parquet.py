"""A package as a folder of typed Parquet files, one for each table.

Integers are ``int64``, or decimals if they are larger; numbers are decimals with as many digits as
the column needs, or ``double`` if the column has infinities or NaN; dates ``date32``; datetimes
``timestamp[us]``, in UTC if they have a time zone; booleans ``bool``; everything else ``string``,
as written. Each EDTF date is followed by its earliest and its latest day, as dates. A missing value
is null. Titles and descriptions are in the metadata of the file and of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable  # noqa: TC003 - msgspec reads it
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.export.tables import days, digits, distinct_names, is_binary, surveyed_tables
from interopwatch.extras import library
from interopwatch.file_names import why_refused
from interopwatch.files import made_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from interopwatch.export.tables import ExportColumn, ExportTable, Kind, Note
    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.package import Package

_MOST_DIGITS: Final = 76
"""Digits of the largest decimal (Arrow, ``decimal256``); most readers support only up to 38."""
_SMALL_DIGITS: Final = 38
"""Digits of the largest ``decimal128``."""
_LARGEST: Final = 2**63 - 1
"""The largest ``int64``."""
_ROWS: Final = 50_000
"""Rows of a row group: 8 columns of short texts take 10 MB, and readers can skip groups."""
_CHARACTERS: Final = 32 << 20
"""Characters of a row group, which long texts make smaller."""
_UNSAFE: Final = re.compile(r"[^\w.-]+")
_LONGEST: Final = 150
"""The maximum length of a file name in bytes; file systems limit it to 255."""


class _Output(Struct, frozen=True):
    """A column of a file.

    Attributes:
        field: Its name, type and metadata (``pyarrow.Field``).
        at: The index of its cells in a row of the table.
        cell: Converts such a cell to its value.
    """

    field: Any
    at: int
    cell: Callable[[Any], Any]


def write(package: Package, place: Path, note: Note, ready: Callable[[], None]) -> None:
    """Write a package as Parquet; see :class:`interopwatch.export.formats.Writer`."""
    pa = library("pyarrow", "parquet", "Parquet files")
    pq = library("pyarrow.parquet", "parquet", "Parquet files")
    with made_folder(place) as incoming:
        used: set[str] = set()
        for table in surveyed_tables(package, fits, note):
            exact = _exact(table, note)
            outputs = _outputs(exact, pa)
            schema = pa.schema([each.field for each in outputs], _texts(table.resource))
            (name,) = distinct_names([file_stem(table.resource.name)], used)
            with pq.ParquetWriter(incoming / f"{name}.parquet", schema) as writer:
                for rows in _groups(exact.values(package)):
                    arrays = [
                        pa.array([each.cell(row[each.at]) for row in rows], each.field.type)
                        for each in outputs
                    ]
                    writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        ready()


def fits(kind: Kind, value: Any) -> bool:  # noqa: ANN401 - a value of the kind
    """Return whether Parquet holds a value exactly."""
    if kind == "integer":
        return isinstance(value, int) and abs(value) < 10**_MOST_DIGITS
    if kind == "number" and isinstance(value, Decimal) and value.is_finite():
        return max(digits(value)) <= _MOST_DIGITS or is_binary(value)
    return True


def file_stem(name: str) -> str:
    """Return a file name for a resource that is valid on any system.

    >>> file_stem("a/b: c"), file_stem("con"), file_stem("../x")
    ('a-b-c', 'table-con', 'x')
    """
    stem = _UNSAFE.sub("-", name).strip(".-").encode()[:_LONGEST].decode(errors="ignore")
    return f"table-{stem}" if why_refused(stem) or not stem else stem


def _exact(table: ExportTable, note: Note) -> ExportTable:
    """Return a table in which columns of numbers that no type can hold are text."""
    columns = []
    for column in table.columns:
        is_exact = column.kind != "number" or _is_decimal(column) or column.is_binary
        if not is_exact:
            note(
                f"{table.resource.name}: {column.field.name}: no Parquet type holds all of these "
                "numbers exactly; the column is written as text"
            )
        columns.append(column if is_exact else replace(column, kind="text"))
    return replace(table, columns=tuple(columns))


def _is_decimal(column: ExportColumn) -> bool:
    return column.is_finite and column.whole + column.decimals <= _MOST_DIGITS


def _outputs(table: ExportTable, pa: Any) -> list[_Output]:  # noqa: ANN401 - a module
    used = set(table.resource.header)
    outputs = []
    for at, column in enumerate(table.columns):
        field = column.field
        # Not nullable only if it really has no gaps, whatever the schema requires.
        is_required = field.constraints.get("required") is True
        kind, cell = _type(column, pa)
        outputs.append(
            _Output(
                pa.field(field.name, kind, not is_required or column.has_gaps, _texts(field)),
                at,
                cell,
            )
        )
        if column.is_edtf:
            # In Parquet, names that differ in letter case are distinct.
            names = distinct_names(
                [f"{field.name}_earliest", f"{field.name}_latest"], used, fold=str
            )
            outputs += [
                _Output(pa.field(name, pa.date32()), at, end)
                for name, end in zip(names, (_earliest, _latest), strict=True)
            ]
    return outputs


def _texts(described: Field | Resource) -> dict[str, str] | None:
    """Return the title and description of a field or table as metadata."""
    texts = {"title": described.title, "description": described.description}
    return {name: text for name, text in texts.items() if text} or None


def _type(column: ExportColumn, pa: Any) -> tuple[Any, Callable[[Any], Any]]:  # noqa: ANN401 - a module
    """Return the type of a column, and the function that converts a value to a cell."""
    if column.kind == "number":
        if not _is_decimal(column):
            return pa.float64(), _double
        return _decimal(column.whole + column.decimals, column.decimals, pa), _same
    if column.kind == "integer" and column.most > _LARGEST:
        return _decimal(len(str(column.most)), 0, pa), Decimal
    plain = {
        "text": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", "UTC" if column.is_zoned else None),
    }
    return plain[column.kind], _same


def _decimal(precision: int, scale: int, pa: Any) -> Any:  # noqa: ANN401 - a module; a type
    kind = pa.decimal128 if precision <= _SMALL_DIGITS else pa.decimal256
    return kind(precision, scale)


def _same(value: Any) -> Any:  # noqa: ANN401 - a cell
    return value


def _double(value: Decimal | str | None) -> float | None:
    return None if value is None else float(value)


def _earliest(text: str | None) -> date | None:
    return days(text)[0]


def _latest(text: str | None) -> date | None:
    return days(text)[1]


def _groups(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in groups that take little memory."""
    group: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(group) >= _ROWS or size >= _CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group
