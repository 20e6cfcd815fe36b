"""Rows before and after, cell by cell, as shown on a page."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.changeset.marks import Piece, marked
from interopwatch.package.labels import RowLabels, counted
from interopwatch.report.anchors import anchor
from interopwatch.report.cells import stated_cells
from interopwatch.report.page_sources import source_anchor
from interopwatch.report.row_names import RowNames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changeset.model import RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.report.anchors import Anchors
    from interopwatch.report.model import Comparison
    from interopwatch.report.subjects import Subjects

_ROWS: Final = ("row", "rows")
_WORDS: Final = re.compile(r"\w+")


class PageCell(Struct, frozen=True):
    """A cell before and after: none before in a row that was added, none after in one removed."""

    title: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


# `dict=True` gives it the `__dict__` that `cached_property` writes to: templates ask for each cell.
class PageRow(Struct, frozen=True, dict=True):
    """A row that was added, removed or changed.

    Attributes:
        anchor: Its name in the address of the page; empty if it has the one of its line.
        name: What people call it.
        cells: What it says; of a changed row, only what differs.
        source: The id of the source that states it, as an anchor of the page; empty if none does.
        edition: That source, in words.
        place: The place in that source.
        kinds: The values of the filter by kind of change that it has.
        subjects: The values of the filters by subject that it has.
    """

    anchor: str
    name: str
    cells: tuple[PageCell, ...]
    source: str = ""
    edition: str = ""
    place: str = ""
    kinds: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def value(self, title: str) -> str:
        """What a row that was added or removed says in a field."""
        return self._values.get(title, "")

    @cached_property
    def _values(self) -> Mapping[str, str]:
        said = [(cell.title, cell.before or cell.after) for cell in self.cells]
        # Of columns of one title, the first one counts.
        return {title: "".join(piece.text for piece in cell) for title, cell in reversed(said)}


class RowTable(Struct, frozen=True, dict=True):
    """Rows of one table to which the same happened.

    Attributes:
        title: What they are, where that has to be said.
        kind: What happened to them.
        rows: The rows.
    """

    title: str
    kind: str
    rows: tuple[PageRow, ...]

    @property
    def tag(self) -> str:
        """The element that marks what is no longer, or only now, there."""
        return "del" if self.kind == "removed" else "ins"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The titles of all fields in which any row says something."""
        return tuple(dict.fromkeys(cell.title for row in self.rows for cell in row.cells))

    @cached_property
    def is_compact(self) -> bool:
        """Whether the same field changed in each of several rows, and nothing else is told."""
        single = all(len(row.cells) == 1 and row.anchor for row in self.rows)
        return single and len(self.columns) == 1 and not self.has_places

    @cached_property
    def has_names(self) -> bool:
        """Whether the names of the rows say more than their cells do."""
        for row in self.rows:
            cells = {p.text for cell in row.cells for p in cell.before + cell.after}
            said = set(_WORDS.findall(" ".join(cells).casefold()))
            if not said.issuperset(_WORDS.findall(row.name.casefold())):
                return True
        return False

    @cached_property
    def has_places(self) -> bool:
        """Whether any row names its source."""
        return any(row.edition or row.place for row in self.rows)


class RowTableMaker:
    """Shows the rows of two packages."""

    def __init__(self, compared: Comparison, subjects: Subjects, anchors: Anchors) -> None:
        self._old, self._new = compared.old, compared.new
        self._names = {"removed": RowNames(compared.old)}
        self._names["added"] = self._names["changed"] = RowNames(compared.new)
        self._labels = RowLabels(compared.old), RowLabels(compared.new)
        self._subjects, self._anchors = subjects, anchors

    def tables(
        self,
        changes: Sequence[RowChange],
        *,
        fields: Sequence[str] = (),
        are_named: bool = False,
    ) -> tuple[RowTable, ...]:
        """Some rows by table and by what happened to them.

        Args:
            changes: The rows.
            fields: The fields to show of changed rows; all that changed if there are none.
            are_named: Whether each table says what it holds.
        """
        is_single = len(changes) == 1 and not are_named
        grouped: dict[tuple[str, str], list[RowChange]] = {}
        for change in changes:
            grouped.setdefault((change.resource, change.kind), []).append(change)
        found = []
        for (name, kind), mine in grouped.items():
            resource = self._package(mine[0]).resource(name)
            title = f"{resource.title or name}: {counted(len(mine), _ROWS)} {kind}"
            rows = tuple(self.row(change, resource, fields, is_single=is_single) for change in mine)
            found.append(RowTable(title if are_named else "", kind, rows))
        return tuple(found)

    def _package(self, change: RowChange) -> Package:
        return self._old if change.after is None else self._new

    def row(
        self, change: RowChange, resource: Resource, fields: Sequence[str], *, is_single: bool
    ) -> PageRow:
        """A row; one that is the only one of its line has no anchor of its own."""
        package = self._package(change)
        named = anchor(change.resource, change.key.values() or change.row.values())
        source, place = package.stated_by(change.row)
        return PageRow(
            anchor="" if is_single else self._anchors.new(named),
            name=self._names[change.kind].short(change),
            cells=tuple(self._cells(change, resource, fields)),
            source=source_anchor(source) if source else "",
            edition=edition_title(package, source),
            place=place,
            kinds=(change.kind.capitalize(),),
            subjects=self._subjects.of((change,)),
        )

    def _cells(
        self, change: RowChange, resource: Resource, fields: Sequence[str]
    ) -> Iterator[PageCell]:
        own = set(self._package(change).descriptor.provenance_fields)
        if change.kind == "changed":
            # Its source is shown only if nothing else of it changed.
            shown = fields or [n for n in change.fields if n not in own] or change.fields
        else:
            own |= _ids(resource) | set(resource.meaning.clerical)
            shown = [name for name in resource.header if name not in own]
        for name in shown:
            field = resource.by_name.get(name) or self._old.resource(resource.name).by_name[name]
            was, now = stated_cells(change, name, self._labels)
            if was or now:
                yield PageCell(field.title or name, *_pieces(change, was, now))


def _pieces(change: RowChange, was: str, now: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if change.kind == "changed":
        return marked(was, now)
    return ((Piece(was),) if was else ()), ((Piece(now),) if now else ())


def _ids(resource: Resource) -> set[str]:
    """The key of rows that have a label: an id says nothing beside it."""
    if not resource.meaning.label or len(resource.primary_key) != 1:
        return set()
    return set(resource.primary_key) - set(resource.references)


def edition_title(package: Package, source: str) -> str:
    """What people call an edition: the label of its row, or else its id."""
    provenance = package.descriptor.provenance
    row: Mapping[str, str] | None = package.editions.get(source)
    if provenance is None or row is None:
        return source
    return RowLabels(package).label(package.resource(provenance.resource), row)
