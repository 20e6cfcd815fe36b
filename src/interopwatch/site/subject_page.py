"""The page of a subject: what is known of it, in order of time, and the rows that concern it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import DateError
from interopwatch.package.edtf import in_words, last_day
from interopwatch.package.labels import RowLabels, tally
from interopwatch.report.anchors import anchor
from interopwatch.report.history import Histories
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative, relative_place
from interopwatch.site.frame import Link
from interopwatch.site.home_page import span
from interopwatch.site.plan import has_subjects
from interopwatch.text import alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Resource
    from interopwatch.report.chronicle import Chapter
    from interopwatch.report.history import History
    from interopwatch.report.page import Page
    from interopwatch.site.plan import Plan, SubjectPage, SubjectPages

    Row = Mapping[str, str]

_LONG: Final = 60
"""A text of more characters is a sentence to read, and no fact to look up."""
_LEAST_GROUP: Final = 4
"""So many rows there are for each group on average where lists are easier to read than a table."""
_MOST_GROUPS: Final = 6
"""Categories by which a list is still easy to take in."""
_MOST_ROWS: Final = 200
"""So many rows of one table are listed; the table itself has the others."""


class EntryView(Struct, frozen=True):
    """A dated thing that is known of a subject; its date may be that of the one before."""

    date: str
    is_same_day: bool
    is_planned: bool
    sentence: str
    parts: tuple[str, ...]
    source: Link


class PartRow(Struct, frozen=True):
    """A row that concerns a subject."""

    cells: tuple[Link, ...]


class PartView(Struct, frozen=True):
    """The rows of one table that concern a subject.

    Attributes:
        anchor: Its name in the address of the page.
        title: What they are, counted.
        count: How many there are.
        columns: The titles of the fields in which they differ.
        rows: The rows.
        groups: The same in lists by the only other thing that is said of them, if that is little.
        shared: What they have in common.
        more: How many more there are.
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


class SubjectView(Struct, frozen=True):
    """What stands on the page of a subject.

    Attributes:
        title: Its name.
        kicker: What it is, and the list of all of them.
        deck: What it is for, in the words of the package.
        facts: What there is to know at a glance, each with its name.
        entries: What happened, in order of time.
        parts: The rows that concern it.
        remarks: What is to be said of it beside these.
        reports: The reports that tell of it.
    """

    title: str
    kicker: Link
    deck: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Link, ...]], ...]
    entries: tuple[EntryView, ...]
    parts: tuple[PartView, ...]
    remarks: tuple[str, ...]
    reports: tuple[Link, ...]


class ListLine(Struct, frozen=True):
    """A subject in the list of all of them."""

    link: Link
    note: str


class ListGroup(Struct, frozen=True):
    """Subjects of one group; ``title`` is empty if there are no groups."""

    title: str
    lines: tuple[ListLine, ...]


class ListView(Struct, frozen=True):
    """The list of the subjects of one resource."""

    title: str
    description: str
    number: int
    groups: tuple[ListGroup, ...]
    table: Link


class Subjects:
    """Makes the pages of subjects."""

    def __init__(self, plan: Plan, mentions: Mapping[str, Sequence[str]]) -> None:
        """Make the pages of a plan.

        Args:
            plan: The plan.
            mentions: For the anchor of each subject, the addresses of the reports that tell of it.
        """
        self._plan, self._mentions = plan, mentions
        self._histories = Histories(plan.editions)
        self._labels = RowLabels(plan.package)
        self._concerning: dict[tuple[str, str], dict[str, list[Row]]] = {}
        provenance = plan.package.descriptor.provenance
        self._provenance = provenance
        self._hidden = (provenance.field, provenance.locator) if provenance else ()

    def view(self, page: SubjectPage) -> SubjectView:
        """What stands on the page of a subject."""
        history = self._histories.of(page.subject)
        resource = page.package.resource(page.subject.resource)
        dated = [each for each in history.chapters if each.tellings and each.tellings[0].when]
        noun = resource.meaning.words_for(page.row).noun[0]
        if noun == "row":
            noun = resource.title or resource.name
        lists = next(e for e in self._plan.subjects if e.resource.name == page.subject.resource)
        return SubjectView(
            title=page.name,
            kicker=Link(capitalised(noun), relative(lists.address, page.address)),
            deck=tuple(self._deck(page, resource)),
            facts=tuple(self._facts(page, resource, history)),
            entries=tuple(e for each in dated for e in self._entries(each, page.address)),
            parts=tuple(self._parts(page)),
            remarks=() if page.is_current else ("The latest edition no longer lists it.",),
            reports=tuple(self._reports(page)),
        )

    def _entries(self, chapter: Chapter, address: str) -> Iterator[EntryView]:
        """What happened, with the source of several once, after the last of them."""
        before = ""
        for said, tellings in chapter.by_source():
            for at, telling in enumerate(tellings, 1):
                source = Link("")
                if at == len(tellings) and said:
                    source = Link(said, self._edition(telling.line.source_id, address))
                is_planned = any(entry.kind == "expected" for entry in telling.entries)
                yield EntryView(
                    telling.when,
                    telling.when == before,
                    is_planned,
                    telling.line.sentence,
                    telling.parts,
                    source,
                )
                before = telling.when

    def _edition(self, source: str, address: str) -> str:
        """Where a source stands in the table of sources."""
        if not source or self._provenance is None:
            return ""
        place = self._plan.place(self._provenance.resource, source)
        return relative_place(place, address) if place else ""

    def _source(self, source: str, address: str) -> Link:
        """A source in words, with its place in the table of sources."""
        if not source or self._provenance is None:
            return Link("")
        row = self._plan.package.editions.get(source, {})
        published = in_words(row.get(self._provenance.published, ""))
        title = ", ".join(filter(None, (row.get(self._provenance.title, ""), published)))
        return Link(title or source, self._edition(source, address))

    def _deck(self, page: SubjectPage, resource: Resource) -> Iterator[str]:
        for field in resource.fields:
            if self._is_shown(resource, field.name) and field.name not in resource.references:
                text = page.row.get(field.name, "")
                if len(text) > _LONG and not safe_link(text):
                    yield text

    def _is_shown(self, resource: Resource, field: str) -> bool:
        return field not in (*self._hidden, *resource.primary_key, *resource.meaning.clerical)

    def _facts(
        self, page: SubjectPage, resource: Resource, history: History
    ) -> Iterator[tuple[str, tuple[Link, ...]]]:
        others = tuple(self._other_names(page))
        if others:
            yield "Also called", others
        for field in resource.fields:
            text = page.row.get(field.name, "")
            is_told = text in page.name or (len(text) > _LONG and not safe_link(text))
            if not text or is_told or not self._is_shown(resource, field.name):
                continue
            yield field.title or field.name, (self._cell(resource, page.row, field.name, page),)
        cited = page.row.get(self._provenance.field, "") if self._provenance else ""
        source = self._source(cited, page.address)
        if source.text:
            yield "Source", (source,)
        if until := max((entry.until for entry in history.entries), default=""):
            yield "True at last report", (Link(in_words(until)),)
        table = next(t for t in self._plan.tables if t.resource.name == resource.name)
        place = self._plan.place(resource.name, page.subject.key) or table.addresses[0]
        yield (
            "In the table",
            (Link(resource.title or resource.name, relative_place(place, page.address)),),
        )

    def _cell(self, resource: Resource, row: Row, field: str, page: SubjectPage) -> Link:
        """A cell in words, with where it leads."""
        text = row.get(field, "")
        said = self._labels.stated(resource.name, row, field) or text
        if resource.by_name[field].type == "boolean":
            said = {"true": "yes", "false": "no"}.get(text, said)
        target = self._plan.link(resource, field, text) if text else ""
        if target and not target.startswith(page.address):
            return Link(said, relative_place(target, page.address))
        return Link(said, safe_link(text))

    def _other_names(self, page: SubjectPage) -> Iterator[Link]:
        for resource in self._plan.package.descriptor.resources:
            key = resource.references.get(resource.meaning.names_of)
            if key is None or key.resource != page.subject.resource:
                continue
            rows = self._rows(resource.name, resource.meaning.names_of, page.subject.key)
            names = {
                _bare(row[field]): row[field] for row in rows for field in resource.primary_key
            }
            for told in (page.name, page.subject.key, *page.row.values()):
                names.pop(_bare(told), None)
            yield from (Link(name) for name in sorted(names.values(), key=alphabetical))

    def _rows(self, name: str, field: str, key: str) -> Sequence[Row]:
        """The rows of a table that refer to a key."""
        if (name, field) not in self._concerning:
            grouped: dict[str, list[Row]] = {}
            for row in self._plan.package.rows(name):
                grouped.setdefault(row.get(field, ""), []).append(row)
            self._concerning[name, field] = grouped
        return self._concerning[name, field].get(key, ())

    def _parts(self, page: SubjectPage) -> Iterator[PartView]:
        """The rows that refer to a subject, by table and field."""
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
                if rows := self._rows(resource.name, field, page.subject.key):
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
            cells = [self._cell(resource, row, name, page) for name in varying]
            made.append((self._named(resource, row, page), *cells) if is_named else tuple(cells))
        groups = _grouped(made)
        title = self._title(resource, field)
        is_owned = field == resource.meaning.belongs_to
        role = "" if is_owned or field in resource.primary_key else f" ({title.lower()})"
        heading = self._counted(resource, rows) if is_owned else resource.title or resource.name
        shared = [(self._title(resource, n), self._cell(resource, rows[0], n, page)) for n in same]
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
        """Where a row stands among others: by its date if it has one, else by its name."""
        clocks = resource.meaning.lifecycle.clocks if resource.meaning.lifecycle else ()
        when = next((row[n] for n in clocks if row.get(n) and n in names), "")
        try:
            day = (last_day(when) if when else date.max).isoformat()
        except DateError:
            day = when
        first = names[0] if names else ""
        said = self._labels.stated(resource.name, row, first) if first else ""
        return (
            day,
            *alphabetical(self._labels.label(resource, row) if has_subjects(resource) else said),
        )

    def _is_column(self, resource: Resource, name: str, rows: Sequence[Row]) -> bool:
        """Whether a field of rows that concern a subject is shown beside the others."""
        meaning = resource.meaning
        if name in (*self._hidden, *meaning.clerical) or not any(row.get(name) for row in rows):
            return False
        lifecycle = meaning.lifecycle
        if lifecycle and name in lifecycle.planned and not any(map(lifecycle.is_planned, rows)):
            return False
        if has_subjects(resource):
            is_told = name in (*resource.primary_key, *meaning.names)
            return not is_told and all(len(row.get(name, "")) <= _LONG for row in rows)
        is_number = resource.by_name[name].type == "integer"  # only numbers rows of one key
        is_id = bool(meaning.label) and name not in resource.references
        return not (
            name in resource.primary_key
            and (is_number or (is_id and len(resource.primary_key) == 1))
        )

    def _named(self, resource: Resource, row: Row, page: SubjectPage) -> Link:
        """A row by its name, with its page if it has one."""
        name = self._labels.label(resource, row)
        own = (
            self._plan.subject(resource.name, resource.key_of(row)[0])
            if has_subjects(resource)
            else None
        )
        return Link(name, relative(own.address, page.address) if own else "")

    @staticmethod
    def _counted(resource: Resource, rows: Sequence[Row]) -> str:
        if all(resource.meaning.words_for(row).noun[0] == "row" for row in rows):
            return resource.title or resource.name
        return tally(resource, rows)

    @staticmethod
    def _title(resource: Resource, name: str) -> str:
        return resource.by_name[name].title or name

    def _reports(self, page: SubjectPage) -> Iterator[Link]:
        found = self._mentions.get(anchor(page.subject.resource, [page.subject.key]), ())
        for each in reversed(self._plan.reports):
            if each.address in found:
                yield Link(span(each.report), relative(each.address, page.address))


def _grouped(rows: Sequence[tuple[Link, ...]]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Rows as lists: of one cell, or of two of which the second has few values."""
    if not rows or len(rows[0]) > 2:  # noqa: PLR2004 - a name, and what it is grouped by
        return ()
    groups: dict[str, list[Link]] = {}
    for name, *rest in rows:
        groups.setdefault(rest[0].text if rest else "", []).append(name)
    if len(rows[0]) > 1 and len(groups) * _LEAST_GROUP > len(rows):
        return ()
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return tuple((title, tuple(links)) for title, links in ordered)


def _bare(name: str) -> str:
    """A name without what two spellings of it may differ in: case, and an article."""
    return name.casefold().removeprefix("the ")


def more_about(plan: Plan, page: Page, address: str) -> list[tuple[str, tuple[Link, ...]]]:
    """Links to the pages of what a report tells of, by what they are.

    Args:
        plan: The plan.
        page: The page of the report.
        address: Where that is.
    """
    pages = {
        anchor(each.subject.resource, [each.subject.key]): each
        for some in plan.subjects
        for each in some.pages
    }
    found = []
    for some in page.subjects:
        named = [pages[each] for each, _ in some.subjects if each in pages]
        links = tuple(Link(each.name, relative(each.address, address)) for each in named)
        if links:
            found.append((some.title, links))
    return found


def listed(plan: Plan, pages: SubjectPages) -> ListView:
    """The list of the subjects of one resource, by the group that they belong to, if any."""
    resource = pages.resource
    labels = RowLabels(plan.package)
    group = _group_field(plan, resource)
    groups: dict[str, list[ListLine]] = {}
    for page in pages.pages:
        title = labels.stated(resource.name, page.row, group) if group and page.is_current else ""
        title = capitalised(title)
        note = "" if page.is_current else "no longer listed"
        line = ListLine(Link(page.name, relative(page.address, pages.address)), note)
        groups.setdefault(title, []).append(line)
    table = next(each for each in plan.tables if each.resource.name == resource.name)
    ordered = sorted(groups, key=lambda title: (not title, alphabetical(title)))
    return ListView(
        resource.title or resource.name,
        resource.description,
        len(pages.pages),
        tuple(ListGroup(title, tuple(groups[title])) for title in ordered),
        Link("the whole table", relative(table.addresses[0], pages.address)),
    )


def _group_field(plan: Plan, resource: Resource) -> str:
    """The field by which subjects are grouped: a reference to what has names, or a category."""
    for field, key in resource.references.items():
        target = plan.package.descriptor.by_name.get(key.resource)
        if target and target.meaning.names and not target.meaning.reference and target != resource:
            return field
    for each in resource.fields:
        values = each.options.get("categories") or each.constraints.get("enum")
        if isinstance(values, list) and 1 < len(values) <= _MOST_GROUPS:
            return each.name
    return ""


def capitalised(text: str) -> str:
    """A text with its first letter as a capital, the rest as it is."""
    return f"{text[:1].upper()}{text[1:]}"
