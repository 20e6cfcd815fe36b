"""The rows that concern a subject, grouped by table and as short as possible."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import DateError
from interopwatch.package.edtf import last_day
from interopwatch.package.labels import RowLabels, tally
from interopwatch.report.anchors import anchor
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative, relative_place
from interopwatch.site.frame import Link
from interopwatch.site.plan import has_subjects
from interopwatch.site.subject_list import capitalised
from interopwatch.text import alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.table import Row
    from interopwatch.site.plan import Plan, SubjectPage

LONG: Final = 60
"""A longer text is to be read, not a fact to look up."""
_LEAST_GROUP: Final = 4
"""The minimum average number of rows in a group for lists to be easier to read than a table."""
_MOST_ROWS: Final = 200
"""The maximum number of rows listed of one table, almost a page of it; the table has the rest."""


class PartRow(Struct, frozen=True):
    """A row that concerns a subject."""

    cells: tuple[Link, ...]


class PartView(Struct, frozen=True):
    """The rows of one table that concern a subject.

    Attributes:
        anchor: Its anchor on the page.
        title: What they are, counted.
        count: The number of rows.
        columns: The titles of the fields in which they differ.
        rows: The rows.
        groups: The same as lists, by the only other field, if it has few values.
        shared: What they have in common.
        more: How many more rows there are.
        table: The table.
    """

    anchor: str
    title: str
    count: int
    columns: tuple[str, ...]
    rows: tuple[PartRow, ...]
    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    shared: tuple[tuple[str, Link], ...]
    more: int
    table: Link


class Parts:
    """Finds the rows that concern subjects, and formats their cells."""

    def __init__(self, plan: Plan) -> None:
        """Prepare for the working edition of a plan."""
        self._plan = plan
        self._labels = RowLabels(plan.package)
        self._hidden = plan.package.descriptor.provenance_fields

    def of(self, page: SubjectPage) -> Iterator[PartView]:
        """Yield the rows that refer to a subject, by table and field."""
        for table in self._plan.tables:
            resource = table.resource
            meaning = resource.meaning
            if table.number is None or meaning.names_of or meaning.bookkeeping:
                continue
            for field, key in resource.references.items():
                target = self._plan.package.descriptor.by_name.get(key.resource)
                if key.resource != page.subject.resource or target is None:
                    continue
                if target.primary_key != key.reference:
                    continue
                package = self._plan.package
                if rows := package.referring(resource.name, field, page.subject.key):
                    yield self._part(page, resource, field, rows, table.addresses[0])

    def _part(
        self, page: SubjectPage, resource: Resource, field: str, rows: Sequence[Row], address: str
    ) -> PartView:
        names = [n for n in resource.header if n != field and self._is_column(resource, n, rows)]
        same = [n for n in names if len(rows) > 1 and len({row.get(n, "") for row in rows}) == 1]
        varying = [name for name in names if name not in same]
        titles = [self._title(resource, name) for name in varying]
        is_named = has_subjects(resource) or not varying
        if is_named:
            titles.insert(0, resource.title or resource.name)
        made = []
        for row in sorted(rows[:_MOST_ROWS], key=lambda row: self._order(resource, names, row)):
            cells = [self.cell(resource, row, name, page) for name in varying]
            made.append((self._named(resource, row, page), *cells) if is_named else tuple(cells))
        groups = _grouped(made)
        title = self._title(resource, field)
        is_owned = field == resource.meaning.belongs_to
        role = "" if is_owned or field in resource.primary_key else f" ({title.lower()})"
        heading = self._counted(resource, rows) if is_owned else resource.title or resource.name
        shared = [(self._title(resource, n), self.cell(resource, rows[0], n, page)) for n in same]
        return PartView(
            anchor=f"part:{anchor(resource.name, [field])}",
            title=f"{capitalised(heading)}{role}",
            count=len(rows),
            columns=() if groups else tuple(titles),
            rows=() if groups else tuple(map(PartRow, made)),
            groups=groups,
            shared=tuple(
                (name, link)
                for name, link in shared
                if link.text.casefold() not in heading.casefold()
            ),
            more=max(0, len(rows) - _MOST_ROWS),
            table=Link(resource.title or resource.name, relative(address, page.address)),
        )

    def _order(self, resource: Resource, names: Sequence[str], row: Row) -> tuple[object, ...]:
        """Return the sort key of a row: its date if it has one, otherwise its name."""
        dates = resource.meaning.lifecycle.date_fields if resource.meaning.lifecycle else ()
        when = next((row[n] for n in dates if row.get(n) and n in names), "")
        try:
            # Rows without a date come last.
            day = (last_day(when) if when else date.max).isoformat()
        except DateError:
            day = when
        first = names[0] if names else ""
        text = self._labels.stated(resource.name, row, first) if first else ""
        return (
            day,
            *alphabetical(self._labels.label(resource, row) if has_subjects(resource) else text),
        )

    def _is_column(self, resource: Resource, name: str, rows: Sequence[Row]) -> bool:
        """Return whether to show a field of rows that concern a subject."""
        meaning = resource.meaning
        if name in (*self._hidden, *meaning.clerical) or not any(row.get(name) for row in rows):
            return False
        lifecycle = meaning.lifecycle
        if lifecycle and name in lifecycle.planned and not any(map(lifecycle.is_planned, rows)):
            return False
        if has_subjects(resource):
            is_name = name in (*resource.primary_key, *meaning.names)
            return not is_name and all(len(row.get(name, "")) <= LONG for row in rows)
        is_number = resource.by_name[name].type == "integer"  # only numbers the rows of one key
        is_id = bool(meaning.label) and name not in resource.references
        return not (
            name in resource.primary_key
            and (is_number or (is_id and len(resource.primary_key) == 1))
        )

    def _named(self, resource: Resource, row: Row, page: SubjectPage) -> Link:
        """Return a row by its name, with a link to its page if it has one."""
        name = self._labels.label(resource, row)
        linked = (
            self._plan.subject(resource.name, resource.key_of(row)[0])
            if has_subjects(resource)
            else None
        )
        return Link(name, relative(linked.address, page.address) if linked else "")

    @staticmethod
    def _counted(resource: Resource, rows: Sequence[Row]) -> str:
        if all(resource.meaning.words_for(row).noun[0] == "row" for row in rows):
            return resource.title or resource.name
        return tally(resource, rows)

    @staticmethod
    def _title(resource: Resource, name: str) -> str:
        return resource.by_name[name].title or name

    def cell(self, resource: Resource, row: Row, field: str, page: SubjectPage) -> Link:
        """Return a cell in words, with its target."""
        text = row.get(field, "")
        label = self._labels.stated(resource.name, row, field) or text
        if resource.by_name[field].type == "boolean":
            label = {"true": "yes", "false": "no"}.get(text, label)
        target = self._plan.link(resource, field, text) if text else ""
        # On its own page, such a link would lead nowhere.
        if target and not target.startswith(page.address):
            return Link(label, relative_place(target, page.address))
        return Link(label, safe_link(text))


def _grouped(rows: Sequence[tuple[Link, ...]]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Group rows into lists: of one cell, or of two of which the second has few values."""
    if not rows or len(rows[0]) > 2:  # noqa: PLR2004 - a name, and what it is grouped by
        return ()
    groups: dict[str, list[Link]] = {}
    for name, *rest in rows:
        groups.setdefault(rest[0].text if rest else "", []).append(name)
    if len(rows[0]) > 1 and len(groups) * _LEAST_GROUP > len(rows):
        return ()
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return tuple((title, tuple(links)) for title, links in ordered)
