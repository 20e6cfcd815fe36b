"""Counts what differs between records of one key, many at a time."""

from __future__ import annotations

from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from interopwatch.compare.cells import Unreadable, grid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from interopwatch.compare.cells import Grid
    from interopwatch.compare.records import Pair

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

    def __init__(self, readers: Sequence[Reader | None], key: Sequence[int]) -> None:
        """Begin with nothing.

        Args:
            readers: For each column, how to read its cells on either side; ``None`` if its
                texts are its values.
            key: Which columns are the key.
        """
        self._readers, self._key = readers, key
        self.are_texts = all(reader is None for reader in readers)
        self._added = self._removed = self._changed = 0
        self._cells = [0] * len(readers)

    def add(self, pairs: Sequence[Pair]) -> None:
        """Count some more; it is quickest if they are many.

        Raises:
            Unreadable: A record is no CSV in UTF-8, has more or fewer cells than there are
                columns, none in the key, or one that is not of its column's type.
        """
        before = [was for was, now in pairs if was is not None and now is not None]
        after = [now for was, now in pairs if was is not None and now is not None]
        removed = [was for was, now in pairs if was is not None and now is None]
        added = [now for was, now in pairs if was is None and now is not None]
        self.alone(len(removed), len(added))
        for alone in filter(None, (removed, added)):
            self._grid(alone)
        if not before:
            return
        sides = self._grid(before), self._grid(after)
        if self.are_texts and sides[0].stride == sides[1].stride:
            self.texts(sides[0].cells, sides[1].cells, sides[0].stride)
        else:
            self._values(*sides)

    def _grid(self, records: Sequence[bytes]) -> Grid:
        found = grid(records, len(self._readers))
        self.check(found, b"\n".join(records))
        return found

    def check(self, rows: Grid, written: bytes) -> None:
        """See that rows have keys, and that the bytes in which they are written are a text.

        Raises:
            Unreadable: One has none, or they are not.
        """
        key = [rows.column(at) for at in self._key]
        if all(b"" in column for column in key) and not all(map(any, zip(*key, strict=True))):
            raise Unreadable
        if not written.isascii():  # which is quickly told
            try:
                written.decode()
            except UnicodeDecodeError:
                raise Unreadable from None

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
