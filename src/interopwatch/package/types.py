"""Parse cells by their Table Schema types.

A cell is text. This module parses it by the type of its field (Table Schema 2.0, "Field Types")
into a value that compares as that type does: ``1.0`` equals ``1`` in a number field and differs
from it in a string field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from interopwatch.errors import TableError
from interopwatch.package.descriptor import Field
from interopwatch.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable

# The default `trueValues` and `falseValues` of Table Schema 2.0 ("boolean").
_TRUE = ("true", "True", "TRUE", "1")
_FALSE = ("false", "False", "FALSE", "0")
# ISO 8601 requires something after P, and after T: neither P nor P1DT is a duration.
_DURATION = (
    r"(?a)(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_FINER = r"(?a)(?<=[.,]\d{6})\d+"
"""The digits of a second after the microsecond, which :mod:`datetime` truncates."""
_MOST_DIGITS = 4000
"""Python's ``int`` parses at most 4,300 digits, and takes quadratic time; decimals have no
limit."""


def parser(field: Field, missing: tuple[str, ...] = ("",)) -> Callable[[str], Hashable]:
    """Return a function that parses a cell of a field; a missing value becomes ``None``.

    The function raises :class:`ValueError` for a cell that is not of the type.
    """
    # A type unknown to the standard compares as text.
    read = _READERS.get(field.type, _any)
    gaps = frozenset(missing_values_of(field, missing))

    def parse(cell: str) -> Hashable:
        return None if cell in gaps else read(cell, field)

    return parse


def kind_of(field: Field) -> str:
    """Return the kind of a field's values: values of different kinds are never equal.

    >>> kind_of(Field("a", "year")), kind_of(Field("a", "date", "any")), kind_of(Field("a", "date"))
    ('number', 'text', 'date')
    """
    if field.is_number:
        return "number"
    is_text = field.type not in _READERS or field.type in ("string", "any")
    return "text" if is_text or field.format == "any" else field.type


def missing_values_of(field: Field, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Return the missing values of a field: its own, or else its schema's."""
    declared = field.options.get("missingValues")
    if not isinstance(declared, list):
        return missing
    texts = [item.get("value") if isinstance(item, dict) else item for item in declared]
    return tuple(text for text in texts if isinstance(text, str))


def parse(cell: str, field: Field, missing: tuple[str, ...] = ("",)) -> Hashable:
    """Parse one cell.

    Raises:
        TableError: The cell is not of the field's type.
    """
    try:
        return parser(field, missing)(cell)
    except ValueError:
        raise TableError(f"{field.name}: {excerpt(cell)} is not of type {field.type}") from None


def _string(cell: str, field: Field) -> Hashable:
    del field
    return cell


def _integer(cell: str, field: Field) -> Hashable:
    text = _digits(cell, field, r"[+-]?\d+")
    return int(text) if len(text) <= _MOST_DIGITS else Decimal(text)


def _number(cell: str, field: Field) -> Hashable:
    if cell in ("NaN", "INF", "-INF"):
        # As text, NaN equals itself; as a number it would not.
        return cell if cell == "NaN" else Decimal(cell.replace("INF", "Infinity"))
    text = _digits(
        cell, field, r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", field.options.get("decimalChar", ".")
    )
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(cell) from None


def _digits(cell: str, field: Field, pattern: str, point: str = ".") -> str:
    """Return the plain digits of a number with a field's group and decimal characters."""
    text = cell.strip()
    group = field.options.get("groupChar", "")
    if group:
        text = text.replace(group, "")
    if point != ".":
        text = text.replace(point, ".")
    # `bareNumber: false` (Table Schema 2.0, "number"): it may have a currency or unit around it.
    if field.options.get("bareNumber", True) is False:
        text = re.sub(r"^[^\d+.-]*|[^\d]*$", "", text)
    if re.fullmatch(pattern, text, re.ASCII) is None:
        raise ValueError(cell)
    return text


def _boolean(cell: str, field: Field) -> Hashable:
    if cell in field.options.get("trueValues", _TRUE):
        return True
    if cell in field.options.get("falseValues", _FALSE):
        return False
    raise ValueError(cell)


def _date(cell: str, field: Field) -> Hashable:
    if field.format == "any":
        return cell
    if field.format == "default":
        # By a pattern first: `fromisoformat` accepts 20240307 and 2024-W10-4 as well.
        return date.fromisoformat(_matching(cell, r"\d{4}-\d\d-\d\d"))
    return datetime.strptime(cell, field.format).date()  # noqa: DTZ007 - a date has no zone


def _datetime(cell: str, field: Field) -> Hashable:
    if field.format == "any":
        return cell
    if field.format == "default":
        moment = datetime.fromisoformat(_matching(cell, r"\d{4}-\d\d-\d\dT\S+"))
        return moment, finer_digits(cell)
    return datetime.strptime(cell, field.format), ""  # noqa: DTZ007 - the format says if it has one


def _time(cell: str, field: Field) -> Hashable:
    if field.format == "any":
        return cell
    if field.format == "default":
        moment = time.fromisoformat(_matching(cell, r"\d\d:\d\d:\d\d\S*"))
        return moment, finer_digits(cell)
    return datetime.strptime(cell, field.format).time(), ""  # noqa: DTZ007 - a time has no zone


def finer_digits(cell: str) -> str:
    """Return the significant digits of a moment after its microsecond.

    Moments compare by microsecond first, and then by these.

    >>> finer_digits("2024-03-07T16:12:00.123456789Z"), finer_digits("16:12:00.1000000")
    ('789', '')
    """
    found = re.search(_FINER, cell)
    return found[0].rstrip("0") if found else ""


def _year(cell: str, field: Field) -> Hashable:
    del field
    return int(_matching(cell, r"-?\d{4}"))


def _yearmonth(cell: str, field: Field) -> Hashable:
    del field
    return date.fromisoformat(_matching(cell, r"\d{4}-\d\d") + "-01")


def _duration(cell: str, field: Field) -> Hashable:
    del field
    match = re.fullmatch(_DURATION, cell)
    if match is None:
        raise ValueError(cell)
    sign, years, months, weeks, days, hours, minutes, seconds = match.groups()
    whole_months = int(years or 0) * 12 + int(months or 0)
    whole_seconds = Decimal(seconds or 0) + 60 * (
        int(minutes or 0) + 60 * (int(hours or 0) + 24 * (int(days or 0) + 7 * int(weeks or 0)))
    )
    # Months have no fixed length, so the two parts are kept separate.
    return (-whole_months, -whole_seconds) if sign else (whole_months, whole_seconds)


def _geopoint(cell: str, field: Field) -> Hashable:
    if field.format == "default":
        parts: object = cell.split(",")
    else:
        parts = json.loads(cell)
        if field.format == "object" and isinstance(parts, dict):
            parts = [parts.get("lon"), parts.get("lat")]
    if not isinstance(parts, list) or len(parts) != 2:  # noqa: PLR2004 - longitude, latitude
        raise ValueError(cell)
    try:
        degrees = tuple(Decimal(str(part).strip()) for part in parts)
    except InvalidOperation:
        raise ValueError(cell) from None
    if not all(part.is_finite() for part in degrees):
        raise ValueError(cell)
    return degrees


def _list(cell: str, field: Field) -> Hashable:
    items = cell.split(field.options.get("delimiter", ","))
    kind = field.options.get("itemType", "string")
    read = _READERS.get(kind, _any)
    return tuple(read(item, Field(field.name, kind)) for item in items)


def _json(cell: str, field: Field) -> Hashable:
    kind = list if field.type == "array" else dict
    try:
        # As decimals: 1.0 equals 1, and thousands of digits are parsed in linear time.
        value = json.loads(cell, parse_float=Decimal, parse_int=Decimal)
        if isinstance(value, kind):
            return _frozen(value)
    except RecursionError:
        # Nested too deeply for the interpreter's stack.
        pass
    raise ValueError(cell)


def _frozen(value: object) -> Hashable:
    """Convert a JSON value to one that compares by content, regardless of the order of members."""
    if isinstance(value, dict):
        return "object", frozenset((name, _frozen(each)) for name, each in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_frozen, value))
    # A boolean equals a number in Python, but not in JSON.
    return type(value).__name__, value if isinstance(value, Hashable) else str(value)


def _any(cell: str, field: Field) -> Hashable:
    del field
    return cell


def _matching(cell: str, pattern: str) -> str:
    if re.fullmatch(pattern, cell, re.ASCII) is None:
        raise ValueError(cell)
    return cell


_READERS: dict[str, Callable[[str, Field], Hashable]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "year": _year,
    "yearmonth": _yearmonth,
    "duration": _duration,
    "geopoint": _geopoint,
    "geojson": _json,
    "list": _list,
    "array": _json,
    "object": _json,
    "any": _any,
}
