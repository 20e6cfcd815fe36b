"""A change set of one resource in the Frictionless Tabular Diff Format, as CSV.

The format (specs.frictionlessdata.io/tabular-diff-format) is the one of daff, which shows it
in colours, and with which the older table can be patched into the newer one: same columns in
the same order, same rows. That is proven of daff 1.4, whether it patches lists of texts or CSV
files. How its patches work decides a few things here:

* A row is found again by its cells, so that every row of the patch is whole, and every column
  of the older table stands in it. A row that does not differ stands there only to say where
  the row after it was added.
* A cell of an added column that no row of the patch gives would be missing (``NULL``) rather
  than empty. Where a column was added, every row stands in the patch.
* Rows that stay keep their order, and a row that was added follows the row that it follows in
  the newer table. So rows that changed places, and did not change otherwise, are not told.
* ``->`` cannot say that only spaces differ, nor that something took the place of the text
  ``NULL``. Such a row is told as one that went and one that came; so is a column that moved,
  or was renamed, where daff would put it elsewhere.

Types, other words of a schema, and rows that differ only in what was not to be minded have no
place in the format. No cell is escaped for spreadsheets: the text has to be what it was.

A :class:`FormatError` tells what the format has no way to say, or daff would misread: fields
without a name or called ``...`` or ``NULL``, rows that daff cannot tell apart by their cells,
and tables that hold cells like the format's own marks where daff looks for rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.errors import FormatError
from interopwatch.renaming import seen
from interopwatch.report.columns import Column, columns_of
from interopwatch.report.retrieval import NULL, Finder
from interopwatch.tables import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changes import ChangeSet
    from interopwatch.package import Package

    Row = Mapping[str, str]
    Line = list[str]

_GAP: Final = "..."


def differing(changes: ChangeSet) -> list[str]:
    """The resources whose tables differ, by their new names."""
    told = [
        c.resource
        for c in changes.schema
        if c.kind in ("added", "removed", "moved") or (c.kind == "renamed" and c.field)
    ]
    told += [c.resource for c in (*changes.rows, *changes.respelled)]
    return list(dict.fromkeys(told))


def render(changes: ChangeSet, name: str, old: Package, new: Package) -> str:
    """The change set of one resource as CSV text.

    Args:
        changes: The change set.
        name: The resource, by its new name.
        old: The older package.
        new: The newer package.

    Returns:
        The patch: the header row alone if nothing differs.

    Raises:
        FormatError: The format cannot say it, or daff would not understand it.
        TableError: A table cannot be read.
    """
    pair = _Pair(changes, name, old, new)
    columns = columns_of(pair.own_header, pair.old_header, pair.new_header)
    _check_names(name, columns)
    lines = list(_Patch(pair, columns).lines())
    return "".join(map(record, lines))


class _Pair:
    """The rows of a resource on either side, and which of them are one."""

    def __init__(self, changes: ChangeSet, name: str, old: Package, new: Package) -> None:
        self.name = name
        view = seen(old, changes.renames, new.descriptor)
        self.before, self.after = view.rows(name), new.rows(name)
        self.old_header, self.new_header = _header(view, name), _header(new, name)
        own = (~changes.renames.resources).pairs.get(name, name)
        self.own_header = _header(old, own)
        told = [c for c in (*changes.rows, *changes.respelled) if c.resource == name]
        key = new.resource(name).primary_key if name in new.descriptor.by_name else ()
        self._became = {
            _cells(c.before, self.old_header): c.after for c in told if c.before is not None
        }
        came = {_cells(c.after, self.new_header) for c in told if c.after is not None}
        self._unchanged = {
            _cells(row, key): row for row in self.after if _cells(row, self.new_header) not in came
        }
        self._key = key

    def partner(self, row: Row) -> Row | None:
        """What a row of the older table is in the newer one; ``None`` if it was removed."""
        cells = _cells(row, self.old_header)
        if cells in self._became:
            return self._became[cells]
        return self._unchanged.get(_cells(row, self._key), row)


def _header(package: Package, name: str) -> tuple[str, ...]:
    """The fields of a table in the order of its file, as far as its rows show it."""
    rows = package.rows(name)
    if rows:
        return tuple(rows[0])
    return package.resource(name).header if name in package.descriptor.by_name else ()


def _cells(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


def _check_names(resource: str, columns: Sequence[Column]) -> None:
    for column in columns:
        for name in (column.name, column.was):
            if name in ("", _GAP) or NULL.fullmatch(name):
                raise FormatError(
                    f"{resource}: a tabular diff cannot speak of a field called {name!r}",
                    hint="Rename the field, or use another --format.",
                )


class _Patch:
    """Writes the lines of a patch, in the order of the older table."""

    def __init__(self, pair: _Pair, columns: Sequence[Column]) -> None:
        self._pair, self._columns = pair, columns
        self._adds = any(column.tag == "+++" for column in columns)
        self._rows = [_cells(row, pair.old_header) for row in pair.before]
        finder = Finder(pair.own_header, self._rows)
        self._found = finder.found
        self._gap = self._unlike(finder, pair.own_header)
        self._acts = [self._act(row) for row in pair.before]

    def _unlike(self, finder: Finder, header: Sequence[str]) -> str:
        """What to fill a gap with, so that no row is like it."""
        tags = {column.old: column.tag for column in self._columns}  # of added ones, under None
        over = [tags[place] for place in range(len(header))]
        if any(tags.values()) and finder.takes_for_a_row(over, above_header=True):
            raise FormatError(
                f"{self._pair.name}: cells of this table look like the marks of a tabular diff",
                hint="Use another --format.",
            )
        gap = _GAP
        while finder.takes_for_a_row([gap] * len(header)):
            gap += "."
        return gap

    def _act(self, row: Row) -> tuple[str, Row | None]:
        """What is to be said of a row of the older table, and what it is now."""
        now = self._pair.partner(row)
        if now is None:
            return "---", None
        pairs = [
            (row[c.seen], now[c.seen]) for c in self._columns if c.old is not None and c.is_kept
        ]
        changed = [(a, b) for a, b in pairs if a != b]
        if any(NULL.fullmatch(a) or _squeezed(a) == _squeezed(b) for a, b in changed):
            return "---", now
        return "->" if changed else "+" if self._adds else "", now

    def lines(self) -> Iterator[Line]:
        tags = [column.tag for column in self._columns]
        if any(tags):
            yield ["!", *tags]
        yield ["@@", *(column.name for column in self._columns)]
        added = self._added()
        yield from (self._came(row) for row in added.get(-1, ()))
        last = -1 if -1 in added else None  # of the header's own place daff may be unsure
        for place, (act, now) in enumerate(self._acts):
            if not act and place not in added:
                continue
            if last is None or place != last + 1:
                yield [_GAP, *([self._gap] * len(tags))]
            yield self._line(place, act, now)
            yield from (self._came(row) for row in added.get(place, ()))
            last = place

    def _added(self) -> dict[int, list[Row]]:
        """The rows that came, by the place of the row of the older table that they follow."""
        places: dict[tuple[str, ...], int] = {}
        for place, (_, now) in enumerate(self._acts):
            if now is not None:
                places[_cells(now, self._pair.new_header)] = place
        added: dict[int, list[Row]] = {}
        last = -1
        for row in self._pair.after:
            place = places.get(_cells(row, self._pair.new_header))
            if place is None or self._acts[place][0] == "---":
                last = last if place is None else place
                added.setdefault(last, []).append(row)
            elif self._found[place]:
                last = place
        return added

    def _came(self, row: Row) -> Line:
        return ["+++", *(row[c.seen] if c.new is not None else "" for c in self._columns)]

    def _line(self, place: int, act: str, now: Row | None) -> Line:
        if not self._found[place]:
            key = "/".join(self._rows[place])
            raise FormatError(
                f"{self._pair.name}: a tabular diff cannot speak of a row that daff does not "
                f"find: {key}",
                hint="Its cells tell it from no other row. Use another --format.",
            )
        was = self._rows[place]
        if act == "---" or now is None:
            return ["---", *(was[c.old] if c.old is not None else "" for c in self._columns)]
        sides = [
            (
                was[c.old] if c.old is not None else None,
                now[c.seen] if c.new is not None else None,
            )
            for c in self._columns
        ]
        arrow = "->"
        while act == "->" and any(arrow in (cell or "") for pair in sides for cell in pair):
            arrow = f"-{arrow}"
        return [arrow if act == "->" else act, *(_told(a, b, arrow) for a, b in sides)]


def _told(was: str | None, now: str | None, arrow: str) -> str:
    if was is None or now is None or was == now:
        return (now if was is None else was) or ""
    return f"{was}{arrow}{_escaped(now)}"


def _escaped(cell: str) -> str:
    """A cell after an arrow: not ``NULL``, which daff would take for a missing value."""
    return f"_{cell}" if NULL.fullmatch(cell) else cell


def _squeezed(cell: str) -> str:
    return cell.replace(" ", "")
