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
        self._tables: dict[str, Table] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __getitem__(self, name: str) -> Table:
        # Moved to the end: the most recently used.
        self._tables[name] = table = self._tables.pop(name)
        return table

    def __setitem__(self, name: str, table: Table) -> None:
        self._tables.pop(name, None)
        room = _MOST_CELLS - _cells(table)
        # From the most recently used: once there is no room, all older ones are evicted.
        for other in reversed(tuple(self._tables)):
            room -= _cells(self._tables[other])
            if room < 0:
                del self._tables[other]
        self._tables[name] = table


def _cells(table: Table) -> int:
    return len(table.rows) * len(table.resource.header)
