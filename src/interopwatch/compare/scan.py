"""Compare two files whose records ascend by key, by merging two sorted streams.

Both files are read side by side, a block at a time. Equal records are skipped at the speed of a
comparison of bytes. Where two records differ, their keys show whether a record was changed, added
or removed. Only records that differ are split into cells, so memory does not grow with the files.

This module knows no schemas: a record is bytes, and :class:`KeyReader` reads its key.
"""

from __future__ import annotations

from itertools import compress
from operator import ne
from typing import TYPE_CHECKING, Final

from interopwatch.compare.fallback import Fallback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.compare.records import Pair
    from interopwatch.compare.sorted_keys import KeyReader, Value


_WINDOW: Final = 256
"""Records to compare at a time. Those after an added or removed record are sliced again, which took
a twentieth of the scan with complete blocks and one such record in a hundred."""


class Cursor:
    """The position of the scan in one stream of records.

    Attributes:
        records: The records of the current block.
        at: The index of the next record.
        checks: Whether to check that the keys of all records ascend.
    """

    def __init__(self, blocks: Iterator[list[bytes]], keys: KeyReader, *, check: bool) -> None:
        self._blocks, self._keys, self.checks = blocks, keys, check
        self.records: list[bytes] = []
        self.at = 0
        self._first = b""  # the first record of the stream
        self._before = b""  # the last record of the block before

    @property
    def edges(self) -> tuple[Value, Value] | None:
        """The keys of the first and the last record read; ``None`` if there is none."""
        last = self.records[-1] if self.records else self._before
        return (self._keys.value(self._first), self._keys.value(last)) if last else None

    def fill(self) -> bool:
        """Read the next block, checking its keys, if necessary; return whether a record is left."""
        if self.at < len(self.records):
            return True
        if self.records:
            self._before = self.records[-1]
        self.records, self.at = next(self._blocks, []), 0
        if self.records and not self._first:
            self._first = self.records[0]
        if self.checks and self.records:
            first, _ = self._keys.ascending(self.records)
            if self._before and not self._keys.value(self._before) < first:
                raise Fallback("keys do not ascend")
        return bool(self.records)

    def skip_all(self) -> None:
        """Read all records, checking that their keys ascend if ``checks`` is set."""
        while self.fill():
            self.at = len(self.records)

    def take(self) -> tuple[bytes, Value]:
        """Consume the next record, which has no counterpart, and return it with its key.

        Raises:
            Fallback: Its key is not greater than that of the record before it.
        """
        record = self.records[self.at]
        value = self._keys.value(record)
        before = self.records[self.at - 1] if self.at else self._before
        if before and not self._keys.value(before) < value:
            raise Fallback("keys do not ascend")
        self.at += 1
        return record, value


def scan(left: Cursor, right: Cursor, keys: KeyReader) -> Iterator[list[Pair]]:
    """Yield the records that differ in batches, in the order of their keys.

    Unless keys are trusted, all keys of the left side are checked to ascend, and so are those of
    records that only the right side has. If keys are trusted, those of the records found are
    checked: a record that only moved would be found twice.

    Args:
        left: The records before. Keys are trusted if it does not check them.
        right: The records after.
        keys: How to read their keys.

    Yields:
        ``(before, after)`` for a changed record, ``(before, None)`` for a removed one,
        ``(None, after)`` for an added one; masked.

    Raises:
        Fallback: Keys do not ascend in one of the streams. Discard what was yielded before.
    """
    found = _differing(left, right, keys)
    if left.checks:
        yield from found
        return
    last: Value = None
    for pairs in found:
        first, end = keys.ascending([now if was is None else was for was, now in pairs])  # type: ignore[misc]  # a pair has a side
        if last is not None and not last < first:
            raise Fallback("keys do not ascend")
        last = end
        yield pairs


def _differing(left: Cursor, right: Cursor, keys: KeyReader) -> Iterator[list[Pair]]:
    while left.fill() and right.fill():
        found: list[Pair] = []
        i, j = left.at, right.at
        number = min(len(left.records) - i, len(right.records) - j, _WINDOW)
        here, there = left.records[i : i + number], right.records[j : j + number]
        for at in compress(range(number), map(ne, here, there)):
            if not keys.is_same(here[at], there[at]):
                left.at, right.at = i + at, j + at
                found += _merge(left, right, keys)
                break
            found.append((here[at], there[at]))
        else:
            left.at, right.at = i + number, j + number
        if found:
            yield found
    for cursor, side in ((left, 0), (right, 1)):
        while cursor.fill():
            rest: list[Pair] = []
            while cursor.at < len(cursor.records):
                record, _ = cursor.take()
                rest.append((None, record) if side else (record, None))
            yield rest


def _merge(left: Cursor, right: Cursor, keys: KeyReader) -> Iterator[Pair]:
    """Yield added and removed records until both streams are at the same key, or one block ends."""
    was, now = left.records[left.at], right.records[right.at]
    place, other = keys.value(was), keys.value(now)
    while place != other:
        if place < other:
            yield left.take()[0], None
            if left.at == len(left.records):
                return
            place = keys.value(left.records[left.at])
        else:
            yield None, right.take()[0]
            if right.at == len(right.records):
                return
            other = keys.value(right.records[right.at])
    if not keys.is_same(left.records[left.at], right.records[right.at]):
        raise Fallback("one key is spelled in two ways")
