"""A cache of the tables of a package, limited by the number of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from interopwatch.package.table import Table

_MOST_CELLS: Final = 1_000_000
"""Maximum cells in the cache: a million took 130 MiB. Without a limit, ten years of half-hourly
measurements in 34 MiB of CSV took 1.5 GiB, though no single table is large."""


class TableCache:
    """A cache of tables by name that evicts the least recently used (LRU).

    The last one is kept, whatever its size.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._held: dict[str, Table] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def __getitem__(self, name: str) -> Table:
        self._held[name] = table = self._held.pop(name)  # moved to the end: the most recently used
        return table

    def __setitem__(self, name: str, table: Table) -> None:
        self._held.pop(name, None)
        room = _MOST_CELLS - _cells(table)
        # From the most recently used: once there is no room, all older ones are evicted.
        for other in reversed(tuple(self._held)):
            room -= _cells(self._held[other])
            if room < 0:
                del self._held[other]
        self._held[name] = table


def _cells(table: Table) -> int:
    return len(table.rows) * len(table.resource.header)
