"""What two tables do not share: the rows of either that the other does not have as such.

Two editions share most of their rows. These are dropped, by a scan of both files or by an
embedded engine, and only the rest is read as rows, to be matched by key.
"""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.diff.keys import NotRising, Unreadable, key_reader, rising
from interopwatch.diff.records import RecordTooLong, records
from interopwatch.diff.route import Route, choose
from interopwatch.diff.scan import OutOfOrder, scan
from interopwatch.errors import TableError
from interopwatch.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.diff.files import File
    from interopwatch.diff.scan import Pair


NOT_TO_SCAN: Final = (OutOfOrder, NotRising, RecordTooLong, Unreadable)
"""Why a scan of two files is given up, and another way taken."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The rows of two tables that they do not share."""

    old: Table
    new: Table


def rest(old: File, new: File, *, trust_keys: bool = False) -> Rest | None:
    """The rows that two files do not share; ``None`` if they have to be read whole.

    Args:
        old: The file before.
        new: The file after.
        trust_keys: Whether something vouches that no key stands twice in either file, so
            that the rows they share need not be looked at.

    Raises:
        KeyProblemError: A key stands twice.
        TableError: A file cannot be read as its descriptor says.
    """
    route = choose(old, new)
    if route is Route.SAME:
        if not trust_keys:
            _check_keys(old)
        return Rest(Table(old.resource, ()), Table(new.resource, ()))
    if route is Route.SCAN:
        try:
            return _scanned(old, new, trust_keys=trust_keys)
        except NOT_TO_SCAN:
            route = Route.JOIN
    if route is Route.JOIN:
        from interopwatch.diff.join import join

        return Rest(*join(old, new, trust_keys=trust_keys))
    return None


def _check_keys(file: File) -> None:
    """See that no key stands twice in a file, whose rows need not be compared.

    Raises:
        KeyProblemError: A key stands twice.
    """
    key_of = key_reader(file.header, file.resource.primary_key)
    try:
        with file.opened() as stream:
            for _ in rising(_body(records(stream)), key_of, file.resource):
                pass
    except NOT_TO_SCAN:
        from interopwatch.diff.join import check_keys

        check_keys(file)


def _scanned(old: File, new: File, *, trust_keys: bool) -> Rest:
    before: list[bytes] = []
    after: list[bytes] = []
    with scanning(old, new, trust_keys=trust_keys) as pairs:
        for was, now in pairs:
            if was is not None:
                before.append(was)
            if now is not None:
                after.append(now)
    return Rest(_table(old, before), _table(new, after))


@contextmanager
def scanning(old: File, new: File, *, trust_keys: bool) -> Iterator[Iterator[Pair]]:
    """The records that differ between two files, read side by side while they are asked for.

    Raises:
        OutOfOrder: The files do not share an order.
        NotRising: Their keys do not rise, so that the scan cannot tell if one stands twice.
        RecordTooLong: A record does not end where any record should.
        Unreadable: A record is not what its schema says.
    """
    key_of = key_reader(new.header, new.resource.primary_key)
    with old.opened() as one, new.opened() as other:
        left, right = _body(records(one)), _body(records(other))
        if not trust_keys:
            left = rising(left, key_of, old.resource)
            right = rising(right, key_of, new.resource)
        yield scan(left, right, key_of)


def _body(stream: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
    """The records after the header, blank lines aside."""
    first = next(stream, [])
    yield [record for record in first[1:] if record]
    for some in stream:
        yield [record for record in some if record] if b"" in some else some


def _table(file: File, lines: Iterable[bytes]) -> Table:
    """Records as rows.

    Raises:
        TableError: A record is not CSV in UTF-8, or has more or fewer cells than the header.
    """
    rows: list[Mapping[str, str]] = []
    header = file.header
    for line in lines:
        try:
            text = line.decode()
            plain = '"' not in text and "\r" not in text
            cells = text.split(",") if plain else next(csv.reader(_lines(text), strict=True))
        except UnicodeDecodeError:
            raise _refused(file, line, "it is not utf-8") from None
        except csv.Error as error:
            raise _refused(file, line, f"not CSV: {error}") from None
        if len(cells) != len(header):
            told = f"{len(cells)} cells, but the header has {len(header)}"
            raise _refused(file, line, told)
        rows.append(dict(zip(header, cells, strict=True)))
    return Table(file.resource, tuple(rows), (), file.place)


def _lines(text: str) -> Iterator[str]:
    """The lines of a record, each with its end; only line feeds and returns end one."""
    return iter(io.StringIO(text, newline=""))


def _refused(file: File, line: bytes, what: str) -> TableError:
    return TableError(
        f"{file.place}:{line_of(file, line)}: {what}",
        hint="Correct the line, or declare the dialect in the descriptor.",
    )


def line_of(file: File, wanted: bytes) -> int:
    """The line on which a record begins (from 1); looked for only to say so."""
    line = 1
    with file.opened() as stream:
        for some in records(stream):
            for record in some:
                if record == wanted:
                    return line
                line += record.count(b"\n") + 1
    return 0
