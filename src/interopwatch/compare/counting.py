"""How much of a table differs, counted without holding what differs."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.compare.rewriting import common
from interopwatch.compare.route import NotThisWay, Route, choose
from interopwatch.compare.rows import readers_of
from interopwatch.compare.side_by_side import tallied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from interopwatch.compare.csvfile import File
    from interopwatch.compare.join import Joined
    from interopwatch.compare.options import Terms
    from interopwatch.compare.rows import Found


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
    with ExitStack() as stack:
        old, new = common(old, new, terms, stack)
        while (route := choose(old, new, given_up)) in _WAYS and (texts or route is Route.SCAN):
            try:
                return _WAYS[route](old, new, tuple(readers), terms)
            except NotThisWay:
                given_up.add(route)
    return None


def _scanned(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Counts:
    del fields
    found = tallied(old, new, terms)
    cells = {name: n for name, n in zip(new.header, found.cells, strict=True) if n}
    return Counts(found.added, found.removed, found.changed, cells)


def _lines(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Counts:
    from interopwatch.compare.join import by_lines

    with by_lines(old, new, fields, terms) as joined:
        return _joined(joined, fields)


def _cells(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Counts:
    from interopwatch.compare.join import by_cells

    with by_cells(old, new, fields, terms) as joined:
        return _joined(joined, fields)


def _joined(joined: Joined, fields: Sequence[str]) -> Counts:
    changed, cells = joined.counts()
    by_field = {name: n for name, n in zip(fields, cells, strict=True) if n}
    return Counts(joined.added, joined.removed, changed, by_field)


_WAYS = {Route.SCAN: _scanned, Route.LINES: _lines, Route.CELLS: _cells}
