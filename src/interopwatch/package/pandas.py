"""Tables as pandas data frames, with the types that their schema declares."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import TableError
from interopwatch.extras import extra
from interopwatch.package import types
from interopwatch.package.table import Table
from interopwatch.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from interopwatch.package.descriptor import Field, Resource

with extra("pandas", "data frames"):
    import pandas as pd

# The range of an ``Int64``.
_MIN: Final = -(2**63)
_MAX: Final = 2**63 - 1


def frame(table: Table) -> pd.DataFrame:
    """Convert a table to a data frame, with a column for each field in the order of the schema.

    ========================  =====================================================
    Table Schema type         column
    ========================  =====================================================
    ``integer``               ``Int64``
    ``number``                ``Float64``; ``NaN`` is a missing value there
    ``boolean``               ``boolean``
    ``date``                  ``datetime64[s]``, at the beginning of the day
    ``datetime``              ``datetime64[us]``; in UTC if any cell names a zone
    everything else           ``string``, as written
    ========================  =====================================================

    So a bare year is kept as the text ``2014``, whether its type is ``year`` or it is an EDTF
    date, since it is not a point in time. Dates of the format ``any`` are kept as text, too. A
    missing value is ``pandas.NA`` or ``NaT``.

    Raises:
        TableError: A cell is not of its field's type, or too large for an ``Int64``.
    """
    names = table.resource.header or tuple(dict.fromkeys(n for row in table.rows for n in row))
    columns = {name: _column(table, table.resource.by_name.get(name), name) for name in names}
    # With an explicit index, a table without columns still has its rows.
    return pd.DataFrame(columns, columns=pd.Index(names), index=pd.RangeIndex(len(table.rows)))


def state_frame(
    resource: Resource, answers: Sequence[tuple[Mapping[str, str], str, str]]
) -> pd.DataFrame:
    """Convert rows and what is known of them on a day to a data frame.

    It has two more columns: ``holds``, and ``last_report``, the day for which that is known.

    Args:
        resource: The resource of the rows.
        answers: The rows, each with the value of ``holds`` and that day (ISO 8601; may be empty).

    Raises:
        TableError: A cell is not of its field's type.
    """
    found = frame(Table(resource, tuple(row for row, _, _ in answers)))
    found["holds"] = pd.Series([answer for _, answer, _ in answers], dtype="string")
    days = [day or None for _, _, day in answers]
    found["last_report"] = pd.Series(days, dtype="datetime64[s]")
    return found


def text_frame(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pd.DataFrame:
    """Convert rows of texts to a data frame; ``None`` is a missing value."""
    columns = {
        name: pd.Series([row[at] for row in rows], dtype="string") for at, name in enumerate(names)
    }
    return pd.DataFrame(columns, columns=pd.Index(names), index=pd.RangeIndex(len(rows)))


def _column(table: Table, field: Field | None, name: str) -> pd.Series[Any]:
    missing = frozenset(table.resource.missing_values)
    make = _MAKERS.get(field.type) if field is not None else None
    if field is None or make is None or (field.format == "any" and field.type in _DATES):
        texts = [None if row[name] in missing else row[name] for row in table.rows]
        return pd.Series(texts, dtype="string")
    read = types.parser(field, table.resource.missing_values)
    cells: list[Any] = []
    for line, row in table.numbered_rows():
        try:
            value = read(row[name])
        except ValueError:
            raise _error(table, line, name, f"{excerpt(row[name])} is no {field.type}") from None
        # An integer of thousands of digits is parsed as a decimal, see `types._MOST_DIGITS`.
        whole = value if isinstance(value, (int, Decimal)) and field.type == "integer" else 0
        if not _MIN <= whole <= _MAX:
            raise _error(table, line, name, f"{excerpt(row[name])} is too large for 64 bits")
        cells.append(value)
    return make(cells)


def _error(table: Table, line: int, name: str, message: str) -> TableError:
    place = f"{table.where or table.resource.path}:{line}" if line else table.resource.path
    return TableError(f"{place}:{name}: {message}")


def _integers(cells: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series(cells, dtype="Int64")


def _numbers(cells: Sequence[Any]) -> pd.Series[Any]:
    names = {"NaN": None, "INF": float("inf"), "-INF": float("-inf")}
    numbers = [float(c) if isinstance(c, Decimal) else names.get(c) for c in cells]
    return pd.Series(numbers, dtype="Float64")


def _booleans(cells: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series(cells, dtype="boolean")


def _dates(cells: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series([None if c is None else c.isoformat() for c in cells], dtype="datetime64[s]")


def _datetimes(cells: Sequence[Any]) -> pd.Series[Any]:
    moments = [None if c is None else c[0] for c in cells]
    zoned = any(c is not None and c.tzinfo is not None for c in moments)
    texts = [None if c is None else c.isoformat() for c in moments]
    return pd.Series(texts, dtype="datetime64[us, UTC]" if zoned else "datetime64[us]")


_DATES: Final = ("date", "datetime")
_MAKERS: Final[dict[str, Callable[[Sequence[Any]], pd.Series[Any]]]] = {
    "integer": _integers,
    "number": _numbers,
    "boolean": _booleans,
    "date": _dates,
    "datetime": _datetimes,
}
"""The function that makes a column of each type from its values; other types are kept as text."""
