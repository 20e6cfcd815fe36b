"""Sort items that may not fit in memory, and spool them to disk."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from heapq import merge
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from interopwatch.compare.batches import read_batch, write_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Each = TypeVar("Each")

_BATCH: Final = 256
"""Things that are written and read at a time. While runs are merged, so many of each are held."""


@contextmanager
def in_order(
    found: Iterable[list[Each]], place: Callable[[Each], Any], held_at_once: int
) -> Iterator[Iterator[list[Each]]]:
    """Things in order, some at a time; those of one place stay as they came.

    Args:
        found: The things, some at a time: whatever :mod:`pickle` can write.
        place: What one of them sorts by.
        held_at_once: How many things to hold and sort in memory.
    """
    with ExitStack() as stack:
        spool: IO[bytes] | None = None
        runs: list[Iterator[list[Each]]] = []
        held: list[Each] = []
        for some in found:
            held += some
            if len(held) >= held_at_once:
                spool = spool or stack.enter_context(_spool())
                held.sort(key=place)
                runs.append(_batches(spool, _kept(spool, held)))
                held = []
        held.sort(key=place)
        every = merge(*map(chain.from_iterable, [*runs, [held]]), key=place)
        yield iter(lambda: list(islice(every, _BATCH)), [])


@contextmanager
def kept(found: Iterable[list[Each]]) -> Iterator[Callable[[], Iterator[list[Each]]]]:
    """Things as they come, to be gone through more than once.

    Args:
        found: The things, some at a time: whatever :mod:`pickle` can write.

    Yields:
        What gives them, some at a time.
    """
    with _spool() as spool:
        for some in found:
            _kept(spool, some)
        end = spool.tell()
        yield lambda: _batches(spool, (0, end))


def _spool() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="interopwatch-")


def _kept(spool: IO[bytes], things: list[Any]) -> tuple[int, int]:
    """Write things behind all others; returns where they begin and end."""
    begin = spool.seek(0, 2)
    for at in range(0, len(things), _BATCH):
        write_batch(things[at : at + _BATCH], spool)
    return begin, spool.tell()


def _batches(spool: IO[bytes], span: tuple[int, int]) -> Iterator[list[Any]]:
    """The things in a span of the spool, which others read as well."""
    here, end = span
    while here < end:
        spool.seek(here)
        things = read_batch(spool)
        here = spool.tell()
        yield things
