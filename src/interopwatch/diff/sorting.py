"""Sorts pairs of records, of which there may be more than memory holds."""

from __future__ import annotations

import marshal
import tempfile
from contextlib import ExitStack, contextmanager
from heapq import merge
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from interopwatch.diff.scan import Pair

_HELD: Final = 50_000
"""How many pairs to hold and sort at once."""
_BATCH: Final = 256


@contextmanager
def in_order(
    found: Iterable[list[Pair]], place: Callable[[bytes], Any]
) -> Iterator[Iterator[list[Pair]]]:
    """Pairs in the order of what their records sort by, some at a time.

    Args:
        found: The pairs, some at a time.
        place: What a record sorts by.
    """

    def by_place(pair: Pair) -> Any:  # noqa: ANN401 - whatever sorts
        was, now = pair
        return place(was or now or b"")

    with ExitStack() as stack:
        spool: IO[bytes] | None = None
        runs: list[Iterator[Pair]] = []
        held: list[Pair] = []
        for pairs in found:
            held += pairs
            if len(held) >= _HELD:
                spool = spool or stack.enter_context(_spool())
                held.sort(key=by_place)
                runs.append(_run(spool, _kept(spool, held)))
                held = []
        held.sort(key=by_place)
        every = merge(*runs, held, key=by_place) if runs else iter(held)
        yield iter(lambda: list(islice(every, _BATCH)), [])


def _spool() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="interopwatch-")


def _kept(spool: IO[bytes], pairs: list[Pair]) -> tuple[int, int]:
    """Write pairs behind all others; returns where they begin and end."""
    begin = spool.seek(0, 2)
    for at in range(0, len(pairs), _BATCH):
        marshal.dump(pairs[at : at + _BATCH], spool)
    return begin, spool.tell()


def _run(spool: IO[bytes], span: tuple[int, int]) -> Iterator[Pair]:
    """The pairs in a span of the spool, which others read as well."""
    here, end = span
    while here < end:
        spool.seek(here)
        # What is loaded was dumped above, into a file that nobody else can open.
        pairs: list[Pair] = marshal.load(spool)  # noqa: S302
        here = spool.tell()
        yield from pairs
