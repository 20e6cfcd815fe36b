"""Reads two files side by side for the records that differ, in several processes at once."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from itertools import chain, pairwise
from typing import IO, TYPE_CHECKING, Final

from interopwatch.compare.cells import Unreadable, grid
from interopwatch.compare.comparing import (
    COUNTS,
    KEYS,
    NOT_TO_SCAN,
    PAIRS,
    Outcome,
    Work,
    compare,
    outcome_in,
    pairs_in,
)
from interopwatch.compare.csvfile import unreadable
from interopwatch.compare.helping import Helper, processes
from interopwatch.compare.pieces import Part, Piece, cut, may_be_record
from interopwatch.compare.records import Torn
from interopwatch.compare.rising import Rising
from interopwatch.compare.route import NotThisWay
from interopwatch.compare.rows import readers_of
from interopwatch.compare.sorting import in_order
from interopwatch.compare.tally import Tallied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.compare.csvfile import File
    from interopwatch.compare.options import Terms
    from interopwatch.compare.records import Pair

_IN_MEMORY: Final = 8 << 20


@contextmanager
def scanned(old: File, new: File, terms: Terms) -> Iterator[Iterator[list[Pair]]]:
    """The records that differ, in the order of their keys, some at a time.

    Both files have been read to their ends when this begins.

    Raises:
        NotThisWay: The files do not share an order, or it is not that of their keys, or a record
            is not what its schema says.
    """
    piece = _whole(old, new)
    own = piece._replace(numeric=_numeric(new))
    with ExitStack() as stack:
        found = _found(Work(piece, PAIRS, terms.trust_keys), terms, stack)
        pairs: Iterator[list[Pair]] = chain.from_iterable(map(pairs_in, found))
        if own != piece:
            place = own.keys.place
            pairs = stack.enter_context(in_order(pairs, lambda p: place(p[0] or p[1] or b"")))
        yield pairs


def tallied(old: File, new: File, terms: Terms) -> Tallied:
    """How many records and cells differ.

    Raises:
        NotThisWay: See :func:`scanned`.
    """
    work = Work(_whole(old, new), COUNTS, terms.trust_keys, _described(old, new))
    with ExitStack() as stack:
        found = [outcome_in(each).counts for each in _found(work, terms, stack)]
    added, removed, changed, cells = zip(*filter(None, found), strict=True)
    return Tallied(
        sum(added), sum(removed), sum(changed), tuple(map(sum, zip(*cells, strict=True)))
    )


def have_rising_keys(file: File, terms: Terms) -> bool:
    """Whether the keys of a file rise from record to record; then none stands twice."""
    if not (file.is_plain and file.is_as_said and file.has_plain_keys):
        return False
    try:
        with ExitStack() as stack:
            _found(Work(_whole(file, file), KEYS, trust_keys=False), terms, stack)
    except NotThisWay:
        return False
    return True


def _whole(old: File, new: File) -> Piece:
    """Two files as one piece, with the order in which they seem to be.

    Raises:
        NotThisWay: They seem to be in no order.
    """
    piece = Piece(
        Part(str(old.path), old.body, old.size),
        Part(str(new.path), new.body, new.size),
        new.header,
        new.resource.primary_key,
        _numeric(new),
    )
    some = [_some_records(file) for file in (old, new)]
    if all(_rise(piece, records) for records in some):
        return piece
    counted = piece._replace(numeric=tuple(_are_counted(piece, [*some[0], *some[1]])))
    if counted != piece and all(_rise(counted, records) for records in some):
        return counted
    raise NotThisWay


def _some_records(file: File) -> Sequence[bytes]:
    """The first records, and the last if that is what it looks like: 9 comes before 10."""
    first, last = file.first_records, file.last_record
    return [*first, last] if last and may_be_record(last, len(file.header)) else first


def _numeric(file: File) -> tuple[bool, ...]:
    """For each field of the key, whether its values sort as integers."""
    resource = file.resource
    return tuple(resource.by_name[name].type == "integer" for name in resource.primary_key)


def _are_counted(piece: Piece, records: Sequence[bytes]) -> Iterator[bool]:
    """For each field of the key, whether its cells are integers, whatever its type."""
    try:
        rows = grid(records, len(piece.header))
    except Unreadable:
        return iter(piece.numeric)
    columns = (rows.column(piece.header.index(name)) for name in piece.key)
    return (
        typed or all(cell.isdigit() for cell in column)
        for typed, column in zip(piece.numeric, columns, strict=True)
    )


def _rise(piece: Piece, records: Sequence[bytes]) -> bool:
    try:
        Rising(piece.keys).paired(records)
    except NOT_TO_SCAN:
        return False
    return True


def _described(old: File, new: File) -> bytes:
    readers = readers_of(old.resource, new.resource)
    if all(reader is None for reader in readers.values()):
        return b""
    import pickle

    return pickle.dumps((old.resource, new.resource))


def _found(work: Work, terms: Terms, stack: ExitStack) -> Sequence[IO[bytes]]:
    """What was found in the pieces of two files, one after another.

    Raises:
        NotThisWay: See :func:`scanned`.
    """
    size = sum(part.end - part.begin for part in (work.piece.old, work.piece.new))
    try:
        try:
            return _in_pieces(work, processes(size), terms, stack)
        except Torn:  # a line that looked like a record stands within a cell
            return _in_pieces(work, 1, terms, stack)
    except (Torn, *NOT_TO_SCAN):
        raise NotThisWay from None
    except OSError as error:
        raise unreadable(error) from None


def _in_pieces(work: Work, number: int, terms: Terms, stack: ExitStack) -> Sequence[IO[bytes]]:
    first, *others = cut(work.piece, number) if number > 1 else [work.piece]
    with ExitStack() as here:
        helpers = [here.enter_context(Helper(work._replace(piece=each))) for each in others]
        own = here.enter_context(_spool())
        watched = _Watched(first.old, terms)
        compare(work._replace(piece=first), own, watched)
        found: list[IO[bytes]] = [own]
        for each in helpers:
            each.wait()
            found.append(each.found)
        _check_order(list(map(outcome_in, found)))
        stack.push(here.pop_all())  # what was found lasts as long as whoever asked needs it
    return found


def _check_order(outcomes: Sequence[Outcome]) -> None:
    """See that pieces follow on each other in the order of their keys.

    Raises:
        NotThisWay: They do not.
    """
    edges = [outcome.edges for outcome in outcomes if outcome.edges is not None]
    for (_, last), (first, _) in pairwise(edges):
        if not last < first:
            raise NotThisWay


def _spool() -> tempfile.SpooledTemporaryFile[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="interopwatch-")


class _Watched:
    """Tells whoever watches how much of a part has been read."""

    def __init__(self, part: Part, terms: Terms) -> None:
        self._size, self._watch = max(1, part.end - part.begin), terms.watch
        self._read = 0

    def __call__(self, more: int) -> None:
        self._read += more
        self._watch("reading side by side", self._read / self._size)
