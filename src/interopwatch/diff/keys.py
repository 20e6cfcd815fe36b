"""The keys of records, from their bytes."""

from __future__ import annotations

import csv
import io
from operator import itemgetter, lt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from interopwatch.descriptor import Resource

    KeyOf = Callable[[bytes], bytes]


class NotRising(Exception):  # noqa: N818 - it says what is so, not that something failed
    """Keys do not rise from record to record. Never told to a user."""


class Unreadable(Exception):  # noqa: N818 - it says what is so, not that something failed
    """A record is not what its schema says. Whoever reads it as a row tells the user so."""


def key_reader(header: Sequence[str], key: Sequence[str]) -> KeyOf:
    """A function that gives the bytes of a record's key: the same for the same texts."""
    places = [header.index(name) for name in key]
    if places == [0] and len(header) > 1:
        return _first

    def read(record: bytes) -> bytes:
        parts = cells(record)
        if len(parts) != len(header):
            raise Unreadable
        return b"\0".join([parts[place] for place in places])

    return read


def cells(record: bytes) -> list[bytes]:
    """The cells of a record of CSV, unquoted.

    Raises:
        Unreadable: It is no CSV.
    """
    if b'"' not in record and b"\r" not in record:
        return record.split(b",")
    lines = io.StringIO(record.decode("utf-8", "surrogateescape"), newline="")
    try:
        row = next(csv.reader(lines, strict=True))
    except csv.Error:
        raise Unreadable from None
    return [cell.encode("utf-8", "surrogateescape") for cell in row]


def placer(key_of: KeyOf, resource: Resource) -> Callable[[bytes], Any]:
    """A function that gives what a record sorts by: numbers as numbers, texts by code point.

    It raises :class:`NotRising` or :class:`ValueError` for a record of which it cannot tell.
    Of two records with one key it gives the same, however that is spelled.
    """
    numeric = [resource.by_name[name].type == "integer" for name in resource.primary_key]
    if numeric == [True]:
        return lambda record: int(key_of(record))

    def place(record: bytes) -> Any:  # noqa: ANN401 - whatever sorts
        parts = key_of(record).split(b"\0")
        if len(parts) != len(numeric):
            raise NotRising
        return [int(part) if number else part for part, number in zip(parts, numeric, strict=True)]

    return place if any(numeric) or len(numeric) > 1 else key_of


def rising(
    stream: Iterator[list[bytes]], key_of: KeyOf, place: Callable[[bytes], Any]
) -> Iterator[list[bytes]]:
    """The same records, as long as their keys rise; then no key stands twice.

    Args:
        stream: The records.
        key_of: The bytes of a record's key.
        place: What a record sorts by.

    Raises:
        NotRising: A key does not come after the one before it.
    """
    last: list[Any] = []
    for records in stream:
        if not records:
            continue
        first = place(records[0])
        if last and not last[0] < first:
            raise NotRising
        here = _alike(records, numeric=isinstance(first, int)) if key_of is _first else []
        here = here or list(map(place, records))
        if not all(map(lt, here, here[1:])):
            raise NotRising
        last = [place(records[-1])]
        yield records


def _alike(records: list[bytes], *, numeric: bool) -> list[bytes]:
    """The first cells of records, with what ends them, if all are as long as each other.

    Their bytes then sort as they do, even as integers. None at all if they are not alike.
    """
    width = records[0].find(b",") + 1
    keys = list(map(itemgetter(slice(width)), records))
    joined = b"".join(keys)
    number = len(records)
    alike = (
        0 < len(joined) == number * width
        and joined[width - 1 :: width] == b"," * number
        and joined.count(b",") == number
        and (joined.replace(b",", b"").isdigit() if numeric else b'"' not in joined)
    )
    return keys if alike else []


def _first(record: bytes) -> bytes:
    if record.startswith(b'"'):
        return cells(record)[0]
    return record[: record.find(b",")]
