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
"""Where tables can be compared: in this process; or on an engine, by one SQL query."""
_GUESS: Final = 8 << 30
"""A modest guess at the memory of a machine that does not say how much it has."""
_SHARE: Final = 4
"""Unless the user says otherwise, one part in so many of the machine's memory may be used."""


def unwatched(what: str, share: float | None) -> None:
    """Report progress to nobody."""
    del what, share


class DiffOptions(Struct, frozen=True):
    """How to go about a comparison.

    The sizes are here for tests and for machines unlike those that they were measured on.

    Attributes:
        trust_keys: Whether something vouches that no key stands twice in either table, so
            that the rows they share need not be looked at.
        memory: How many bytes the engine that compares large tables may hold in memory
            before it spills to disk; ``None`` for a quarter of the machine's.
        note: Called with each problem that does not stop the comparison, such as a key that
            stands twice, and with each key that was found where none is declared. Without it,
            the rows of a key that stands twice are no group but an error.
        watch: Called now and then with what is being done and the share of it that is done
            (from 0 to 1; ``None`` if nobody knows).
        in_memory: Two files of up to so many bytes together are compared in memory. At 8 MiB
            that takes 60 MiB, and as long as to start an engine.
        held: Where more rows of a resource differ, none is taken for a row whose key changed,
            for to tell them, all that differs has to be held: 50,000 rows take some 100 MiB.
        sorted_in_memory: How many items an external sort holds at a time.
        key_sample: How many keys of either side to look at for a reformatting of all keys.
        whole: Tables of up to so many bytes are looked at as a whole for what was renamed; of
            larger ones, first so many of their first rows, and then a sample of this size.
        first_rows: How many these are.
        workers: How many processes scan large files, and tell what differs in them; ``None``
            for as many as pay.
        strategies: The names of the strategies to choose from; ``None`` for all.
        unread: Called with a table that cannot be read, and why; it is then compared by its
            bytes. ``None`` to raise an error instead.
        may_read_nothing: Whether it is no error either if no table at all can be read.
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
        """How many bytes the engine may hold in memory."""
        return self.memory or machine_memory() // _SHARE


def machine_memory() -> int:
    """The machine's memory in bytes, or a modest guess where the system does not say."""
    if not hasattr(os, "sysconf"):
        return _GUESS
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
