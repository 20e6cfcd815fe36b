"""How the rows of two tables differ: matched by key, compared by type.

Nothing here knows files, packages or engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from interopwatch.changeset.metadata import merged
from interopwatch.changeset.model import RowChange
from interopwatch.errors import KeyProblemError, TableError
from interopwatch.package import types as values
from interopwatch.package.descriptor import Field
from interopwatch.package.table import Table, sorter
from interopwatch.package.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from interopwatch.package.descriptor import Resource

    Reader = tuple[Callable[[str], Hashable], Callable[[str], Hashable]]
    Readers = Mapping[str, Reader | None]

NONE: Final = Tolerance()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one resource: changes, respelled rows, or another form only.

    Attributes:
        rows: Rows added, removed or changed.
        respelled: Rows whose text differs and whose values do not.
        form_only: Whether nothing but the form of the file differs.
        aside: How many rows differ only in what is not to be minded.
    """

    rows: tuple[RowChange, ...] = ()
    respelled: tuple[RowChange, ...] = ()
    form_only: bool = False
    aside: int = 0

    @property
    def tells(self) -> bool:
        """Whether the rows explain why the files' bytes differ."""
        return bool(self.rows or self.respelled or self.aside)


def match(old: Table, new: Table, leeway: Tolerance = NONE) -> Found:
    """Match the rows of two tables by the primary key of the newer schema.

    Args:
        old: The table before, in the names of the newer one.
        new: The table after.
        leeway: What is not to be minded.

    Raises:
        KeyProblemError: The keys do not tell the rows apart, or the older table
            lacks a field of the key.
        TableError: A cell is not of its field's type.
    """
    old = _with_key(old, new.resource)
    before, after = old.by_key, new.by_key
    differing = Differing(readers_of(old.resource, new.resource), leeway)
    rows: list[RowChange] = []
    respelled: list[RowChange] = []
    aside = 0
    for key, row in before.items():
        if key not in after:
            rows.append(change_of(new.resource, row, None, tuple(row)))
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            rows.append(change_of(new.resource, None, row, tuple(row)))
        elif was != row:
            try:
                spelled, valued = differing(was, row)
            except ValueError:
                raise _bad_cell(was, row, differing.readers, new) from None
            if valued:
                rows.append(change_of(new.resource, was, row, valued))
            elif spelled:
                respelled.append(change_of(new.resource, was, row, spelled))
            elif leeway and any(was.get(n, "") != row.get(n, "") for n in differing.readers):
                aside += 1  # else it only has fields more or fewer, which are empty
    in_order = order_of(old.resource, new.resource)
    return Found(
        tuple(sorted(rows, key=in_order)), tuple(sorted(respelled, key=in_order)), aside=aside
    )


@dataclass(frozen=True, slots=True)
class Differing:
    """Tells the fields in which two rows differ.

    Attributes:
        readers: How to read the cells of each field; see :func:`readers_of`.
        leeway: What is not to be minded.
    """

    readers: Readers
    leeway: Tolerance = NONE

    def __call__(
        self, was: Mapping[str, str], row: Mapping[str, str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fields whose text differs, and those among them whose value differs too.

        Raises:
            ValueError: A cell is not of its field's type.
        """
        names = [name for name in self.readers if was.get(name, "") != row.get(name, "")]
        if self.leeway:
            names = [name for name in names if name not in self.leeway.ignored]
        spelled, valued = [], []
        for name in names:
            reader = self.readers[name]
            if reader is None:
                valued.append(name)
                spelled.append(name)
                continue
            mine, yours = reader[0](was.get(name, "")), reader[1](row.get(name, ""))
            if mine == yours:
                spelled.append(name)
            elif not self.leeway.allows(name, mine, yours):
                valued.append(name)
                spelled.append(name)
        return tuple(spelled), tuple(valued)


def _bad_cell(
    was: Mapping[str, str], row: Mapping[str, str], readers: Readers, new: Table
) -> TableError:
    for field, reader in readers.items():
        for cells, read in zip((was, row), reader or (), strict=False):
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


def readers_of(old: Resource, new: Resource) -> Readers:
    """For each field of either schema, how to read its cells on either side.

    A field that is text on both sides needs no reading: its texts are its values.
    """
    readers: dict[str, Reader | None] = {}
    for name in merged(old.header, new.header):
        plain = all(
            name not in resource.by_name or _is_plain(resource.by_name[name], resource)
            for resource in (old, new)
        )
        readers[name] = None if plain else (_reader(old, new, name), _reader(new, old, name))
    return readers


def _is_plain(field: Field, resource: Resource) -> bool:
    return field.type == "string" and values.gaps_of(field, resource.missing_values) == ("",)


def _reader(own: Resource, other: Resource, name: str) -> Callable[[str], Hashable]:
    field = own.by_name.get(name) or other.by_name[name]
    return values.parser(field, ("", *own.missing_values))


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


def change_of(
    resource: Resource,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
    fields: tuple[str, ...],
) -> RowChange:
    """The change of a row of a resource, under the key of the newer schema."""
    row = after if after is not None else before
    assert row is not None, "a change has at least one side"
    key = {name: row[name] for name in resource.primary_key}
    return RowChange(resource.name, key, before, after, fields)


def order_of(old: Resource, new: Resource) -> Callable[[RowChange], Any]:
    """What changes sort by: the key, in an order that does not depend on the direction."""
    key = new.primary_key
    typed = all(
        name in old.by_name and old.by_name[name].type == new.by_name[name].type for name in key
    )
    place = sorter(new if typed else replace(new, fields=tuple(Field(f.name) for f in new.fields)))

    def order(change: RowChange) -> Any:  # noqa: ANN401 - whatever sorts
        if change.before is None or change.after is None:
            return place(change.row)
        return min(place(change.before), place(change.after))

    return order
