"""Sorts things of which there may be more than memory holds."""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Any, Final, Generic, TypeVar

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
        found: The things, some at a time: whatever :mod:`marshal` can write.
        place: What one of them sorts by.
        held_at_once: How many things to hold and sort in memory.
    """
    with ExitStack() as stack:
        spool: IO[bytes] | None = None
        runs: list[_Run[Each]] = []
        held: list[Each] = []
        for some in found:
            held += some
            if len(held) >= held_at_once:
                spool = spool or stack.enter_context(_spool())
                held.sort(key=place)
                runs.append(_Run(_batches(spool, _kept(spool, held)), place))
                held = []
        held.sort(key=place)
        last = (held[at : at + _BATCH] for at in range(0, len(held), _BATCH))
        yield _merged([*runs, _Run(last, place)], place) if runs else last


class _Run(Generic[Each]):
    """Things in order, of which some are held.

    Attributes:
        held: The next of them.
        places: What each of these sorts by.
    """

    def __init__(self, batches: Iterator[list[Each]], place: Callable[[Each], Any]) -> None:
        self._batches, self._place = batches, place
        self.held: list[Each] = []
        self.places: list[Any] = []

    def fill(self) -> bool:
        """Read some more; return whether there were any."""
        more = next(self._batches, [])
        self.held += more
        self.places += map(self._place, more)
        return bool(more)

    def take(self, number: int) -> list[Each]:
        """The next so many, which are not held any longer."""
        taken, self.held = self.held[:number], self.held[number:]
        del self.places[:number]
        return taken


def _merged(runs: list[_Run[Each]], place: Callable[[Each], Any]) -> Iterator[list[Each]]:
    """Runs as one, some things at a time.

    Whatever sorts before the last thing held of each run can be followed by nothing smaller. To
    take it all at once and sort it took a third of the time of a heap that gives one by one.
    """
    growing = [run for run in runs if run.fill()]
    while growing:
        end = min(run.places[-1] for run in growing)
        taken = [each for run in runs for each in run.take(bisect_left(run.places, end))]
        taken.sort(key=place)
        if taken:
            yield taken
        growing = [run for run in growing if run.places[-1] > end or run.fill()]
    yield sorted((each for run in runs for each in run.held), key=place)


@contextmanager
def kept(found: Iterable[list[Each]]) -> Iterator[Callable[[], Iterator[list[Each]]]]:
    """Things as they come, to be gone through more than once.

    Args:
        found: The things, some at a time: whatever :mod:`marshal` can write.

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
