"""Reads two files side by side for the records that differ, and keeps those on disk."""

from __future__ import annotations

import marshal
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from interopwatch.diff.keys import NotRising, Unreadable, key_reader, placer, rising
from interopwatch.diff.records import RecordTooLong, records
from interopwatch.diff.route import NotThisWay
from interopwatch.diff.scan import OutOfOrder, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.diff.files import File
    from interopwatch.diff.scan import Pair
    from interopwatch.diff.terms import Terms, Watch

NOT_TO_SCAN: Final = (OutOfOrder, NotRising, RecordTooLong, Unreadable)
"""Why a scan of two files is given up, and another way taken."""
_IN_MEMORY: Final = 8 << 20
_BATCH: Final = 4096
_MANY: Final = 5
"""If more than one part in so many differs, an engine that pairs all is quicker."""


class _Watched:
    """A file that tells how much of it has been read."""

    def __init__(self, file: BinaryIO, size: int, watch: Watch) -> None:
        self._file, self._size, self._watch = file, max(1, size), watch
        self.read_so_far = 0

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        block = self._file.read(size)
        self.read_so_far += len(block)
        self._watch("reading side by side", self.read_so_far / self._size)
        return block


@contextmanager
def scanning(old: File, new: File, terms: Terms) -> Iterator[Iterator[Pair]]:
    """The records that differ between two files, in the order of their keys.

    They are found while they are asked for.

    Raises:
        NotThisWay: The files do not share an order, or it is not that of their keys, or most
            of their records differ, or one is not what its schema says.
    """
    try:
        with old.opened() as one, new.opened() as other:
            watched = _Watched(one, old.size, terms.watch)
            left, right = body(records(watched)), body(records(other))
            key_of = key_reader(new.header, new.resource.primary_key)
            place = placer(key_of, new.resource)
            if not terms.trust_keys:
                left, right = rising(left, key_of, place), rising(right, key_of, place)
            yield _in_order(scan(left, right, key_of, place=place), place, watched)
    except (*NOT_TO_SCAN, ValueError):
        raise NotThisWay from None


def _in_order(pairs: Iterator[Pair], place: Any, watched: _Watched) -> Iterator[Pair]:  # noqa: ANN401 - whatever sorts
    last: Any = None
    size = 0
    for number, pair in enumerate(pairs, 1):
        was, now = pair
        here = place(now if was is None else was)
        if number > 1 and not last < here:
            raise NotRising
        last = here
        size += len(was or now or b"")
        if number % _BATCH == 0 and size * _MANY > watched.read_so_far:
            raise NotThisWay
        yield pair


@contextmanager
def scanned(old: File, new: File, terms: Terms) -> Iterator[Iterator[list[Pair]]]:
    """The same, some at a time, once both files have been read to their ends.

    Raises:
        NotThisWay: See :func:`scanning`.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="interopwatch-") as spool:
        batches = 0
        with scanning(old, new, terms) as pairs:
            some: list[Pair] = []
            for pair in pairs:
                some.append(pair)
                if len(some) == _BATCH:
                    marshal.dump(some, spool)
                    batches += 1
                    some.clear()
        marshal.dump(some, spool)
        spool.seek(0)
        # What is loaded was dumped above, into a file that nobody else can open.
        yield (marshal.load(spool) for _ in range(batches + 1))  # noqa: S302


def have_rising_keys(file: File) -> bool:
    """Whether the keys of a file rise from record to record; then none stands twice."""
    key_of = key_reader(file.header, file.resource.primary_key)
    try:
        with file.opened() as stream:
            for _ in rising(body(records(stream)), key_of, placer(key_of, file.resource)):
                pass
    except (*NOT_TO_SCAN, ValueError):
        return False
    return True


def body(stream: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
    """The records after the header, blank lines aside."""
    first = next(stream, [])
    yield [record for record in first[1:] if record]
    for some in stream:
        yield [record for record in some if record] if b"" in some else some
