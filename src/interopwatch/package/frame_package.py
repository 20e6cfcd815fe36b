"""A pandas data frame as a data package of one table, held in memory."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.extras import extra
from interopwatch.package.descriptor import Descriptor, Field, Resource
from interopwatch.package.package import Package
from interopwatch.package.table import listed, record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

with extra("pandas", "data frames"):
    import pandas as pd

NAME: Final = "table"
"""The name of the only resource, as for two bare CSV files."""


def packages(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> tuple[Package, Package]:
    """Convert two data frames to packages to compare, with a common missing value.

    ========================  =====================================================
    column                    Table Schema type
    ========================  =====================================================
    integers                  ``integer``
    floats, decimals          ``number``; ``NaN`` is a missing value there
    booleans                  ``boolean``
    ``datetime64``            ``datetime``
    dates (``object``)        ``date``
    texts, categories         ``string``
    mixed scalars             ``string``
    ========================  =====================================================

    Args:
        old: The older frame.
        new: The newer frame.
        key: The columns of the primary key. Empty for the named levels of the index; an unnamed
            index is dropped, and the key is to be inferred.

    Raises:
        KeyProblemError: A column of the key does not exist.
        TableError: Two columns have the same name, or a cell is not a scalar.
    """
    for each in (old, new):
        # A mistake in the calling program, not of a user: it keeps its traceback.
        if not isinstance(each, pd.DataFrame):
            raise TypeError(f"a {type(each).__name__} is neither a package nor a data frame")
    framed = [(_columns(frame, label), frame) for frame, label in ((old, "old"), (new, "new"))]
    # The same text for both sides, so that it means a missing value in either.
    texts = {text for frame, _ in framed for cells in frame.values() for text in cells[1]}
    missing = _marker(texts)
    first, second = (
        _package(columns, list(key) or _index(frame), missing, label)
        for (columns, frame), label in zip(framed, ("old", "new"), strict=True)
    )
    return first, second


Column = tuple[str, list["str | None"]]
"""The type of a column, and its cells as text; ``None`` for missing values."""


def _index(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.index.names if name is not None]


def _columns(frame: pd.DataFrame, label: str) -> dict[str, Column]:
    named = frame.reset_index(level=[n for n in frame.index.names if n is not None])
    found: dict[str, Column] = {}
    for at, name in enumerate(named.columns):
        text = str(name)
        if text in found or not text:
            problem = "two columns are called" if text else "a column is called"
            raise TableError(f"{label}: {problem} {text!r}", hint="Rename the columns first.")
        found[text] = _column(named.iloc[:, at], f"{label}:{text}")
    return found


def _column(column: pd.Series[Any], where: str) -> Column:
    present = column.notna().tolist()
    kind, write = _writer(column, where)
    return kind, [
        write(cell) if is_present else None
        for cell, is_present in zip(column, present, strict=True)
    ]


def _writer(column: pd.Series[Any], where: str) -> tuple[str, Callable[[Any], str]]:
    """Return the type of a column, and a function that formats its cells (Table Schema 2.0)."""
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        return "boolean", lambda cell: "true" if cell else "false"
    if types.is_integer_dtype(column.dtype):
        return "integer", lambda cell: str(int(cell))
    if types.is_float_dtype(column.dtype):
        return "number", _number
    if types.is_datetime64_any_dtype(column.dtype):
        return "datetime", lambda cell: cell.isoformat().replace("+00:00", "Z")
    scalars = {type(cell) for cell in column[column.notna()]}
    for kind, members in _OF_OBJECTS.items():
        if scalars and scalars <= members:
            return kind, str if kind != "number" else _number
    return "string", lambda cell: _text(cell, where)


_OF_OBJECTS: Final[dict[str, frozenset[type]]] = {
    "date": frozenset({dt.date}),
    "number": frozenset({Decimal}),
}
"""Types of columns for which pandas only knows that they contain objects."""


def _number(cell: float | Decimal) -> str:
    # A 64-bit float is written as the shortest decimal that parses to the same number.
    text = str(cell)
    return {"inf": "INF", "-inf": "-INF", "Infinity": "INF", "-Infinity": "-INF"}.get(text, text)


def _text(cell: object, where: str) -> str:
    if isinstance(cell, (list, dict, set, tuple, bytes)):
        raise TableError(
            f"{where}: a cell is of type {type(cell).__name__}",
            hint="Only texts, numbers, dates and booleans can be compared: convert it to text.",
        )
    return str(cell)


def _marker(texts: set[str | None]) -> str:
    """Return a text for missing cells that no cell has; empty if possible."""
    marker, at = "", 0
    while marker in texts:
        marker, at = "<NA>" if not at else f"<NA {at}>", at + 1
    return marker


def _package(columns: dict[str, Column], key: Sequence[str], missing: str, label: str) -> Package:
    for name in key:
        if name not in columns:
            raise KeyProblemError(
                f"{label}: there is no column {name!r}",
                hint=f"Its columns are: {listed([*columns])}.",
            )
    fields = tuple(Field(name, kind) for name, (kind, _) in columns.items())
    path = f"{NAME}.csv"
    resource = Resource(NAME, path, fields, tuple(key), missing_values=(missing,))
    # As CSV, so that frames are compared by the same code as files.
    rows = zip(*(cells for _, cells in columns.values()), strict=True)
    lines = [record([*columns])]
    lines += [record([missing if cell is None else cell for cell in row]) for row in rows]
    content = "".join(lines).encode()
    return Package(Path(), Descriptor(label, (resource,)), label, {path: content}, {path: label})
