"""Compare two tables: match rows by unique key, and rows without one as multisets.

This module knows no files, packages or engines.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.compare.bags import diff_bags, diff_groups
from interopwatch.compare.rows import NONE, RowComparer, TableDiff, order_of
from interopwatch.errors import KeyProblemError, TableError
from interopwatch.package import types
from interopwatch.package.table import TYPE_HINT, Table
from interopwatch.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.tolerance import Tolerance

    Row = Mapping[str, str]


def match(
    old: Table,
    new: Table,
    tolerance: Tolerance = NONE,
    note: Callable[[str], None] | None = None,
) -> TableDiff:
    """Match the rows of two tables by the primary key of the newer schema, and compare them.

    Without a primary key, complete rows are compared: see :mod:`interopwatch.compare.bags`.

    Args:
        old: The table before, with the field names of the newer one.
        new: The table after.
        tolerance: Fields to ignore, or to compare within a tolerance.
        note: Called with duplicate and empty keys, whose rows are then compared as groups. If
            ``None``, they are errors.

    Raises:
        KeyProblemError: A key is duplicated or empty, or the older table lacks a key field.
        TableError: A cell is not of its field's type.
    """
    if not new.resource.primary_key:
        try:
            return diff_bags(old, new, tolerance)
        except (TableError, ValueError):
            for table in (old, new):
                _check_cells(table)
            raise
    old = _with_key(old, new.resource)
    try:
        before, after = old.by_key, new.by_key
    except KeyProblemError:
        if note is None:
            raise
        for problem in (*_key_problems(old), *_key_problems(new)):
            note(problem)
        return diff_groups(old, new, tolerance, lambda one, other: match(one, other, tolerance))
    pairs: list[tuple[Row | None, Row | None]]
    pairs = [(row, None) for key, row in before.items() if key not in after]
    pairs += [(before.get(key), row) for key, row in after.items()]
    compare = RowComparer(old.resource, new.resource, tolerance)
    try:
        found = compare.diff(pairs)
    except ValueError:
        raise _bad_cell(pairs, compare, old, new) from None
    order = order_of(old.resource, new.resource)
    return replace(
        found,
        rows=tuple(sorted(found.rows, key=order)),
        reformatted=tuple(sorted(found.reformatted, key=order)),
    )


def _bad_cell(
    pairs: Iterable[tuple[Row | None, Row | None]], compare: RowComparer, old: Table, new: Table
) -> TableError:
    """Return the error for the first cell that is not of its field's type."""
    for sides in pairs:
        for field, readers in compare.readers.items():
            for table, row, read in zip((old, new), sides, readers or (), strict=False):
                cell = (row or {}).get(field, "")
                try:
                    read(cell)
                except ValueError:
                    known = table.resource.by_name.get(field) or new.resource.by_name.get(field)
                    kind = known.type if known is not None else "text"
                    line = table.line_of(row) if row else 0
                    return _wrong_cell(table, line, field, cell, kind)
    raise AssertionError(new.where)  # only called for rows with a cell that does not parse


def has_wrong_cells(table: Table) -> bool:
    """Whether any cell of a table is not of its field's type."""
    try:
        _check_cells(table)
    except TableError:
        return True
    return False


def note_wrong_cells(table: Table, note: Callable[[str], None] | None) -> None:
    """Report the first cell that is not of its field's type, in a table without a counterpart.

    It is not an error: the rows can be reported without comparing their cells.
    """
    if note is None:
        return
    try:
        _check_cells(table)
    except TableError as error:
        note(error.message)


def _check_cells(table: Table) -> None:
    """Check that every cell of a table is of its field's type.

    Raises:
        TableError: A cell is not. The message names the first one.
    """
    resource = table.resource
    readers = {f.name: types.parser(f, resource.missing_values) for f in resource.fields}
    for line, row in table.numbered_rows():
        for name, read in readers.items():
            cell = row.get(name, "")
            try:
                read(cell)
            except ValueError:
                raise _wrong_cell(table, line, name, cell, resource.by_name[name].type) from None


def _wrong_cell(table: Table, line: int, name: str, cell: str, kind: str) -> TableError:
    place = ":".join(filter(None, (table.where, str(line or ""), name)))
    return TableError(
        f"{place}: {excerpt(cell)} is no {kind}",
        hint=TYPE_HINT,
    )


def _with_key(old: Table, newer: Resource) -> Table:
    key = newer.primary_key
    if not key or old.resource.primary_key == key or not old.rows:
        return old
    lacking = [name for name in key if name not in old.resource.by_name]
    if lacking:
        raise KeyProblemError(
            f"{old.where}: the primary key of {newer.name!r} is now {', '.join(key)}, "
            f"and the older table has no field {lacking[0]!r}",
            hint="Compare the two tables by a key that both have.",
        )
    return Table(replace(old.resource, primary_key=key), old.rows, old.lines, old.where)


def _key_problems(table: Table) -> Iterator[str]:
    """Yield a message about the duplicate or empty keys of a table, if there are any."""
    for key, places in islice(table.shared_keys.items(), 1):
        row, name = table.rows[places[0]], table.resource.name
        lines = [str(table.lines[place]) for place in places[:2] if table.lines]
        where = f"{table.where}:{lines[-1]}" if lines else table.where
        shown = ", ".join(f"{n}={excerpt(row[n])}" for n in table.resource.primary_key)
        what = (
            f"the key {shown} is already used on line {lines[0]}"
            if len(lines) > 1
            else f"the key {shown} occurs more than once"
        )
        if not any(part is not None for part in key):
            what = "the row has no key"
        more = len(table.shared_keys) - 1
        others = f", and {more:,} more" if more else ""
        yield f"{where}: {what}{others}; such rows of {name!r} are compared as groups"
