"""Compares two streams of records that share an order, by their bytes alone.

Most records of two editions are equal and stand in the same order. So both streams are
read side by side. As long as their bytes are equal, these are passed over block by block;
where they differ, the block becomes records, and equal records are passed over at the speed
at which bytes compare. Only where records differ are their keys looked at, to find each
record's counterpart among the next ones; failing that, by which of them sort first.

Nothing here knows schemas: a record is bytes, and so is its key.
"""

from __future__ import annotations

from heapq import merge
from itertools import compress, takewhile
from operator import ne
from typing import TYPE_CHECKING, Final

from interopwatch.compare.records import split, whole

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from interopwatch.compare.columnar import Columnar
    from interopwatch.compare.keys import Keys
    from interopwatch.compare.records import Pair
    from interopwatch.compare.rising import Rising

LOOK_AHEAD: Final = 4096
"""How many records to search for a counterpart."""
_ENOUGH: Final = 64
"""How many records of either stream are worth a look at once."""
_FEW: Final = 32
"""So few records do not show how many differ."""
_RARE: Final = 64
"""Where no more than one record in so many differs, equal blocks are looked for."""
_DENSE: Final = 0.25
"""Where a larger part of the records differs, blocks are dealt with as a whole."""
_MUCH: Final = 1 << 14
"""How many bytes are worth being dealt with as a whole."""
_TASTE: Final = 1 << 13
"""How much of two blocks that differ to look at as records before blocks are tried again."""
_STEP: Final = 8
_HELD: Final = 16 << 20
"""How many bytes to hold of either stream to search for a counterpart."""


class OutOfOrder(Exception):  # noqa: N818 - it says what is so, not that something failed
    """Two streams share no order, nor are they in that of their keys. Never told to a user."""


class _Window:
    """What is in memory of a stream, from the next record on: first as records, then as bytes."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._blocks = stream
        self.records: list[bytes] = []
        self.raw = b""

    def pull(self) -> bytes:
        """The bytes of the next records; empty at the end of the stream."""
        if not self.raw:
            self.raw = next(self._blocks, b"")
        return self.raw

    def draw(self, size: int) -> bytes:
        """The same, of so many bytes at least, if the stream has so many."""
        while len(self.raw) < size and (more := next(self._blocks, b"")):
            self.raw = b"\n".join((self.raw, more)) if self.raw else more
        return self.raw

    def fill(self, number: int) -> None:
        """See that there are so many records, if the stream has so many."""
        while len(self.records) < number and self.pull():
            self.records += split(self.raw)
            self.raw = b""

    def open(self, size: int) -> None:
        """Make records of the next bytes, up to about so many."""
        end = whole(self.raw[:size])
        if end:
            self.records += split(self.raw[: end - 1])
            self.raw = self.raw[end:]

    def close(self) -> None:
        """Make bytes of the records again."""
        if self.records:
            self.raw = b"\n".join([*self.records, self.raw] if self.raw else self.records)
            self.records.clear()


def scan(
    old: Iterator[bytes],
    new: Iterator[bytes],
    keys: Keys,
    order: Rising | None = None,
    dense: Columnar | None = None,
    look_ahead: int = LOOK_AHEAD,
) -> Iterator[list[Pair]]:
    """The records that differ, each with its counterpart of the same key, some at a time.

    Where none is within the look-ahead, it is told by the order of the keys which records can
    have one at all. Where streams are not in that order, records may be found on either side
    without their counterpart, and then not in the order of their keys: whoever needs to know
    looks whether what is found rises.

    Args:
        old: The records before, as blocks; see :func:`interopwatch.compare.records.blocks`.
        new: The records after, likewise.
        keys: How to get at their keys.
        order: What is to see all records, if anything.
        dense: What deals with blocks of which most records differ, if it is not to be done
            here; what it finds is not found here.
        look_ahead: How many records to search for a counterpart.

    Yields:
        ``(before, after)`` for a changed record, ``(before, None)`` for a removed one,
        ``(None, after)`` for an added one, in the order of the streams; records without a
        counterpart that stand together, in the order of their keys.

    Raises:
        OutOfOrder: Neither the other stream nor the order of the keys shows where a record
            belongs. What was yielded before stands.
    """
    left, right = _Window(old), _Window(new)
    here, there = left.records, right.records
    same = keys.same
    is_calm, is_dense = True, False
    while True:
        if is_calm:
            _skip(left, right, order)
        elif is_dense and dense is not None:
            _hand_over(left, right, dense)
        left.fill(_ENOUGH)
        right.fill(_ENOUGH)
        if not (here and there):
            break
        found: list[Pair] = []
        i = j = end = min(len(here), len(there))
        differing = compress(zip(range(end), here, there, strict=False), map(ne, here, there))
        for at, was, now in differing:
            if same(was, now):
                found.append((was, now))
                continue
            i, j = _counterparts(left, right, at, keys, look_ahead)
            end = at
            break
        removed, added = here[end:i], there[end:j]
        if order is not None:
            order.paired(here[:end])
            order.alone(removed, added)
        found += _alone(removed, added, keys)
        if found:
            yield found
        is_calm = len(found) * _RARE <= end
        is_dense = end > _FEW and len(found) > end * _DENSE
        del here[:i]
        del there[:j]
    yield from _rest(left, right, keys, order)


def _skip(left: _Window, right: _Window, order: Rising | None) -> None:
    """Pass over the bytes that both streams go on with, up to the record where they differ."""
    left.close()
    right.close()
    while (one := left.pull()) and (other := right.pull()):
        both = min(len(one), len(other))
        longer = one if len(one) > both else other
        is_same = one[:both] == other[:both] and longer[both : both + 1] in (b"", b"\n")
        end = both + 1 if is_same else whole(one[: _equal(one, other, both)])
        if end and order is not None:
            order.paired(split(one[: end - 1]))
        left.raw, right.raw = one[end:], other[end:]
        if not is_same:
            left.open(_TASTE)
            right.open(_TASTE)
            return


def _hand_over(left: _Window, right: _Window, dense: Columnar) -> None:
    """Let blocks be dealt with as a whole for as long as most of their records differ."""
    left.close()
    right.close()
    while (one := left.draw(_MUCH)) and (other := right.draw(_MUCH)):
        done, also = dense(one, other)
        left.raw, right.raw = one[done:], other[also:]
        if not (done or also) or dense.share < _DENSE:
            return


def _equal(one: bytes, other: bytes, most: int) -> int:
    """With how many equal bytes two texts begin, of which not all need be looked at."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _rest(left: _Window, right: _Window, keys: Keys, order: Rising | None) -> Iterator[list[Pair]]:
    """The records of one stream where the other has ended."""
    while True:
        left.fill(1)
        right.fill(1)
        if not (left.records or right.records):
            return
        if order is not None:
            order.alone(left.records, right.records)
        yield _alone(left.records, right.records, keys)
        left.records.clear()
        right.records.clear()


def _alone(removed: Sequence[bytes], added: Sequence[bytes], keys: Keys) -> list[Pair]:
    here: list[Pair] = [(record, None) for record in removed]
    there: list[Pair] = [(None, record) for record in added]
    if not (here and there):
        return here or there
    return list(merge(here, there, key=lambda pair: keys.place(pair[0] or pair[1] or b"")))


def _counterparts(
    left: _Window, right: _Window, at: int, keys: Keys, look_ahead: int
) -> tuple[int, int]:
    """Where the windows go on: at the nearest two records from ``at`` on with the same key.

    Where both streams end before that, it is at their ends. Where there are none within the
    look-ahead, it is after as many records as can have none.
    """
    here, there = left.records, right.records
    left.fill(at + 2)
    right.fill(at + 2)
    if len(there) > at + 1 and keys.same(here[at], there[at + 1]):
        return at, at + 1
    if len(here) > at + 1 and keys.same(here[at + 1], there[at]):
        return at + 1, at
    mine: dict[Hashable, int] = {}
    yours: dict[Hashable, int] = {}
    begin, width = 0, _STEP
    while not begin or (begin < look_ahead and _are_few_bytes(here[at:], there[at:])):
        left.fill(at + width)
        right.fill(at + width)
        # Records that are new in this round are held against all seen on the other side.
        for place, record in enumerate(there[at + begin : at + width], begin):
            yours.setdefault(keys.of(record), place)
        found = []
        for place, record in enumerate(here[at + begin : at + width], begin):
            key = keys.of(record)
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
    return _without(here, there, at, begin, keys)


def _are_few_bytes(*streams: Sequence[bytes]) -> bool:
    return all(sum(map(len, records)) <= _HELD for records in streams)


def _without(
    here: Sequence[bytes], there: Sequence[bytes], at: int, number: int, keys: Keys
) -> tuple[int, int]:
    """Where the windows go on after so many records from ``at`` on that have no counterparts.

    If both streams are in order, these cannot stand further on, up to where one of them ends.
    """
    mine, yours = here[at : at + number], there[at : at + number]
    limit = min(keys.place(mine[-1]), keys.place(yours[-1]))
    i, j = (
        sum(1 for _ in takewhile(lambda record: not limit < keys.place(record), records))
        for records in (mine, yours)
    )
    if not i and not j:
        raise OutOfOrder
    return at + i, at + j
