"""Counts what differs between records of one key, many at a time."""

from __future__ import annotations

from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from interopwatch.diff.cells import Unreadable, grid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from interopwatch.diff.cells import Grid
    from interopwatch.diff.scan import Pair

    Reader = tuple[Callable[[str], Hashable], Callable[[str], Hashable]]


class Tallied(NamedTuple):
    """How many records and cells differ.

    Attributes:
        added: Records that only the newer file has.
        removed: Records that only the older file has.
        changed: Records of one key of which a value differs.
        cells: For each column, in how many of these it does.
    """

    added: int
    removed: int
    changed: int
    cells: tuple[int, ...]


class Tally:
    """Counts records and cells.

    Attributes:
        are_texts: Whether the texts of all columns are their values.
    """

    def __init__(self, readers: Sequence[Reader | None]) -> None:
        """Begin with nothing.

        Args:
            readers: For each column, how to read its cells on either side; ``None`` if its
                texts are its values.
        """
        self._readers = readers
        self.are_texts = all(reader is None for reader in readers)
        self._added = self._removed = self._changed = 0
        self._cells = [0] * len(readers)

    def add(self, pairs: Sequence[Pair]) -> None:
        """Count some more; it is quickest if they are many.

        Raises:
            Unreadable: A record is no CSV, has more or fewer cells than there are columns, or
                one that is not of its column's type.
        """
        before, after = [], []
        removed = added = 0
        for was, now in pairs:
            if was is None:
                added += 1
            elif now is None:
                removed += 1
            else:
                before.append(was)
                after.append(now)
        self.alone(removed, added)
        if not before:
            return
        width = len(self._readers)
        sides = grid(before, width), grid(after, width)
        if self.are_texts and sides[0].stride == sides[1].stride:
            self.texts(sides[0].cells, sides[1].cells, sides[0].stride)
        else:
            self._values(*sides)

    def alone(self, removed: int, added: int) -> None:
        """Count records that only one file has."""
        self._removed += removed
        self._added += added

    def texts(self, before: Sequence[bytes], after: Sequence[bytes], stride: int) -> int:
        """Count what differs between cells of which the texts are the values.

        Args:
            before: The cells before, row by row.
            after: The cells after, likewise.
            stride: How many cells of either lie between a cell and the one below it.

        Returns:
            In how many rows something differs.
        """
        differs = bytes(map(ne, before, after))
        any_differs = 0  # a byte for each row
        for at in range(len(self._cells)):
            column = differs[at::stride]
            self._cells[at] += column.count(1)
            any_differs |= int.from_bytes(column)
        self._changed += any_differs.bit_count()
        return any_differs.bit_count()

    def _values(self, before: Grid, after: Grid) -> None:
        changed: set[int] = set()
        for at, reader in enumerate(self._readers):
            was, now = before.column(at), after.column(at)
            rows: Sequence[int] = list(compress(count(), map(ne, was, now)))
            if reader is not None:
                old, new = reader
                try:
                    rows = [r for r in rows if old(was[r].decode()) != new(now[r].decode())]
                except ValueError:
                    raise Unreadable from None
            self._cells[at] += len(rows)
            changed.update(rows)
        self._changed += len(changed)

    def found(self) -> Tallied:
        """What was counted."""
        return Tallied(self._added, self._removed, self._changed, tuple(self._cells))
