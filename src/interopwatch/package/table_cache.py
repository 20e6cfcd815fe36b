"""A cache of the tables of a package, limited by the number of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from interopwatch.package.table import Table

_MOST_CELLS: Final = 1_000_000
"""Cells of tables that are held at a time: a million took 130 MiB. Without a limit, ten years of
half-hourly measurements in 34 MiB of CSV took 1.5 GiB, though none of them is large."""


class TableCache:
    """Tables by name; the least recently used give way to others (LRU).

    The last one stays, whatever its size. A table that is not in the cache is read again.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._held: dict[str, Table] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def __getitem__(self, name: str) -> Table:
        self._held[name] = table = self._held.pop(name)  # a dict keeps the order of insertion
        return table

    def __setitem__(self, name: str, table: Table) -> None:
        self._held.pop(name, None)
        left = _MOST_CELLS - _cells(table)
        # From the one used last backwards: once there is no room, all that are older go.
        for other in reversed(tuple(self._held)):
            left -= _cells(self._held[other])
            if left < 0:
                del self._held[other]
        self._held[name] = table


def _cells(table: Table) -> int:
    return len(table.rows) * len(table.resource.header)
