"""How daff (1.4) reads a patch: the column order it needs, and which rows it can locate.

A patch does not record a row's position. daff locates the row by its cells: it indexes the table by
combinations of columns and takes the first index in which those cells are unique
(``HighlightPatch.lookUp`` and ``CompareTable.alignCore2``). So whether it will find a row, and no
other one, can be computed beforehand: :class:`Finder` does the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Cells = Sequence[str]

NULL: Final = re.compile("_*NULL")
"""What daff reads as a missing value, or as an escaped one."""
# These four are daff's own, from ``CompareTable`` and ``Index``.
_MOST_COLUMNS: Final = 5
_SPARE_ROWS: Final = 20
_MOST_SHARED: Final = 0.1
_BLANK: Final = ("", "null", "undefined")


@dataclass(frozen=True, slots=True)
class PatchColumn:
    """A column of the patch.

    Attributes:
        name: Its cell in the header row.
        new_name: Its name in the newer table, under which both sides hold its cells.
        old_name: Its name in the older table; ``new_name`` if it is not there.
        old: Its position in the older table; ``None`` if it is added.
        new: Its position in the newer table; ``None`` if it is removed.
        tag: Its cell in the schema row.
    """

    name: str
    new_name: str
    old_name: str
    old: int | None
    new: int | None
    tag: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether both tables have it and the patch marks it as kept."""
        return self.old is not None and self.new is not None


def columns_of(
    original: Sequence[str], old: Sequence[str], new: Sequence[str]
) -> list[PatchColumn]:
    """Return the columns of a patch, in the order that daff requires.

    Args:
        original: The header of the older table.
        old: The same header in the names of the newer table.
        new: The header of the newer table.
    """
    places = {name: place for place, name in enumerate(old)}
    kept, staying = _kept(dict(zip(old, original, strict=True)), places, new)
    columns: list[PatchColumn] = []
    removed: dict[str, list[PatchColumn]] = {}
    last = ""
    for place, name in enumerate(old):
        if name in kept:
            last = name
        else:  # after the column that it followed
            column = PatchColumn(original[place], name, original[place], place, None, "---")
            removed.setdefault(last, []).append(column)
    columns += removed.get("", ())
    for place, name in enumerate(new):
        if name in kept:
            old_name = original[places[name]]
            tag = ("" if name in staying else ":") + (f"({old_name})" if old_name != name else "")
            columns.append(PatchColumn(name, name, old_name, places[name], place, tag))
            columns += removed.get(name, ())
        else:
            columns.append(PatchColumn(name, name, name, None, place, "+++"))
    return columns


def _kept(
    original: Mapping[str, str], places: Mapping[str, int], new: Sequence[str]
) -> tuple[set[str], set[str]]:
    """Return the columns to mark as kept, and those among them that do not move.

    All others are given as one removed and one added, because daff

    * renames last, and by the name alone, which also hits an added column with the old name;
    * does not notice a moved column if all moved columns were renamed too;
    * misplaces moved columns if others were added or removed among them.

    Args:
        original: The column names in the older table, by their newer names.
        places: Their positions in it.
        new: The header of the newer table.
    """
    kept = [name for name in new if name in places]
    while True:
        added = {name for name in new if name not in kept}
        staying = _in_both_orders(kept, places)
        moved = [name for name in kept if name not in staying]
        lost = {name for name in kept if original[name] != name and original[name] in added}
        if all(original[name] != name for name in moved) or (added and len(kept) < len(places)):
            lost |= set(moved)
        if not lost:
            return set(kept), staying
        kept = [name for name in kept if name not in lost]


def _in_both_orders(names: Sequence[str], places: Mapping[str, int]) -> set[str]:
    """Return the longest subsequence of names that has the same order in both tables.

    The longest increasing subsequence of their positions, by patience sorting.
    """
    chains: list[list[str]] = []  # for each length, the one with the earliest end
    for name in names:
        at = bisect_left(chains, places[name], key=lambda chain: places[chain[-1]])
        chains[at : at + 1] = [[*(chains[at - 1] if at else ()), name]]
    return set(chains[-1]) if chains else set()


@dataclass(frozen=True, slots=True)
class _Index:
    """One of daff's indexes: some columns, and how often their cells occur in the table."""

    columns: tuple[int, ...]
    counts: Counter[str]

    def has(self, key: str) -> bool:
        return key != "" and self.counts[key] == 1

    def is_skipped(self, height: int) -> bool:
        """Return whether daff skips it, because too many rows share their cells."""
        return max(self.counts.values()) / (height + _SPARE_ROWS) >= _MOST_SHARED


class Finder:
    """Predicts which rows daff finds in a table, whether or not it parsed the table itself.

    daff's own CSV reader takes ``NULL`` for a missing value.

    Attributes:
        found: For each row, whether its cells identify it alone.
        finds_header: Whether the names of the fields identify the header alone.
    """

    def __init__(self, header: Cells, rows: Sequence[Cells]) -> None:
        """Index a table as daff does.

        Args:
            header: Its header.
            rows: Its rows, with cells in the order of the header.
        """
        self._indexed = [_TableIndexes(header, rows)]
        if any(NULL.fullmatch(cell) for row in rows for cell in row):
            self._indexed.append(_TableIndexes(header, [[*map(_as_read, row)] for row in rows]))
        found = [all(marks) for marks in zip(*(r.found for r in self._indexed), strict=True)]
        self.finds_header, self.found = found[0], found[1:]

    def may_match(self, cells: Cells, *, above_header: bool = False) -> bool:
        """Return whether daff might find a row by cells that belong to no row.

        Args:
            cells: The cells, in the order of the header.
            above_header: Whether they are above the header of a patch.
        """
        for index in (index for table in self._indexed for index in table.indexes):
            if above_header:
                if index.has(_key(cells, index.columns, "_")):
                    return True
            elif index.counts[_key(cells, index.columns)]:
                return True  # of several rows, daff takes the one after the last that it found
        return False


class _TableIndexes:
    """The indexes of a table, and for each row, the header first, whether they find it."""

    def __init__(self, header: Cells, rows: Sequence[Cells]) -> None:
        self.indexes: list[_Index] = []
        self.found = [False] * (len(rows) + 1)
        columns = _columns(header, rows)
        # At most five columns, so 31 combinations.
        last = 2 ** len(columns) - 1
        for number in range(1, last + 1):
            if all(self.found):
                break
            chosen = tuple(c for place, c in enumerate(columns) if number >> place & 1)
            keys = [_key(header, chosen, "_"), *(_key(row, chosen) for row in rows)]
            index = _Index(chosen, Counter(keys))
            if index.is_skipped(len(keys)) and (self.indexes or number < last):
                continue
            self.indexes.append(index)
            self.found = [f or index.has(k) for f, k in zip(self.found, keys, strict=True)]


def _as_read(cell: str) -> str:
    return ("" if cell == "NULL" else cell[1:]) if NULL.fullmatch(cell) else cell


def _columns(header: Cells, rows: Sequence[Cells]) -> list[int]:
    """Return the columns to index: of many, those with the most distinct cells."""
    every = list(range(len(header)))
    if len(every) <= _MOST_COLUMNS:
        return every
    different = [len({header[c], *(row[c] for row in rows)}) for c in every]
    return sorted(every, key=lambda c: (-different[c], c))[:_MOST_COLUMNS]


def _key(cells: Cells, columns: Sequence[int], start: str = "") -> str:
    texts = [cells[c] for c in columns]
    return start + " // ".join("" if text in _BLANK else text for text in texts)
