"""On what terms a comparison is made: none has any influence on what it finds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Watch = Callable[[str, float | None], None]

LOCAL: Final = "local"
ENGINES: Final = (LOCAL, "duckdb", "spark")
"""Where tables can be compared: in this process; or on an engine, as one relational plan."""
_GUESS: Final = 8 << 30
_SHARE: Final = 4
"""Unless told otherwise, one part in so many of the machine's memory may be used."""


def nobody(what: str, share: float | None) -> None:
    """Watch nothing."""
    del what, share


@dataclass(frozen=True, slots=True)
class Terms:
    """How to go about a comparison.

    Attributes:
        trust_keys: Whether something vouches that no key stands twice in either table, so
            that the rows they share need not be looked at.
        memory: How many bytes the engine that compares large tables may hold in memory
            before it spills to disk; ``None`` for a quarter of the machine's.
        watch: Called now and then with what is being done and the share of it that is done
            (from 0 to 1; ``None`` if nobody knows).
    """

    trust_keys: bool = False
    memory: int | None = None
    watch: Watch = nobody

    @property
    def bytes(self) -> int:
        """How many bytes the engine may hold in memory."""
        return self.memory or machine_memory() // _SHARE


def machine_memory() -> int:
    """The machine's memory in bytes, or a modest guess where the system does not say."""
    if not hasattr(os, "sysconf"):
        return _GUESS
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
