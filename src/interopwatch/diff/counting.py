"""How much of a table differs, counted without holding what differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress
from operator import ne
from typing import TYPE_CHECKING

from interopwatch.diff.keys import Unreadable, cells
from interopwatch.diff.route import NotThisWay, Route, choose
from interopwatch.diff.rows import readers_of
from interopwatch.diff.side_by_side import scanning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from interopwatch.diff.files import File
    from interopwatch.diff.join import Joined
    from interopwatch.diff.rows import Found
    from interopwatch.diff.terms import Terms


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


def counts_of(found: Iterable[Found]) -> Counts:
    """The counts of what was found, whether it is at hand or found while it is asked for."""
    kinds: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for some in found:
        for change in some.rows:
            kinds[change.kind] += 1
            if change.kind == "changed":
                fields.update(change.fields)
    return Counts(kinds["added"], kinds["removed"], kinds["changed"], dict(fields))


def count(old: File, new: File, terms: Terms) -> Counts | None:
    """The counts of two large files; ``None`` if what differs has to be found first.

    That is so where they do not share an order, and the texts of a field are not its values.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than the terms allow.
        TableError: A file cannot be read as its descriptor says.
    """
    readers = readers_of(old.resource, new.resource)
    texts = all(reader is None for reader in readers.values())
    given_up: set[Route] = set()
    while (route := choose(old, new, given_up)) in _WAYS and (texts or route is Route.SCAN):
        try:
            return _WAYS[route](old, new, tuple(readers), terms)
        except NotThisWay:
            given_up.add(route)
    return None


def _scanned(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Counts:
    del fields
    tally = _Tally(old, new)
    added = removed = 0
    with scanning(old, new, terms) as pairs:
        for was, now in pairs:
            if was is None:
                added += 1
            elif now is None:
                removed += 1
            else:
                tally.add(was, now)
    return Counts(added, removed, tally.changed, tally.by_field())


def _lines(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Counts:
    from interopwatch.diff.join import by_lines

    with by_lines(old, new, fields, terms) as joined:
        return _joined(joined, fields)


def _cells(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Counts:
    from interopwatch.diff.join import by_cells

    with by_cells(old, new, fields, terms) as joined:
        return _joined(joined, fields)


def _joined(joined: Joined, fields: Sequence[str]) -> Counts:
    changed, cells = joined.counts()
    by_field = {name: n for name, n in zip(fields, cells, strict=True) if n}
    return Counts(joined.added, joined.removed, changed, by_field)


_WAYS = {Route.SCAN: _scanned, Route.LINES: _lines, Route.CELLS: _cells}


class _Tally:
    """Counts the rows and the cells that differ between records of one key."""

    def __init__(self, old: File, new: File) -> None:
        self._header = new.header
        readers = readers_of(old.resource, new.resource)
        self._readers = [readers[name] for name in self._header]
        self._places = range(len(self._header))
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
        before, after = cells(was), cells(now)
        if not len(before) == len(after) == len(self._readers):
            raise Unreadable
        differs = False
        for place in compress(self._places, map(ne, before, after)):
            reader = self._readers[place]
            if reader is None or (
                reader[0](before[place].decode()) != reader[1](after[place].decode())
            ):
                self._cells[place] += 1
                differs = True
        self.changed += differs

    def by_field(self) -> Mapping[str, int]:
        """The cells that differ, by the name of their field."""
        pairs = zip(self._header, self._cells, strict=True)
        return {name: number for name, number in pairs if number}
