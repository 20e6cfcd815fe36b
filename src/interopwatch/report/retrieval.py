"""How daff finds the rows of a table again, to which a row of a patch applies.

A patch does not say where in the table a row stands. daff looks for it by its cells: it
indexes the table by combinations of columns, and takes the first index in which the cells
stand once (``HighlightPatch.lookUp`` and ``CompareTable.alignCore2`` of daff 1.4). Whether it
will find a row, and no other one, can so be told beforehand, and is told here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    Cells = Sequence[str]

NULL: Final = re.compile("_*NULL")
"""What daff takes for a missing value, or for one that was escaped."""
_MOST_COLUMNS: Final = 5
_SPARE_ROWS: Final = 20
_MOST_SHARED: Final = 0.1
_BLANK: Final = ("", "null", "undefined")


@dataclass(frozen=True, slots=True)
class _Index:
    """One of daff's indexes: some columns, and how often their cells stand in the table."""

    columns: tuple[int, ...]
    counts: Counter[str]

    def has(self, key: str) -> bool:
        return key != "" and self.counts[key] == 1

    def is_crowded(self, height: int) -> bool:
        """Whether daff does without it, because too many rows share their cells."""
        return max(self.counts.values()) / (height + _SPARE_ROWS) >= _MOST_SHARED


class Finder:
    """Tells what daff finds in a table, whether or not it read the table itself.

    Its own reader of CSV has ``NULL`` for a missing value.

    Attributes:
        found: For each row, whether its cells lead to it alone.
        finds_header: Whether the names of the fields lead to the header alone.
    """

    def __init__(self, header: Cells, rows: Sequence[Cells]) -> None:
        """Index a table as daff does.

        Args:
            header: Its header.
            rows: Its rows, in the order of the header.
        """
        self._readings = [_Reading(header, rows)]
        if any(NULL.fullmatch(cell) for row in rows for cell in row):
            self._readings.append(_Reading(header, [[*map(_as_read, row)] for row in rows]))
        found = [all(marks) for marks in zip(*(r.found for r in self._readings), strict=True)]
        self.finds_header, self.found = found[0], found[1:]

    def takes_for_a_row(self, cells: Cells, *, above_header: bool = False) -> bool:
        """Whether daff might find a row by cells that are no row's.

        Args:
            cells: The cells, in the order of the header.
            above_header: Whether they stand above the header of a patch.
        """
        for index in (index for reading in self._readings for index in reading.indexes):
            if above_header:
                if index.has(_key(cells, index.columns, "_")):
                    return True
            elif index.counts[_key(cells, index.columns)]:
                return True  # of many rows, it takes the one after the row it found before
        return False


class _Reading:
    """The indexes of a table, and the rows that are found by them, the header first."""

    def __init__(self, header: Cells, rows: Sequence[Cells]) -> None:
        self.indexes: list[_Index] = []
        self.found = [False] * (len(rows) + 1)
        columns = _columns(header, rows)
        last = 2 ** len(columns) - 1
        for number in range(1, last + 1):
            if all(self.found):
                break
            chosen = tuple(c for place, c in enumerate(columns) if number >> place & 1)
            keys = [_key(header, chosen, "_"), *(_key(row, chosen) for row in rows)]
            index = _Index(chosen, Counter(keys))
            if index.is_crowded(len(keys)) and (self.indexes or number < last):
                continue
            self.indexes.append(index)
            self.found = [f or index.has(k) for f, k in zip(self.found, keys, strict=True)]


def _as_read(cell: str) -> str:
    return ("" if cell == "NULL" else cell[1:]) if NULL.fullmatch(cell) else cell


def _columns(header: Cells, rows: Sequence[Cells]) -> list[int]:
    """The columns that are indexed: of many, those with the most different cells."""
    every = list(range(len(header)))
    if len(every) <= _MOST_COLUMNS:
        return every
    different = [len({header[c], *(row[c] for row in rows)}) for c in every]
    return sorted(every, key=lambda c: (-different[c], c))[:_MOST_COLUMNS]


def _key(cells: Cells, columns: Sequence[int], start: str = "") -> str:
    texts = [cells[c] for c in columns]
    return start + " // ".join("" if text in _BLANK else text for text in texts)
