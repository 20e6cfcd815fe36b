"""The content of a report's page, as frozen values that the templates only lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.changeset.model import Sense
from interopwatch.package.labels import counted
from interopwatch.report.anchors import Anchors, anchor
from interopwatch.report.entities import Entities, entities
from interopwatch.report.page_rows import PageRow, RowTable, RowTableMaker
from interopwatch.report.page_sources import PageSource, sources
from interopwatch.report.subjects import SubjectFilter, Subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from interopwatch.changeset.model import Classified, RowChange
    from interopwatch.report.model import Comparison, Group, Line, ReportContent

MOST_ROWS: Final = 2000
"""The maximum number of rows shown cell by cell: a page of some 1 MB, which opens at once."""
_MOST_OF_LINE: Final = 100
"""The maximum number of rows that unfold from one line: twenty such lines fill a page."""
_MOST_OPEN: Final = 5
"""The maximum number of rows unfolded initially, if their sentence had to leave something out: so
many examples a sentence has, and twenty rows took ten screens of a phone."""
_LONG: Final = 80
"""If cells are longer than this, differences are visible only with marks."""
_LATER: Final = (Sense.CORRECTED, Sense.UPDATED, Sense.BACKFILLED)
"""Senses that are not news, and come after the entities."""
KINDS: Final = ("Added", "Removed", "Changed")


class PageLine(Struct, frozen=True):
    """A line of a report, with the rows that it reports.

    Attributes:
        anchor: Its anchor on the page.
        tables: Its rows before and after.
        left_out: How many more rows it reports.
        origin: The row with the source and place of the line, if it reports a single row.
        kinds: Its values of the filter by kind of change.
        subjects: Its values of the filters by subject.
        is_open: Whether it is unfolded initially.
    """

    anchor: str
    sentence: str
    tables: tuple[RowTable, ...]
    left_out: int
    origin: PageRow | None
    kinds: tuple[str, ...]
    subjects: tuple[str, ...]
    is_open: bool


class PageGroup(Struct, frozen=True):
    """Lines about one topic; ``source`` is the source that all of them share, if they do."""

    topic: str
    lines: tuple[PageLine, ...]
    source: str


class PageSection(Struct, frozen=True):
    """Groups of one kind."""

    anchor: str
    title: str
    groups: tuple[PageGroup, ...]
    number: int


class Page(Struct, frozen=True):
    """The content of a report's page.

    Attributes:
        title: The title of the report.
        kicker: The title of the packages, if the report's title does not contain it.
        headline: The few sentences that a busy person needs.
        news: The sections that come first.
        entities: Changes to entities, by group.
        others: The sections that are not news.
        remarks: What is counted and not listed.
        tables: The rows that no line reports, by table.
        left_out: The number of rows that are not shown at all.
        unchanged: What did not change, in a sentence.
        steady: The unchanged tables, each with its number of rows.
        sources: The sources of the changes.
        subjects: The filters by subject.
        kinds: The values of the filter by kind of change.
        has_dates: Whether rows say when they were true.
    """

    title: str
    kicker: str
    headline: tuple[str, ...]
    news: tuple[PageSection, ...]
    entities: tuple[Entities, ...]
    others: tuple[PageSection, ...]
    remarks: tuple[str, ...]
    tables: tuple[RowTable, ...]
    left_out: int
    unchanged: str
    steady: tuple[str, ...]
    sources: tuple[PageSource, ...]
    subjects: tuple[SubjectFilter, ...]
    kinds: tuple[str, ...]
    has_dates: bool

    @property
    def is_filtered(self) -> bool:
        """Whether there is enough on the page for filters to help."""
        return sum(section.number for section in (*self.news, *self.others)) > 1


def page(report: ReportContent) -> Page:
    """Return the content of a report's page."""
    made = _PageMaker(report.comparison)
    sections = [
        (section, made.section(section.title, section.groups)) for section in report.sections
    ]
    # News comes first; the first section without news, and all after it, follow the entities.
    first_later = next(
        (at for at, (section, _) in enumerate(sections) if made.is_later(section.groups)),
        len(sections),
    )
    compared = report.comparison
    found = entities(compared, made.subjects, made.anchors) if compared else ()
    tables = made.rest(report)
    shown = [page_section for _, page_section in sections]
    titles = [section.title for section in shown]
    kinds = dict.fromkeys((*titles, *(k for k in KINDS if k in made.kinds)))
    about = (compared.new.descriptor.title if compared else "") or report.subject
    return Page(
        title=report.title,
        kicker="" if about.casefold() in report.title.casefold() else about,
        headline=report.headline,
        news=tuple(shown[:first_later]),
        entities=found,
        others=tuple(shown[first_later:]),
        remarks=report.remarks,
        tables=tables,
        left_out=made.left_out,
        unchanged=report.unchanged,
        steady=tuple(_steady(compared)) if compared else (),
        sources=sources(compared) if compared else (),
        subjects=made.subjects.lists(),
        kinds=tuple(kinds),
        has_dates=compared is not None
        and any(each.meaning.lifecycle for each in compared.new.descriptor.resources),
    )


class _PageMaker:
    """Makes lines and tables of rows, as many as the page has room for."""

    def __init__(self, compared: Comparison | None) -> None:
        self.anchors = Anchors()
        self.subjects = Subjects(compared)
        self.left_out = 0
        self._room = MOST_ROWS
        self._rows = RowTableMaker(compared, self.subjects, self.anchors) if compared else None
        items = compared.items if compared else ()
        # By identity, since a change holds mappings, which are not hashable. The report keeps all
        # of them alive.
        self._items: dict[int, Classified] = {id(item.change): item for item in items}
        self._shown: set[int] = set()
        self.kinds = {item.change.kind.capitalize() for item in items}

    def section(self, title: str, groups: Iterable[Group]) -> PageSection:
        made = tuple(self._group(title, group) for group in groups)
        number = sum(len(group.lines) for group in made)
        return PageSection(self.anchors.new(f"section:{anchor(title, ())}"), title, made, number)

    def _group(self, title: str, group: Group) -> PageGroup:
        lines = tuple(self._line(title, line) for line in group.lines)
        named = {line.source for line in group.lines}
        return PageGroup(group.topic, lines, named.pop() if len(named) == 1 else "")

    def _line(self, title: str, line: Line) -> PageLine:
        changes = line.changes
        shown = self._limited(changes[:_MOST_OF_LINE]) if self._rows else ()
        tables = self._rows.tables(shown, fields=line.fields) if self._rows else ()
        self._shown.update(map(id, changes))
        kinds = dict.fromkeys(change.kind.capitalize() for change in changes)
        self.kinds.update(kinds)
        return PageLine(
            anchor=self.anchors.new(_line_anchor(line)),
            sentence=line.sentence,
            tables=tables,
            left_out=len(changes) - len(shown),
            origin=tables[0].rows[0] if len(shown) == 1 else None,
            kinds=tuple(dict.fromkeys((title, *kinds))),
            subjects=self.subjects.of(changes),
            is_open=_is_open(line, changes),
        )

    def _limited(self, changes: Sequence[RowChange]) -> Sequence[RowChange]:
        shown = changes[: self._room]
        self._room -= len(shown)
        return shown

    def is_later(self, groups: Iterable[Group]) -> bool:
        """Return whether a section has no news."""
        changes = [change for group in groups for line in group.lines for change in line.changes]
        found = [self._items[id(change)] for change in changes if id(change) in self._items]
        return bool(found) and all(item.sense in _LATER for item in found)

    def rest(self, report: ReportContent) -> tuple[RowTable, ...]:
        """Return the rows that no line reports, by table and kind."""
        if self._rows is None or report.comparison is None:
            return ()
        changes = [i.change for i in report.comparison.items if id(i.change) not in self._shown]
        shown = self._limited(changes)
        self.left_out = len(changes) - len(shown)
        return self._rows.tables(shown, are_named=True)


def _is_open(line: Line, changes: Sequence[RowChange]) -> bool:
    """Return whether a line is unfolded initially: its sentence does not show what changed."""
    if not changes or len(changes) > _MOST_OPEN or any(c.kind != "changed" for c in changes):
        return False
    sides = (change.cells(name) for change in changes for name in change.fields)
    return "…" in line.sentence or any(min(map(len, pair)) > _LONG for pair in sides)


def _line_anchor(line: Line) -> str:
    """Return the anchor of a line: its row's, or the first row's with the number of the others."""
    if not line.changes:
        return anchor("line", [line.sentence])
    first = line.changes[0]
    named = anchor(first.resource, first.key.values() or first.row.values())
    return named if len(line.changes) == 1 else f"{named}.and-{len(line.changes) - 1}-more"


def _steady(compared: Comparison) -> Iterable[str]:
    """Yield the unchanged tables, with their numbers of rows."""
    changes, new = compared.changes, compared.new
    touched = {change.resource for change in changes.rows}
    touched |= {change.resource for change in changes.schema}
    for resource in new.descriptor.resources:
        if resource.name in touched:
            continue
        number = new.count_rows(resource.name)
        if number:
            yield f"{resource.title or resource.name} ({counted(number, ('row', 'rows'))})"
