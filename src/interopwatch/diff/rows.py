"""How the rows of one resource differ between two packages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from interopwatch import values
from interopwatch.changes import RowChange
from interopwatch.descriptor import Field
from interopwatch.diff.schemas import merged
from interopwatch.errors import KeyProblemError, TableError
from interopwatch.tables import Table, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from interopwatch.descriptor import Resource
    from interopwatch.package import Package

_Reader = tuple["Callable[[str], Hashable]", "Callable[[str], Hashable]"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one resource: changes, respelled rows, or another form only."""

    rows: tuple[RowChange, ...] = ()
    respelled: tuple[RowChange, ...] = ()
    form_only: bool = False


def compare(old: Package, new: Package, name: str) -> Found:
    """Compare one resource of two packages. See :func:`interopwatch.diff`."""
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before == after and old.content(name) == new.content(name):
        return Found()
    if before is None:
        return match(Table(new.resource(name), ()), new.table(name))
    if after is None:
        return match(old.table(name), Table(old.resource(name), ()))
    found = match(old.table(name), new.table(name))
    # Where fields came, went or changed, the bytes differ for a reason that is told.
    unexplained = before.by_name == after.by_name and old.content(name) != new.content(name)
    return replace(found, form_only=unexplained and not (found.rows or found.respelled))


def match(old: Table, new: Table) -> Found:
    """Match the rows of two tables by the primary key of the newer schema.

    Raises:
        KeyProblemError: The keys do not tell the rows apart, or the older table
            lacks a field of the key.
        TableError: A cell is not of its field's type.
    """
    old = _with_key(old, new.resource)
    before, after = old.by_key, new.by_key
    readers = _readers(old.resource, new.resource)
    rows: list[RowChange] = []
    respelled: list[RowChange] = []
    for key, row in before.items():
        if key not in after:
            rows.append(_change(new.resource, row, None, tuple(row)))
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            rows.append(_change(new.resource, None, row, tuple(row)))
        elif was != row:
            spelled, valued = _differing(was, row, readers, new)
            if valued:
                rows.append(_change(new.resource, was, row, valued))
            elif spelled:
                respelled.append(_change(new.resource, was, row, spelled))
    in_order = _order(old.resource, new.resource)
    return Found(tuple(sorted(rows, key=in_order)), tuple(sorted(respelled, key=in_order)))


def _differing(
    was: Mapping[str, str], row: Mapping[str, str], readers: Mapping[str, _Reader], new: Table
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields whose text differs, and those among them whose value differs too."""
    spelled = tuple(f for f in readers if was.get(f, "") != row.get(f, ""))
    try:
        valued = tuple(
            f for f in spelled if readers[f][0](was.get(f, "")) != readers[f][1](row.get(f, ""))
        )
    except ValueError:
        raise _bad_cell(was, row, readers, new) from None
    return spelled, valued


def _bad_cell(
    was: Mapping[str, str], row: Mapping[str, str], readers: Mapping[str, _Reader], new: Table
) -> TableError:
    for field, (read_old, read_new) in readers.items():
        for cells, read in ((was, read_old), (row, read_new)):
            try:
                read(cells.get(field, ""))
            except ValueError:
                place = f"{new.where}:{new.line_of(row)}:{field}" if cells is row else field
                kind = new.resource.by_name[field].type if field in new.resource.by_name else "text"
                return TableError(
                    f"{place}: {cells.get(field, '')!r} is no {kind}",
                    hint="Correct the cell, or the field's type in the descriptor.",
                )
    raise AssertionError(row)  # only called for rows with a cell that does not parse


def _readers(old: Resource, new: Resource) -> Mapping[str, _Reader]:
    """For each field of either schema, how to read its cells on either side."""
    names = merged(old.header, new.header)
    return {name: (_reader(old, new, name), _reader(new, old, name)) for name in names}


def _reader(own: Resource, other: Resource, name: str) -> Callable[[str], Hashable]:
    field = own.by_name.get(name) or other.by_name[name]
    return values.parser(field, ("", *own.missing_values))


def _with_key(old: Table, newer: Resource) -> Table:
    key = newer.primary_key
    if old.resource.primary_key == key or not old.rows:
        return old
    lacking = [name for name in key if name not in old.resource.by_name]
    if lacking:
        raise KeyProblemError(
            f"{old.where}: the primary key of {newer.name!r} is now {', '.join(key)}, "
            f"and the older table has no field {lacking[0]!r}",
            hint="Compare the two tables by a key that both have.",
        )
    return Table(replace(old.resource, primary_key=key), old.rows, old.lines, old.where)


def _change(
    resource: Resource,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
    fields: tuple[str, ...],
) -> RowChange:
    row = after if after is not None else before
    assert row is not None, "a change has at least one side"
    key = {name: row[name] for name in resource.primary_key}
    return RowChange(resource.name, key, before, after, fields)


def _order(old: Resource, new: Resource) -> Callable[[RowChange], tuple[Any, ...]]:
    """What changes sort by: the key, in an order that does not depend on the direction."""
    key = new.primary_key
    typed = all(
        name in old.by_name and old.by_name[name].type == new.by_name[name].type for name in key
    )
    by = new if typed else replace(new, fields=tuple(Field(f.name) for f in new.fields))

    def place(change: RowChange) -> tuple[Any, ...]:
        return min(sort_key(by, row) for row in (change.before, change.after) if row is not None)

    return place
