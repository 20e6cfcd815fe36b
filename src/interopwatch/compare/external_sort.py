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
"""Items to write and read at a time. While runs are merged, this many of each run are held."""


@contextmanager
def in_order(
    found: Iterable[list[Each]], place: Callable[[Each], Any], held_at_once: int
) -> Iterator[Iterator[list[Each]]]:
    """Provide items in sorted order, in batches; the sort is stable.

    Args:
        found: The items in batches; they have to be picklable.
        place: Returns the sort key of an item.
        held_at_once: How many items to hold and sort in memory.
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
    """Spool items to disk, so that they can be iterated more than once.

    Args:
        found: The items in batches; they have to be picklable.

    Yields:
        A function that returns an iterator over the items in their order, in batches.
    """
    with _spool() as spool:
        for some in found:
            _kept(spool, some)
        end = spool.tell()
        yield lambda: _batches(spool, (0, end))


def _spool() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="interopwatch-")


def _kept(spool: IO[bytes], things: list[Any]) -> tuple[int, int]:
    """Append items to the spool; return the offsets at which they begin and end."""
    begin = spool.seek(0, 2)
    for at in range(0, len(things), _BATCH):
        write_batch(things[at : at + _BATCH], spool)
    return begin, spool.tell()


def _batches(spool: IO[bytes], span: tuple[int, int]) -> Iterator[list[Any]]:
    """Yield the items in a span of the spool, whose position other iterators move."""
    here, end = span
    while here < end:
        spool.seek(here)
        things = read_batch(spool)
        here = spool.tell()
        yield things
