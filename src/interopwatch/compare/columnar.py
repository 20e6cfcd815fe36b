"""Counts what differs between two blocks of records of which most differ, column by column.

Where most records differ, it does not pay to look at each by itself. Both blocks are taken
apart into columns, the rows are paired by key as two sorted lists are merged, and then each
column is compared with its counterpart as a whole.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, count
from operator import lt, ne
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from interopwatch.compare.cells import grid_of
from interopwatch.compare.rising import NotRising

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.compare.cells import Grid
    from interopwatch.compare.keys import Keys
    from interopwatch.compare.rising import Rising
    from interopwatch.compare.tally import Tally

_NONE: Final = (0, 0)
_STEP: Final = 64


class _Merged(NamedTuple):
    """Rows of two grids, paired: spans that have the same keys, and how many rows have none.

    Attributes:
        old: The spans in the older one.
        new: The spans in the newer one, as long as those.
        removed: How many rows before the end have no counterpart in the newer one.
        added: How many have none in the older one.
        ends: With which row either goes on that cannot be paired yet.
    """

    old: list[slice]
    new: list[slice]
    removed: int
    added: int
    ends: tuple[int, int]


class Columnar:
    """Counts in blocks of whole records.

    Attributes:
        share: Which part of the rows that were compared last differ.
    """

    def __init__(self, keys: Keys, order: Rising, tally: Tally, ready: Callable[[], None]) -> None:
        """Begin.

        Args:
            keys: How to get at the keys of the records.
            order: What sees that the keys rise.
            tally: What counts.
            ready: Called before anything is counted: what was found earlier comes first.
        """
        self._keys, self._order, self._tally, self._ready = keys, order, tally, ready
        self.share = 1.0

    def __call__(self, old: bytes, new: bytes) -> tuple[int, int]:
        """Count what differs from the beginning of two blocks on.

        Returns:
            How many bytes of either have been dealt with; none if they cannot be taken apart
            as simply as this, or their keys do not rise.

        Raises:
            NotRising: Keys do not come after those before.
            Unreadable: A row has no key, or not what it should be, or is no UTF-8.
        """
        width = self._keys.width
        mine, yours = grid_of(old, width), grid_of(new, width)
        if mine is None or yours is None:
            return _NONE
        here, there = self._keys.places_in(mine), self._keys.places_in(yours)
        if not all(all(map(lt, places, places[1:])) for places in (here, there)):
            return _NONE
        self._tally.check(mine, old)
        self._tally.check(yours, new)
        merged = _merge(here, there)
        i, j = merged.ends
        self._ready()
        self._order.seen(here[:i], there[:j])
        before, after = _within(mine, merged.old), _within(yours, merged.new)
        if any(before[at :: mine.stride] != after[at :: mine.stride] for at in self._keys.at):
            raise NotRising  # one key, spelled in two ways
        rows = sum(span.stop - span.start for span in merged.old)
        changed = self._tally.texts(before, after, mine.stride)
        self._tally.alone(merged.removed, merged.added)
        alone = merged.removed + merged.added
        self.share = (changed + alone) / (rows + alone)
        return len(old) - _after(mine, i), len(new) - _after(yours, j)


def _within(rows: Grid, spans: Sequence[slice]) -> Sequence[bytes]:
    """The cells in some spans of rows."""
    found: list[bytes] = []
    for span in spans:
        found += rows.cells[span.start * rows.stride : span.stop * rows.stride]
        if len(found) % rows.stride:  # behind the last row there is nothing to fill up
            found.append(b"\n")
    return found


def _after(rows: Grid, row: int) -> int:
    """How many bytes the records from a row on take."""
    cells = rows.cells[row * rows.stride :]
    # A comma stands on either side of a line end in this list only.
    return max(0, sum(map(len, cells)) + len(cells) - 1 - 2 * (len(cells) // rows.stride))


def _merge(mine: Sequence[Any], yours: Sequence[Any]) -> _Merged:
    """Pair the places of two blocks, both of which rise, until one of them ends."""
    old, new = [], []
    removed = added = i = j = 0
    while i < len(mine) and j < len(yours):
        if mine[i] == yours[j]:
            same = _equal(mine, yours, i, j)
            old.append(slice(i, i + same))
            new.append(slice(j, j + same))
            i, j = i + same, j + same
        elif mine[i] < yours[j]:
            end = bisect_left(mine, yours[j], i)
            removed, i = removed + end - i, end
        else:
            end = bisect_left(yours, mine[i], j)
            added, j = added + end - j, end
    return _Merged(old, new, removed, added, (i, j))


def _equal(mine: Sequence[Any], yours: Sequence[Any], i: int, j: int) -> int:
    """How many places are equal from here on; longer and longer stretches are looked at."""
    most, same, step = min(len(mine) - i, len(yours) - j), 0, _STEP
    while same < most:
        one, other = mine[i + same : i + same + step], yours[j + same : j + same + step]
        if one == other:
            same += len(one)
            step *= 2
        else:
            return same + next(compress(count(), map(ne, one, other)), min(len(one), len(other)))
    return same
