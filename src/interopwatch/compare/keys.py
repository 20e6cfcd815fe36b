"""The keys of records, from their bytes."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from interopwatch.compare.cells import Unreadable, cells, grid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from interopwatch.compare.cells import Grid

_QUOTE: Final = ord('"')


class Keys:
    """How to get at the keys of a table's records.

    Attributes:
        width: How many cells a record has.
        at: Which of them are the key.
        of: Gives a record's key as it is written: the same for the same texts. It raises
            :class:`Unreadable` for a record that has no such cells.
        same: Tells whether two records have the same text as their key; it raises likewise.
    """

    def __init__(self, header: Sequence[str], key: Sequence[str], numeric: Sequence[bool]) -> None:
        """Say where keys are.

        Args:
            header: The fields of a record.
            key: Those of the key.
            numeric: For each field of the key, whether it is an integer.
        """
        self.width = len(header)
        self.at = [header.index(name) for name in key]
        self._numeric = list(numeric)
        self.is_first = self.at == [0] and self.width > 1
        self.is_number = self._numeric == [True]
        self.of: Callable[[bytes], Hashable] = _first if self.is_first else self._of
        self.same: Callable[[bytes, bytes], bool] = _same_first if self.is_first else self._same

    def place(self, record: bytes) -> Any:  # noqa: ANN401 - whatever sorts
        """What a record sorts by: numbers as numbers, texts by code point.

        Of two records with one key it is the same, however that is spelled.

        Raises:
            Unreadable: The record has no such cells, or one is no number and should be one.
        """
        if not self.is_first:
            return self._places([(text,) for text in self._of(record)])[0]
        text = _first(record)
        return _integers((text,))[0] if self.is_number else text

    def places(self, records: Sequence[bytes]) -> Sequence[Any]:
        """What each of some records sorts by, in a form of which the same holds among them."""
        if self.is_first and (alike := _alike(records, numeric=self.is_number)):
            return alike
        if self.is_first:
            return self._places([list(map(_first, records))])
        return self.places_in(grid(records, self.width))

    def places_in(self, rows: Grid) -> Sequence[Any]:
        """What each of the rows of a grid sorts by."""
        return self._places([rows.column(at) for at in self.at])

    def _places(self, texts: Sequence[Sequence[bytes]]) -> Sequence[Any]:
        found = [
            _integers(column) if number else column
            for column, number in zip(texts, self._numeric, strict=True)
        ]
        return found[0] if len(found) == 1 else list(zip(*found, strict=True))

    def _same(self, one: bytes, other: bytes) -> bool:
        return self._of(one) == self._of(other)

    def _of(self, record: bytes) -> tuple[bytes, ...]:
        parts = cells(record)
        if len(parts) != self.width:
            raise Unreadable
        return tuple([parts[at] for at in self.at])


def _integers(texts: Sequence[bytes]) -> list[int]:
    if b"_" in b"".join(texts):  # which Python would take for nothing
        raise Unreadable
    try:
        return list(map(int, texts))
    except ValueError:
        raise Unreadable from None


def _alike(records: Sequence[bytes], *, numeric: bool) -> list[bytes]:
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
    if record[0] == _QUOTE:
        return cells(record)[0]
    end = record.find(b",")
    if end < 0:
        raise Unreadable
    return record[:end]


def _same_first(one: bytes, other: bytes) -> bool:
    end = one.find(b",") + 1
    if end and one[0] != _QUOTE:
        if one[:end] == other[:end]:
            return True
        if other[0] != _QUOTE:
            return False
    return _first(one) == _first(other)
