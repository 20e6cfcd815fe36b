"""A change set of one resource in the Frictionless Tabular Diff Format, as CSV.

The format (specs.frictionlessdata.io/tabular-diff-format) is daff's. daff shows it in colours and
can patch the older table into the newer one, with the same columns in the same order and the same
rows. This is tested with daff 1.4, patching both lists of texts and CSV files. How its patches work
decides a few things here:

* daff locates a row by its cells. So every row of the patch is complete, with every column of the
  older table. An unchanged row is included only to say where the row after it was added.
* A cell of an added column that no row of the patch gives would be missing (``NULL``) rather than
  empty. So if a column was added, every row is included.
* Rows that stay keep their order, and an added row follows the row that it follows in the newer
  table. So rows that only moved are left out.
* ``->`` cannot express that only spaces differ, nor that something replaced the text ``NULL``.
  Such a row is written as one removed and one added; so is a column that was moved or renamed, if
  daff would put it elsewhere.

The format cannot express types, other schema properties, or rows that differ only in ignored fields
or within a tolerance. No cell is escaped for spreadsheets: the text must stay exact.

A :class:`FormatError` names what the format cannot express or daff would misread: fields without a
name or called ``...`` or ``NULL``, rows that daff cannot tell apart by their cells, and tables with
cells like the format's own marks where daff looks for rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.errors import ChangeSetError, FormatError
from interopwatch.package.renamed import renamed
from interopwatch.package.table import record
from interopwatch.report.daff import NULL, Finder, PatchColumn, columns_of
from interopwatch.text import key_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.package.package import Package

    Line = list[str]
    from interopwatch.package.table import Row

_GAP: Final = "..."


def differing_resources(changes: ChangeSet) -> list[str]:
    """Return the resources whose tables differ, by their new names."""
    names = [
        c.resource
        for c in changes.schema
        if c.kind in ("added", "removed", "moved") or (c.kind == "renamed" and c.field)
    ]
    names += [c.resource for c in (*changes.rows, *changes.reformatted)]
    return list(dict.fromkeys(names))


def render(changes: ChangeSet, name: str, old: Package, new: Package) -> str:
    """Return the change set of one resource as CSV text.

    Args:
        changes: The change set.
        name: The resource, by its new name.
        old: The older package.
        new: The newer package.

    Returns:
        The patch; only the header row if nothing differs.

    Raises:
        ChangeSetError: The change set is not that of the two packages.
        FormatError: The format cannot express it, or daff would misread it.
        TableError: A table cannot be read.
    """
    pair = _Pair(changes, name, old, new)
    columns = columns_of(pair.original_header, pair.old_header, pair.new_header)
    _check_names(name, columns)
    lines = list(_Patch(pair, columns).lines())
    return "".join(map(record, lines))


class _Pair:
    """The rows of a resource on both sides, matched."""

    def __init__(self, changes: ChangeSet, name: str, old: Package, new: Package) -> None:
        self.name = name
        view = renamed(old, changes.renames, new.descriptor)
        self.before, self.after = view.rows(name), new.rows(name)
        self.old_header, self.new_header = _header(view, name), _header(new, name)
        old_name = (~changes.renames.resources).pairs.get(name, name)
        self.original_header = _header(old, old_name)
        row_changes = [c for c in (*changes.rows, *changes.reformatted) if c.resource == name]
        key = new.resource(name).primary_key if name in new.descriptor.by_name else ()
        self._key = key or self.new_header  # without a key, only equal tables are comparable
        self._became = {
            _values(c.before, self.old_header): c.after for c in row_changes if c.before is not None
        }
        came = {_values(c.after, self.new_header) for c in row_changes if c.after is not None}
        self._unchanged = {
            _values(row, self._key): row
            for row in self.after
            if _values(row, self.new_header) not in came
        }

    def partner(self, row: Row) -> tuple[bool, Row | None]:
        """Return whether a row of the older table differs, and its row in the newer table, if any.

        Raises:
            ChangeSetError: The change set is not that of the two packages.
        """
        cells = _values(row, self.old_header)
        if cells in self._became:
            return True, self._became[cells]
        new_row = self._unchanged.get(_values(row, self._key))
        if new_row is None:
            raise ChangeSetError(
                f"{self.name}: the change set lacks a row that is not in the newer table: "
                f"{dict(row)}",
                hint="Give the two packages that the change set was made from.",
            )
        return False, new_row


def _header(package: Package, name: str) -> tuple[str, ...]:
    """Return the fields of a table in the order of its file, taken from its rows if it has any."""
    rows = package.rows(name)
    if rows:
        return tuple(rows[0])
    return package.resource(name).header if name in package.descriptor.by_name else ()


def _values(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


def _check_names(resource: str, columns: Sequence[PatchColumn]) -> None:
    for column in columns:
        for name in (column.name, column.old_name):
            if name in ("", _GAP) or NULL.fullmatch(name):
                raise FormatError(
                    f"{resource}: a tabular diff cannot represent a field named {name!r}",
                    hint="Rename the field, or use another --format.",
                )


class _Patch:
    """Writes the lines of a patch, in the order of the older table."""

    def __init__(self, pair: _Pair, columns: Sequence[PatchColumn]) -> None:
        self._pair, self._columns = pair, columns
        self._adds = any(column.tag == "+++" for column in columns)
        self._rows = [_values(row, pair.old_header) for row in pair.before]
        finder = Finder(pair.original_header, self._rows)
        self._found = finder.found
        has_old_names = all(column.old_name == column.name for column in columns)
        self._finds_header = has_old_names and finder.finds_header
        self._gap = self._gap_filler(finder, pair.original_header)
        self._actions = [self._action(row) for row in pair.before]

    def _gap_filler(self, finder: Finder, header: Sequence[str]) -> str:
        """Return a filler for gaps that no row resembles."""
        tags = {column.old: column.tag for column in self._columns}  # added ones share the key None
        over = [tags[place] for place in range(len(header))]
        if any(tags.values()) and finder.may_match(over, above_header=True):
            raise FormatError(
                f"{self._pair.name}: cells of this table look like the marks of a tabular diff",
                hint="Use another --format.",
            )
        gap = _GAP
        while finder.may_match([gap] * len(header)):
            gap += "."
        return gap

    def _action(self, row: Row) -> tuple[str, Row | None]:
        """Return the action for a row of the older table, and its row in the newer table.

        The action is ``+`` if only cells of added columns are added, and empty if nothing changes.
        """
        differs, new_row = self._pair.partner(row)
        if new_row is None:
            return "---", None
        names = [c.new_name for c in self._columns if c.is_kept and differs]
        changed = [(row[name], new_row[name]) for name in names if row[name] != new_row[name]]
        if any(NULL.fullmatch(a) or _without_spaces(a) == _without_spaces(b) for a, b in changed):
            return "---", new_row
        return "->" if changed else "+" if self._adds else "", new_row

    def lines(self) -> Iterator[Line]:
        tags = [column.tag for column in self._columns]
        if any(tags):
            yield ["!", *tags]
        yield ["@@", *(column.name for column in self._columns)]
        added = self._added()
        yield from (self._addition(row) for row in added.get(-1, ()))
        last: int | None = -1 if -1 in added or self._finds_header else None
        for place, (action, new_row) in enumerate(self._actions):
            if not action and place not in added:
                continue
            if last is None or place != last + 1:
                yield [_GAP, *([self._gap] * len(tags))]
            yield self._line(place, action, new_row)
            yield from (self._addition(row) for row in added.get(place, ()))
            last = place

    def _added(self) -> dict[int, list[Row]]:
        """Return the added rows, by the index of the row of the older table that they follow."""
        places: dict[tuple[str, ...], int] = {}
        for place, (_, new_row) in enumerate(self._actions):
            if new_row is not None:
                places[_values(new_row, self._pair.new_header)] = place
        added: dict[int, list[Row]] = {}
        last = -1
        for row in self._pair.after:
            at = places.get(_values(row, self._pair.new_header))
            if at is not None and (self._found[at] or self._actions[at][0] == "---"):
                last = at
            if at is None or self._actions[at][0] == "---":
                added.setdefault(last, []).append(row)
        return added

    def _addition(self, row: Row) -> Line:
        return ["+++", *(row[c.new_name] if c.new is not None else "" for c in self._columns)]

    def _line(self, place: int, action: str, new_row: Row | None) -> Line:
        if not self._found[place]:
            key = key_label(self._rows[place])
            raise FormatError(
                f"{self._pair.name}: a tabular diff cannot identify the row {key} for daff",
                hint="Its cells do not distinguish it from other rows. Use another --format.",
            )
        old_cells = self._rows[place]
        if new_row is None or action == "---":
            return ["---", *(old_cells[c.old] if c.old is not None else "" for c in self._columns)]
        if action != "->":
            return [
                action,
                *(
                    new_row[c.new_name] if c.old is None else old_cells[c.old]
                    for c in self._columns
                ),
            ]
        # An arrow with more hyphens than any in the cells ("Tabular Diff Format").
        arrow = action
        while any(arrow in cell for cell in (*old_cells, *new_row.values())):
            arrow = f"-{arrow}"
        return [arrow, *(_cell(c, old_cells, new_row, arrow) for c in self._columns)]


def _cell(column: PatchColumn, old_cells: Sequence[str], new_row: Row, arrow: str) -> str:
    if column.old is None:
        return new_row[column.new_name]
    before = old_cells[column.old]
    if column.new is None or before == new_row[column.new_name]:
        return before
    return f"{before}{arrow}{_escaped(new_row[column.new_name])}"


def _escaped(cell: str) -> str:
    """Escape a cell after an arrow: daff would read ``NULL`` as a missing value."""
    return f"_{cell}" if NULL.fullmatch(cell) else cell


def _without_spaces(cell: str) -> str:
    return cell.replace(" ", "")
