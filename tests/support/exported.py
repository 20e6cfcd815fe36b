"""A package with every type of field, and the meaning of each cell, written by hand."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from packages import EDTF, Made, package, spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch import Package

TYPES: Final[dict[str, str | dict[str, Any]]] = {
    "id": "integer",
    "price": {"type": "number", "decimalChar": ",", "groupChar": "."},
    "open": {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    "day": {"type": "date", "format": "%d/%m/%Y"},
    "at": "datetime",
    "utc": "datetime",
    "year": "year",
    "since": EDTF,
    "point": "geopoint",
    "code": "string",
    "any": "any",
}
TEXT: Final = """\
id;price;open;day;at;utc;year;since;point;code;any
1;1.234,50;yes;31/12/2024;2024-03-07T16:12:00;2024-03-07T16:12:00Z;2014;2017-02;12.5,-3;007;=1+1
2;-0,001;no;01/02/2023;2024-03-07T16:12:00.5;2024-03-07T16:12:00+02:00;-0044;2035/2040;;2014;Türkiye
-3;;;;;;;../2027;;" a, ""b""
c ";@x
"""
ROWS: Final[list[tuple[Any, ...]]] = [
    (
        1, Decimal("1234.5"), True, date(2024, 12, 31), datetime(2024, 3, 7, 16, 12),  # noqa: DTZ001
        datetime(2024, 3, 7, 16, 12, tzinfo=UTC), 2014, "2017-02", "12.5,-3", "007", "=1+1",
    ),
    (
        2, Decimal("-0.001"), False, date(2023, 2, 1), datetime(2024, 3, 7, 16, 12, 0, 500000),  # noqa: DTZ001
        datetime(2024, 3, 7, 14, 12, tzinfo=UTC), -44, "2035/2040", None, "2014", "Türkiye",
    ),
    (-3, None, None, None, None, None, None, "../2027", None, ' a, "b"\nc ', "@x"),
]  # fmt: skip
"""The values of the table's cells; none of them was taken from an export."""
DAYS: Final = {
    "2017-02": (date(2017, 2, 1), date(2017, 2, 28)),
    "2035/2040": (date(2035, 1, 1), date(2040, 12, 31)),
    "../2027": (None, date(2027, 12, 31)),
}


def typed() -> Made:
    """Return the package: one table, ``all``, with a column for each type."""
    return package(
        {"all": spec(TEXT, "id", TYPES, dialect={"delimiter": ";"})},
        title="All types",
        licenses=[
            {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}
        ],
    )


def cells(made: Package) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Yield the tables of a package as :mod:`csv` reads them: name, header and records."""
    for resource in made.descriptor.resources:
        with (made.root / resource.path).open(encoding="utf-8", newline="") as file:
            header, *records = csv.reader(file)
        yield resource.name, header, records


def meant(cell: str, kind: str) -> Any:  # noqa: ANN401 - what a cell of the shipped tables means
    """Return the value of a cell of a plain field: integer, number, boolean, or text."""
    if not cell:
        return None
    if kind == "boolean":
        return {"true": True, "false": False}[cell]
    return {"integer": int, "number": Decimal}.get(kind, str)(cell)
