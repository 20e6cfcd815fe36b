"""How much of a table differs, counted without holding what differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.diff.keys import Unreadable, cells, key_reader
from interopwatch.diff.rest import NOT_TO_SCAN, scanning
from interopwatch.diff.route import Route, choose
from interopwatch.diff.rows import readers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.diff.files import File
    from interopwatch.diff.rows import Found


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows and cells differ.

    Attributes:
        added: Rows that only the new table has.
        removed: Rows that only the old table has.
        changed: Rows of one key whose values differ.
        cells: For each field that differs anywhere, in how many changed rows it does.
    """

    added: int
    removed: int
    changed: int
    cells: Mapping[str, int]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def counts_of(found: Found) -> Counts:
    """The counts of changes that are at hand."""
    kinds = Counter(change.kind for change in found.rows)
    fields = Counter(
        field for change in found.rows if change.kind == "changed" for field in change.fields
    )
    return Counts(kinds["added"], kinds["removed"], kinds["changed"], dict(fields))


def count(old: File, new: File, *, trust_keys: bool = False) -> Counts | None:
    """The counts of two large files; ``None`` if what differs has to be found first.

    That is so where they do not share an order, and the texts of a field are not its values.

    Raises:
        KeyProblemError: A key stands twice.
        TableError: A file cannot be read as its descriptor says.
    """
    route = choose(old, new)
    if route is Route.SCAN:
        try:
            return _scanned(old, new, trust_keys=trust_keys)
        except Unreadable:
            return None  # reading it as a row says what is wrong with it
        except NOT_TO_SCAN:
            route = Route.JOIN
    readers = readers_of(old.resource, new.resource).values()
    if route is Route.JOIN and all(reader is None for reader in readers):
        return _joined(old, new, trust_keys=trust_keys)
    return None


def _joined(old: File, new: File, *, trust_keys: bool) -> Counts:
    from interopwatch.diff.join import count_texts

    added, removed, changed, *cells = count_texts(old, new, trust_keys=trust_keys)
    by_field = {name: n for name, n in zip(new.header, cells, strict=True) if n}
    return Counts(added, removed, changed, by_field)


def _scanned(old: File, new: File, *, trust_keys: bool) -> Counts:
    tally = _Tally(old, new)
    key_of = key_reader(new.header, new.resource.primary_key)
    removed: dict[bytes, bytes] = {}
    added: dict[bytes, bytes] = {}
    with scanning(old, new, trust_keys=trust_keys) as pairs:
        for was, now in pairs:
            if was is None:
                assert now is not None, "a pair has at least one side"
                added[key_of(now)] = now
            elif now is None:
                removed[key_of(was)] = was
            else:
                tally.add(was, now)
    moved = removed.keys() & added.keys()
    for key in moved:
        if removed[key] != added[key]:
            tally.add(removed[key], added[key])
    return Counts(
        len(added) - len(moved), len(removed) - len(moved), tally.changed, tally.by_field()
    )


class _Tally:
    """Counts the rows and the cells that differ between records of one key."""

    def __init__(self, old: File, new: File) -> None:
        self._header = new.header
        readers = readers_of(old.resource, new.resource)
        self._readers = [readers[name] for name in self._header]
        self._cells = [0] * len(self._header)
        self.changed = 0

    def add(self, was: bytes, now: bytes) -> None:
        """Count one pair of records.

        Raises:
            Unreadable: A cell is not of its field's type, or there are too many or too few.
        """
        try:
            self._add(was, now)
        except ValueError:
            raise Unreadable from None

    def _add(self, was: bytes, now: bytes) -> None:
        differs = False
        pairs = zip(cells(was), cells(now), self._readers, strict=True)
        for place, (one, other, reader) in enumerate(pairs):
            if one != other and (
                reader is None or reader[0](one.decode()) != reader[1](other.decode())
            ):
                self._cells[place] += 1
                differs = True
        self.changed += differs

    def by_field(self) -> Mapping[str, int]:
        """The cells that differ, by the name of their field."""
        pairs = zip(self._header, self._cells, strict=True)
        return {name: number for name, number in pairs if number}
