"""Options of a comparison: memory, processes, sample sizes and callbacks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    Watch = Callable[[str, float | None], None]
    Unread = Callable[[str, str], None]

LOCAL: Final = "local"
ENGINES: Final = (LOCAL, "duckdb", "spark")
"""Where tables can be compared: in this process, or on an engine with one SQL query."""
_GUESS: Final = 8 << 30
"""A modest guess at the memory, in bytes, of a machine that does not report it."""
_SHARE: Final = 4
"""By default, one part in this many of the machine's memory may be used."""


def unwatched(what: str, share: float | None) -> None:
    """Ignore progress: the default of ``watch``."""
    del what, share


class DiffOptions(Struct, frozen=True):
    """Options of a comparison.

    The sizes can be set for tests, and for machines unlike those on which they were measured.

    Attributes:
        trust_keys: Whether keys are known to be unique in both tables, so that the rows they share
            need not be checked for duplicates.
        memory: How many bytes the engine that compares large tables may hold in memory
            before it spills to disk; ``None`` for a quarter of the machine's memory.
        note: Called with each problem that does not stop the comparison, such as a duplicate key,
            and with each key that was inferred because none is declared. If ``None``, a duplicate
            key is an error; otherwise, its rows are compared as a group.
        watch: Called from time to time with the current task and the share of it that is done
            (from 0 to 1; ``None`` if unknown).
        in_memory: Two files of at most this many bytes together are compared in memory. At 8 MiB,
            that takes 60 MiB, and as long as to start an engine.
        held: If more rows of a resource differ, changed keys are not recognised, except those
            reformatted throughout: all differences would be held, 50,000 rows in some 100 MiB.
        sorted_in_memory: How many items an external sort holds at a time.
        key_sample: How many keys of either side to sample for a reformatting of all keys.
        whole: Tables of at most this many bytes are read completely to find renames. Of larger
            ones, the first rows are read, and then a sample of about this size.
        first_rows: How many of the first rows are read.
        workers: How many processes scan large files and narrate their changes; ``None`` for as
            many as pay.
        strategies: The names of the strategies to choose from; ``None`` for all.
        unread: Called with each table that cannot be read, and the reason; the table is then
            compared by its bytes. ``None`` to raise an error instead.
        may_read_nothing: Whether to accept that no table at all can be read.
    """

    trust_keys: bool = False
    memory: int | None = None
    watch: Watch = unwatched
    note: Callable[[str], None] | None = None
    in_memory: int = 8 << 20
    held: int = 50_000
    sorted_in_memory: int = 20_000
    key_sample: int = 20_000
    whole: int = 8 << 20
    first_rows: int = 5_000
    workers: int | None = None
    strategies: frozenset[str] | None = None
    unread: Unread | None = None
    may_read_nothing: bool = False

    @property
    def bytes(self) -> int:
        """The number of bytes that the engine may hold in memory."""
        return self.memory or machine_memory() // _SHARE


def machine_memory() -> int:
    """Return the machine's memory in bytes, or a modest guess if the system does not report it."""
    if not hasattr(os, "sysconf"):
        return _GUESS
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
