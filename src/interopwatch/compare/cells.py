"""The cells of records, from their bytes."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from interopwatch.package.limits import MAX_CELL

if TYPE_CHECKING:
    from collections.abc import Sequence


class Unreadable(Exception):  # noqa: N818 - it says what is so, not that something failed
    """A record is not what its schema says. Whoever reads it as a row tells the user so."""


def cells(record: bytes) -> list[bytes]:
    """The cells of a record of CSV, unquoted.

    Raises:
        Unreadable: It is no CSV.
    """
    if b'"' not in record and b"\r" not in record:
        return record.split(b",")
    csv.field_size_limit(MAX_CELL)
    lines = io.StringIO(record.decode("utf-8", "surrogateescape"), newline="")
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error:
        raise Unreadable from None
    if len(rows) != 1:
        raise Unreadable
    return [cell.encode("utf-8", "surrogateescape") for cell in rows[0]]


class Grid(NamedTuple):
    """The cells of some records, in one list, row by row.

    Attributes:
        cells: The cells; there may be some more between the rows.
        stride: How many cells lie between a cell and the one below it.
        width: How many columns there are.
    """

    cells: Sequence[bytes]
    stride: int
    width: int

    def column(self, at: int) -> Sequence[bytes]:
        """The cells of a column."""
        return self.cells[at :: self.stride]


def grid(records: Sequence[bytes], width: int) -> Grid:
    """The cells of records, unquoted.

    Raises:
        Unreadable: A record is no CSV, or has another number of cells.
    """
    # A line end between two records is a cell of its own, and tells where each record ends.
    found = _grid(b",\n,".join(records), len(records), width)
    if found is not None:
        return found
    rows = list(map(cells, records))
    if any(len(row) != width for row in rows):
        raise Unreadable
    return Grid(list(chain.from_iterable(rows)), width, width)


def grid_of(block: bytes, width: int) -> Grid | None:
    """The cells of a block of records; ``None`` if it is not as simple as can be.

    That is so where a cell is quoted, a line blank, or a record has another number of cells.
    """
    return _grid(block.replace(b"\n", b",\n,"), block.count(b"\n") + 1, width)


def _grid(joined: bytes, number: int, width: int) -> Grid | None:
    if b'"' in joined or b"\r" in joined:
        return None
    every, stride = joined.split(b","), width + 1
    ends = every[width::stride]
    is_whole = len(every) == stride * number - 1 and ends.count(b"\n") == len(ends)
    return Grid(every, stride, width) if is_whole else None
