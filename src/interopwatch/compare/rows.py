"""How the rows of two tables differ: matched by key, compared by type.

Nothing here knows files, packages or engines.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.changeset.metadata import merged
from interopwatch.changeset.model import RowChange
from interopwatch.errors import KeyProblemError, TableError
from interopwatch.package import types
from interopwatch.package.descriptor import Field
from interopwatch.package.table import Table, sorter
from interopwatch.package.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from interopwatch.package.descriptor import Resource

    Reader = tuple[Callable[[str], Hashable], Callable[[str], Hashable]]
    Readers = Mapping[str, Reader | None]
    Row = Mapping[str, str]

NONE: Final = Tolerance()


class TableDiff(Struct, frozen=True):
    """What differs in one resource, or in some rows of it.

    Attributes:
        rows: Rows added, removed or changed.
        reformatted: Rows whose text differs and whose values do not.
        form_only: Whether nothing but the form of the file differs.
        ignored: How many rows differ only in ignored fields or within a tolerance.
    """

    rows: tuple[RowChange, ...] = ()
    reformatted: tuple[RowChange, ...] = ()
    form_only: bool = False
    ignored: int = 0

    @property
    def tells(self) -> bool:
        """Whether the rows explain why the files' bytes differ."""
        return bool(self.rows or self.reformatted or self.ignored)


def match(
    old: Table,
    new: Table,
    tolerance: Tolerance = NONE,
    note: Callable[[str], None] | None = None,
) -> TableDiff:
    """Match the rows of two tables by the primary key of the newer schema.

    Rows without a key are compared as wholes: see :mod:`interopwatch.compare.bags`.

    Args:
        old: The table before, in the names of the newer one.
        new: The table after.
        tolerance: Fields to ignore, or to compare within a tolerance.
        note: Called with what is wrong with the keys; the rows of such a key are compared as
            a group. Without it, that is an error.

    Raises:
        KeyProblemError: The keys do not tell the rows apart, or the older table
            lacks a field of the key.
        TableError: A cell is not of its field's type.
    """
    from interopwatch.compare.bags import diff_bags, diff_groups

    if not new.resource.primary_key:
        return diff_bags(old, new, tolerance)
    old = _with_key(old, new.resource)
    if note is not None and (problems := [*_key_problems(old), *_key_problems(new)]):
        for problem in problems:
            note(problem)
        return diff_groups(old, new, tolerance, lambda one, other: match(one, other, tolerance))
    before, after = old.by_key, new.by_key
    pairs: list[tuple[Row | None, Row | None]]
    pairs = [(row, None) for key, row in before.items() if key not in after]
    pairs += [(before.get(key), row) for key, row in after.items()]
    compare = RowComparer(old.resource, new.resource, tolerance)
    try:
        found = compare.diff(pairs)
    except ValueError:
        raise _bad_cell(pairs, compare, new) from None
    order = order_of(old.resource, new.resource)
    return replace(
        found,
        rows=tuple(sorted(found.rows, key=order)),
        reformatted=tuple(sorted(found.reformatted, key=order)),
    )


def _key_problems(table: Table) -> Iterator[str]:
    """What is wrong with the keys of a table, in words."""
    for key, places in islice(table.shared_keys.items(), 1):
        row, name = table.rows[places[0]], table.resource.name
        lines = [str(table.lines[place]) for place in places[:2] if table.lines]
        where = f"{table.where}:{lines[-1]}" if lines else table.where
        told = ", ".join(f"{n}={row[n]!r}" for n in table.resource.primary_key)
        what = (
            f"the key {told} stands already on line {lines[0]}"
            if len(lines) > 1
            else f"the key {told} stands more than once"
        )
        if not any(part is not None for part in key):
            what = "the row has no key"
        more = len(table.shared_keys) - 1
        others = f", and so it is with {more:,} more" if more else ""
        yield f"{where}: {what}{others}; such rows of {name!r} are compared as groups"


class RowComparer:
    """Compares rows that have one key, cell by cell and by type.

    Attributes:
        readers: How to read the cells of each field; see :func:`readers_of`.
    """

    def __init__(self, old: Resource, new: Resource, tolerance: Tolerance = NONE) -> None:
        self.readers = readers_of(old, new)
        self._resource, self._tolerance = new, tolerance
        self._ignored = tolerance.ignored
        self._are_texts = not any(self.readers.values()) and not tolerance
        self._key = new.primary_key
        self._key_readers = [
            None if _is_plain(new.by_name[name], new) else types.parser(new.by_name[name], ("",))
            for name in self._key
            if name in new.by_name
        ]

    def diff(self, pairs: Iterable[tuple[Row | None, Row | None]]) -> TableDiff:
        """What differs between rows before and after, in the order in which they come.

        Args:
            pairs: Rows of one key; ``None`` where there is no such row.

        Raises:
            KeyProblemError: A row has no key.
            ValueError: A cell is not of its field's type.
        """
        name = self._resource.name
        rows: list[RowChange] = []
        reformatted: list[RowChange] = []
        ignored = 0
        for was, now in pairs:
            row = was if now is None else now
            assert row is not None, "a pair has at least one side"
            if was == now:
                continue
            if was is None or now is None:
                rows.append(RowChange(name, self._key_of(row), was, now, tuple(row)))
                continue
            spelled, valued = self.fields(was, now)
            if valued:
                rows.append(RowChange(name, self._key_of(row), was, now, valued))
            elif spelled:
                reformatted.append(RowChange(name, self._key_of(row), was, now, spelled))
            elif self._tolerance and any(was.get(n, "") != now.get(n, "") for n in self.readers):
                ignored += 1  # else it only has fields more or fewer, which are empty
        return TableDiff(tuple(rows), tuple(reformatted), ignored=ignored)

    def fields(self, was: Row, now: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fields whose text differs, and those among them whose value differs too.

        Raises:
            ValueError: A cell is not of its field's type.
        """
        names = [name for name in self.readers if was.get(name, "") != now.get(name, "")]
        if self._are_texts:
            return tuple(names), tuple(names)
        spelled, valued = [], []
        for name in names:
            if name in self._ignored:
                continue
            reader = self.readers[name]
            if reader is None:
                valued.append(name)
                spelled.append(name)
                continue
            mine, yours = reader[0](was.get(name, "")), reader[1](now.get(name, ""))
            if mine == yours:
                spelled.append(name)
            elif not self._tolerance.allows(name, mine, yours):
                valued.append(name)
                spelled.append(name)
        return tuple(spelled), tuple(valued)

    def _key_of(self, row: Row) -> dict[str, str]:
        key = {name: row[name] for name in self._key}
        if not any(key.values()):
            raise KeyProblemError(f"{self._resource.name}: the row has no key")
        for reader, cell in zip(self._key_readers, key.values(), strict=True):
            if reader is not None:
                reader(cell)
        return key


def _bad_cell(
    pairs: Iterable[tuple[Row | None, Row | None]], compare: RowComparer, new: Table
) -> TableError:
    """What to say of the first cell that is not of its field's type."""
    for was, now in pairs:
        for field, reader in compare.readers.items():
            for cells, read in zip((was, now), reader or (), strict=False):
                try:
                    read((cells or {}).get(field, ""))
                except ValueError:
                    known = new.resource.by_name.get(field)
                    place = field
                    if cells is now and now is not None:
                        place = f"{new.where}:{new.line_of(now)}:{field}"
                    kind = known.type if known is not None else "text"
                    return TableError(
                        f"{place}: {(cells or {}).get(field, '')!r} is no {kind}",
                        hint="Correct the cell, or the field's type in the descriptor.",
                    )
    raise AssertionError(new.where)  # only called for rows with a cell that does not parse


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
    return field.type == "string" and types.gaps_of(field, resource.missing_values) == ("",)


def _reader(own: Resource, other: Resource, name: str) -> Callable[[str], Hashable]:
    field = own.by_name.get(name) or other.by_name[name]
    return types.parser(field, ("", *own.missing_values))


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
