"""The keys of records, from their bytes."""

from __future__ import annotations

import csv
import io
from operator import lt
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


def rising(
    stream: Iterator[list[bytes]], key_of: KeyOf, resource: Resource
) -> Iterator[list[bytes]]:
    """The same records, as long as their keys rise; then no key stands twice.

    Raises:
        NotRising: A key does not come after the one before it, or its field is of a type of
            which two texts may mean one value, so that rising texts prove nothing.
    """
    kinds = {resource.by_name[name].type for name in resource.primary_key}
    if kinds == {"integer"} and len(resource.primary_key) == 1:
        value: Callable[[bytes], Any] = int
    elif kinds <= {"string", "any"}:
        value = bytes
    else:
        raise NotRising
    last: list[Any] = []
    for records in stream:
        try:
            keys = [*last, *map(value, _keys(records, key_of))]
        except ValueError:
            raise NotRising from None
        if not all(map(lt, keys, keys[1:])):
            raise NotRising
        last = keys[-1:]
        yield records


def _keys(records: list[bytes], key_of: KeyOf) -> list[bytes]:
    """The keys of many records, which is quicker than one by one where they come first."""
    if key_of is _first:
        keys = [record[: record.find(b",")] for record in records]
        if b'"' not in b"".join(keys):
            return keys
    return [key_of(record) for record in records]


def _first(record: bytes) -> bytes:
    if record.startswith(b'"'):
        return cells(record)[0]
    return record[: record.find(b",")]
