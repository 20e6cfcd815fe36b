"""Compare rows without a unique key as multisets (bags): duplicates count.

Rows that are in both editions are paired first. Remaining rows with the same key are paired if
each side has exactly one of them. This module knows no files, packages or engines.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.changeset.model import RowChange
from interopwatch.compare.rows import RowComparer, TableDiff, change_of, order_of
from interopwatch.package.tolerance import TEXTS
from interopwatch.package.types import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from interopwatch.package.table import Table
    from interopwatch.package.tolerance import Tolerance

    Row = Mapping[str, str]
    Key = tuple[Hashable, ...]
    Pair = tuple[Row, Row]


def diff_bags(old: Table, new: Table, tolerance: Tolerance) -> TableDiff:
    """Return the differences between two tables without a primary key.

    The key of an added or removed row is the complete row. The key of any other row consists of the
    shared fields that have to be equal.
    """
    found = _Found(old, new, tolerance)
    gone, came = found.compare_partners()
    found.alone(gone, came)
    return found.sorted()


def diff_groups(
    old: Table, new: Table, tolerance: Tolerance, rest: Callable[[Table, Table], TableDiff]
) -> TableDiff:
    """Return the differences between two tables with duplicate or empty keys.

    Args:
        old: The table before.
        new: The table after, with the same primary key.
        tolerance: Fields to ignore, or to compare within a tolerance.
        rest: Compares the rows with unique keys.

    Raises:
        TableError: A key cell is not of its field's type.
    """
    shared = old.shared_keys.keys() | new.shared_keys.keys()
    (mine, ours), (yours, theirs) = (_apart(table, shared) for table in (old, new))
    single = rest(mine, yours)
    found = _Found(ours, theirs, tolerance)
    gone, came = found.compare_partners()
    left, added = _by_key(ours, gone), _by_key(theirs, came)
    for key in list(left):
        if len(left[key]) == len(added.get(key, ())) == 1:
            found.compare(left.pop(key)[0], added.pop(key)[0], new.resource.primary_key)
    found.alone(
        [row for rows in left.values() for row in rows],
        [row for rows in added.values() for row in rows],
    )
    grouped = found.sorted()
    order = order_of(old.resource, new.resource)
    return TableDiff(
        rows=tuple(sorted((*single.rows, *grouped.rows), key=order)),
        reformatted=tuple(sorted((*single.reformatted, *grouped.reformatted), key=order)),
        ignored=single.ignored + grouped.ignored,
    )


class _Found:
    """Collects the differences of two tables."""

    def __init__(self, old: Table, new: Table, tolerance: Tolerance) -> None:
        self._old, self._new, self._tolerance = old, new, tolerance
        self._compare = RowComparer(old.resource, new.resource, tolerance)
        self._shared, self._exact = _fields(old, new, tolerance)
        self._rows: list[RowChange] = []
        self._reformatted: list[RowChange] = []
        self._ignored = 0

    def compare(self, was: Row, now: Row, key: Sequence[str]) -> None:
        """Compare two paired rows, and collect their change under the given key fields."""
        if was == now:
            return
        spelled, valued = self._compare.fields_of_any(was, now)
        keyed = replace(self._new.resource, primary_key=tuple(key))
        if valued:
            self._rows.append(change_of(keyed, was, now, valued))
        elif spelled:
            self._reformatted.append(change_of(keyed, was, now, spelled))
        elif self._tolerance and any(
            was.get(n, "") != now.get(n, "") for n in self._compare.readers
        ):
            self._ignored += 1

    def compare_partners(self) -> tuple[list[Row], list[Row]]:
        """Pair and compare the rows that both tables have; return those that only one has."""
        exact, readers = self._exact, self._compare.readers
        pairs: list[Pair] = []
        before: Sequence[Row] = self._old.rows
        after: Sequence[Row] = self._new.rows
        was, now = self._old.resource.by_name, self._new.resource.by_name
        if any(kind_of(was[n]) != kind_of(now[n]) for n in exact):
            # Rows whose texts are equal correspond, although values of different types differ.
            pairs, before, after = _same_texts(before, after, self._shared)
        theirs: dict[Key, deque[Row]] = {}
        for row in after:
            theirs.setdefault(_value(row, exact, readers, 1, self._tolerance), deque()).append(row)
        gone: list[Row] = []
        waiting: list[tuple[Key, Row]] = []
        for row in before:  # rows that are equal as texts are paired first
            key = _value(row, exact, readers, 0, self._tolerance)
            there = theirs.get(key, ())
            if exact and there and row in there:
                theirs[key].remove(row)
            else:
                waiting.append((key, row))
        for key, row in waiting:
            there = theirs.get(key, ())
            if exact and there:
                pairs.append((row, theirs[key].popleft()))
            else:
                gone.append(row)
        for one, other in pairs:
            self.compare(one, other, exact)
        return gone, [row for rows in theirs.values() for row in rows]

    def alone(self, gone: Iterable[Row], came: Iterable[Row]) -> None:
        """Collect removed and added rows."""
        name = self._new.resource.name
        self._rows += [RowChange(name, dict(row), row, None, tuple(row)) for row in gone]
        self._rows += [RowChange(name, dict(row), None, row, tuple(row)) for row in came]

    def sorted(self) -> TableDiff:
        """Return the differences, in an order that does not depend on the direction."""
        key = tuple(self._shared)
        old, new = (replace(t.resource, primary_key=key) for t in (self._old, self._new))
        place = order_of(old, new)

        def order(change: RowChange) -> tuple[object, ...]:
            return place(change), tuple(sorted(change.row.items()))

        return TableDiff(
            tuple(sorted(self._rows, key=order)),
            tuple(sorted(self._reformatted, key=order)),
            ignored=self._ignored,
        )


def _fields(old: Table, new: Table, tolerance: Tolerance) -> tuple[list[str], list[str]]:
    """Return the fields that both tables share, and those of them that have to be equal."""
    shared = [name for name in new.resource.header if name in old.resource.by_name]
    loose = tolerance.ignored | {n for n, each in tolerance.tolerances.items() if each not in TEXTS}
    return shared, [name for name in shared if name not in loose]


def _same_texts(
    before: Iterable[Row], after: Iterable[Row], names: Sequence[str]
) -> tuple[list[Pair], list[Row], list[Row]]:
    """Pair the rows whose named cells are equal texts; return also the rows left in each table."""
    theirs: dict[Key, deque[Row]] = {}
    for row in after:
        theirs.setdefault(tuple(row.get(name) for name in names), deque()).append(row)
    pairs: list[Pair] = []
    left: list[Row] = []
    for row in before:
        if there := theirs.get(tuple(row.get(name) for name in names)):
            pairs.append((row, there.popleft()))
        else:
            left.append(row)
    return pairs, left, [row for rows in theirs.values() for row in rows]


def _value(
    row: Row,
    names: Sequence[str],
    readers: Mapping[str, tuple[Callable[[str], Hashable], ...] | None],
    side: int,
    tolerance: Tolerance,
) -> Key:
    """Return the values of some cells; the text of a cell that is not of its field's type."""
    found: list[Hashable] = []
    for name in names:
        cell, read = row.get(name, ""), readers[name]
        try:
            found.append(tolerance.plain(name, cell if read is None else read[side](cell)))
        except ValueError:
            found.append(cell)
    return tuple(found)


def _apart(table: Table, keys: Iterable[Key]) -> tuple[Table, Table]:
    """Split a table into the rows whose keys are not among ``keys``, and those whose keys are."""
    keys = set(keys)
    parts: tuple[list[int], list[int]] = ([], [])
    for at, row in enumerate(table.rows):
        parts[table.typed_key(row) in keys].append(at)
    single, grouped = (
        replace(
            table,
            rows=tuple(table.rows[at] for at in some),
            lines=tuple(table.lines[at] for at in some) if table.lines else (),
        )
        for some in parts
    )
    return single, grouped


def _by_key(table: Table, rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(table.typed_key(row), []).append(row)
    return found
