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
    """A cell before and after; ``before`` is empty in an added row, ``after`` in a removed one."""

    title: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


# `dict=True` adds the `__dict__` that `cached_property` needs: templates ask for each cell.
class PageRow(Struct, frozen=True, dict=True):
    """A row that was added, removed or changed.

    Attributes:
        anchor: Its anchor on the page; empty if its line's anchor is used.
        name: Its name.
        cells: Its cells; of a changed row, only those that differ.
        source: The source that states it, as an anchor of the page; empty if there is none.
        edition: That source, in words.
        place: The place in that source.
        kinds: Its values of the filter by kind of change.
        subjects: Its values of the filters by subject.
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
        """Return the cell of an added or removed row in the field with this title."""
        return self._values.get(title, "")

    @cached_property
    def _values(self) -> Mapping[str, str]:
        titled = [(cell.title, cell.before or cell.after) for cell in self.cells]
        # If columns share a title, the first one wins.
        return {title: "".join(piece.text for piece in cell) for title, cell in reversed(titled)}


class RowTable(Struct, frozen=True, dict=True):
    """Rows of one table with the same kind of change.

    Attributes:
        title: What they are; empty if that is clear from the context.
        kind: ``added``, ``removed`` or ``changed``.
        rows: The rows.
    """

    title: str
    kind: str
    rows: tuple[PageRow, ...]

    @property
    def tag(self) -> str:
        """The HTML element that marks the rows: ``del`` for removed ones, otherwise ``ins``."""
        return "del" if self.kind == "removed" else "ins"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The titles of all fields for which any row has a cell."""
        return tuple(dict.fromkeys(cell.title for row in self.rows for cell in row.cells))

    @cached_property
    def is_compact(self) -> bool:
        """Whether the same field changed in each of several rows, and nothing else is shown."""
        single = all(len(row.cells) == 1 and row.anchor for row in self.rows)
        return single and len(self.columns) == 1 and not self.has_places

    @cached_property
    def has_names(self) -> bool:
        """Whether the names of the rows contain words that their cells do not."""
        for row in self.rows:
            cells = {p.text for cell in row.cells for p in cell.before + cell.after}
            words = set(_WORDS.findall(" ".join(cells).casefold()))
            if not words.issuperset(_WORDS.findall(row.name.casefold())):
                return True
        return False

    @cached_property
    def has_places(self) -> bool:
        """Whether any row shows its source."""
        return any(row.edition or row.place for row in self.rows)


class RowTableMaker:
    """Lays out the changed rows of two packages as tables."""

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
        """Return rows by table and kind of change.

        Args:
            changes: The rows.
            fields: The fields to show of changed rows; empty for all that changed.
            are_named: Whether each table has a title.
        """
        is_single = len(changes) == 1 and not are_named
        grouped: dict[tuple[str, str], list[RowChange]] = {}
        for change in changes:
            grouped.setdefault((change.resource, change.kind), []).append(change)
        found = []
        for (name, kind), group in grouped.items():
            resource = self._package(group[0]).resource(name)
            title = f"{resource.title or name}: {counted(len(group), _ROWS)} {kind}"
            rows = tuple(
                self.row(change, resource, fields, is_single=is_single) for change in group
            )
            found.append(RowTable(title if are_named else "", kind, rows))
        return tuple(found)

    def _package(self, change: RowChange) -> Package:
        return self._old if change.after is None else self._new

    def row(
        self, change: RowChange, resource: Resource, fields: Sequence[str], *, is_single: bool
    ) -> PageRow:
        """Return a row; without an anchor of its own if it is the only one of its line."""
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
        hidden = set(self._package(change).descriptor.provenance_fields)
        if change.kind == "changed":
            # Its source is shown only if nothing else changed.
            shown = fields or [n for n in change.fields if n not in hidden] or change.fields
        else:
            hidden |= _ids(resource) | set(resource.meaning.clerical)
            shown = [name for name in resource.header if name not in hidden]
        for name in shown:
            field = resource.by_name.get(name) or self._old.resource(resource.name).by_name[name]
            before, after = stated_cells(change, name, self._labels)
            if before or after:
                yield PageCell(field.title or name, *_pieces(change, before, after))


def _pieces(
    change: RowChange, before: str, after: str
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if change.kind == "changed":
        return marked(before, after)
    return ((Piece(before),) if before else ()), ((Piece(after),) if after else ())


def _ids(resource: Resource) -> set[str]:
    """Return the key of rows that have a label, beside which an id is redundant."""
    if not resource.meaning.label or len(resource.primary_key) != 1:
        return set()
    return set(resource.primary_key) - set(resource.references)


def edition_title(package: Package, source: str) -> str:
    """Return the name of a source edition: the label of its row, or else its id."""
    provenance = package.descriptor.provenance
    row: Mapping[str, str] | None = package.editions.get(source)
    if provenance is None or row is None:
        return source
    return RowLabels(package).label(package.resource(provenance.resource), row)
