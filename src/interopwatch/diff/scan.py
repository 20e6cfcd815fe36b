"""Compares two streams of records that share an order, by their bytes alone.

Most records of two editions are equal and stand in the same order. So both streams are
read side by side: equal records are passed over at the speed at which bytes compare, and
only where records differ are their keys looked at, to find each record's counterpart. If
there is none within a bounded look-ahead, the streams do not share an order, and the
caller has to compare them in another way.

Nothing here knows schemas: a record is bytes, and so is its key.
"""

from __future__ import annotations

from heapq import merge
from itertools import chain, compress, count
from operator import ne
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Pair = tuple[bytes | None, bytes | None]
LOOK_AHEAD: Final = 4096
"""How many records to search for a counterpart before giving up."""
_STEP: Final = 8
_MARGIN: Final = 64


class OutOfOrder(Exception):  # noqa: N818 - it says what is so, not that something failed
    """The two streams do not share an order. Never told to a user."""


class _Window:
    """The records of a stream that are in memory: from the next one on."""

    def __init__(self, stream: Iterator[list[bytes]]) -> None:
        self._stream = stream
        self.records: list[bytes] = []
        self.is_at_end = False

    def fill(self, number: int) -> None:
        """See that so many records are in memory, if there are so many."""
        while len(self.records) < number and not self.is_at_end:
            more = next(self._stream, None)
            if more is None:
                self.is_at_end = True
            else:
                self.records += more

    def drain(self) -> Iterator[bytes]:
        """All records from the next one on."""
        yield from self.records
        for more in self._stream:
            yield from more


def scan(
    old: Iterator[list[bytes]],
    new: Iterator[list[bytes]],
    key_of: Callable[[bytes], bytes],
    look_ahead: int = LOOK_AHEAD,
    place: Callable[[bytes], Any] | None = None,
) -> Iterator[Pair]:
    """The records that differ, each with its counterpart of the same key.

    Args:
        old: The records before, in lists of any length.
        new: The records after, likewise.
        key_of: The bytes of a record's key.
        look_ahead: How many records to search for a counterpart.
        place: What records sort by; if given, records without a counterpart that stand
            together come in this order, and else the removed ones first.

    Yields:
        ``(before, after)`` for a changed record, ``(before, None)`` for a removed one,
        ``(None, after)`` for an added one, in the order of the streams.

    Raises:
        OutOfOrder: Neither of two records, nor any after them within the look-ahead, has a
            counterpart there; or more records had none than had one. What was yielded
            before stands.
    """
    left, right = _Window(old), _Window(new)
    paired, alone = 0, 0
    while True:
        left.fill(_MARGIN + 1)
        right.fill(_MARGIN + 1)
        here, there = left.records, right.records
        if not here or not there:
            break
        # What lies near the end of a window may have its counterpart beyond it.
        reach = min(len(here), len(there))
        if not (left.is_at_end and right.is_at_end):
            reach = max(1, reach - _MARGIN)
        i = j = reach
        for at in compress(count(), map(ne, here, there)):
            if at >= reach:
                break
            if key_of(here[at]) == key_of(there[at]):
                yield here[at], there[at]
                continue
            i, j = _counterparts(left, right, at, key_of, look_ahead)
            paired += at
            alone += i + j - 2 * at
            if alone > look_ahead + paired:
                raise OutOfOrder
            yield from _alone(here[at:i], there[at:j], place)
            break
        else:
            paired += reach
        del here[:i]
        del there[:j]
    yield from _alone(left.drain(), right.drain(), place)


def _alone(
    removed: Iterable[bytes], added: Iterable[bytes], place: Callable[[bytes], Any] | None
) -> Iterator[Pair]:
    here: Iterator[Pair] = ((record, None) for record in removed)
    there: Iterator[Pair] = ((None, record) for record in added)
    if place is None:
        return chain(here, there)
    return merge(here, there, key=lambda pair: place(pair[0] or pair[1] or b""))


def _counterparts(
    left: _Window,
    right: _Window,
    at: int,
    key_of: Callable[[bytes], bytes],
    look_ahead: int,
) -> tuple[int, int]:
    """Where the windows go on: at the nearest two records from ``at`` on with the same key.

    Where both streams end before that, it is at their ends.
    """
    here, there = left.records, right.records
    mine: dict[bytes, int] = {}
    yours: dict[bytes, int] = {}
    begin, width = 0, _STEP
    while begin <= look_ahead:
        left.fill(at + width)
        right.fill(at + width)
        # Records that are new in this round are held against all seen on the other side.
        for place, record in enumerate(there[at + begin : at + width], begin):
            yours.setdefault(key_of(record), place)
        found = []
        for place, record in enumerate(here[at + begin : at + width], begin):
            key = key_of(record)
            mine.setdefault(key, place)
            if key in yours:
                found.append((place + yours[key], place, yours[key]))
        found += [
            (mine[key] + place, mine[key], place)
            for key, place in yours.items()
            if place >= begin and key in mine
        ]
        if found:
            _, ours, theirs = min(found)
            return at + ours, at + theirs
        if len(here) < at + width and len(there) < at + width:
            return len(here), len(there)
        begin, width = width, 2 * width
    raise OutOfOrder
