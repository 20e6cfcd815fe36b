"""The page of a subject: its history in chronological order, and the rows that concern it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from interopwatch.package.edtf import in_words
from interopwatch.report.anchors import anchor
from interopwatch.report.history import Histories
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative, relative_place
from interopwatch.site.frame import Link
from interopwatch.site.home_page import period
from interopwatch.site.subject_list import capitalised
from interopwatch.site.subject_parts import LONG, Parts, PartView
from interopwatch.text import alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Resource
    from interopwatch.report.history import History
    from interopwatch.report.model import Chapter
    from interopwatch.site.plan import Plan, SubjectPage


class EntryView(Struct, frozen=True):
    """A dated entry in the history of a subject; ``is_same_day`` if the one before has its date."""

    date: str
    is_same_day: bool
    is_planned: bool
    sentence: str
    parts: tuple[str, ...]
    source: Link


class SubjectView(Struct, frozen=True):
    """The content of the page of a subject.

    Attributes:
        title: Its name.
        kicker: What it is, with a link to the list of its kind.
        deck: Its longer texts, in the words of the package.
        facts: The key facts, each with its name.
        entries: Its history, in chronological order.
        parts: The rows that concern it.
        remarks: Remarks on it.
        reports: The reports that mention it.
    """

    title: str
    kicker: Link
    deck: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Link, ...]], ...]
    entries: tuple[EntryView, ...]
    parts: tuple[PartView, ...]
    remarks: tuple[str, ...]
    reports: tuple[Link, ...]


class SubjectPageMaker:
    """Makes the pages of subjects."""

    def __init__(self, plan: Plan, mentions: Mapping[str, Sequence[str]]) -> None:
        """Prepare for the pages of a plan.

        Args:
            plan: The plan.
            mentions: For the anchor of each subject, the paths of the reports that mention it.
        """
        self._plan, self._mentions = plan, mentions
        self._histories = Histories(plan.editions)
        self._parts = Parts(plan)
        self._provenance = plan.package.descriptor.provenance
        self._hidden = plan.package.descriptor.provenance_fields

    def view(self, page: SubjectPage) -> SubjectView:
        """Return the content of the page of a subject."""
        history = self._histories.of(page.subject)
        resource = page.package.resource(page.subject.resource)
        # Undated entries are among the facts and the parts.
        dated = [each for each in history.chapters if each.items and each.items[0].when]
        noun = resource.meaning.words_for(page.row).noun[0]
        # The package has no noun of its own for such a row.
        if noun == "row":
            noun = resource.title or resource.name
        lists = next(e for e in self._plan.subjects if e.resource.name == page.subject.resource)
        return SubjectView(
            title=page.name,
            kicker=Link(capitalised(noun), relative(lists.address, page.address)),
            deck=tuple(self._deck(page, resource)),
            facts=tuple(self._facts(page, resource, history)),
            entries=tuple(e for each in dated for e in self._entries(each, page.address)),
            parts=tuple(self._parts.of(page)),
            remarks=() if page.is_current else ("The latest edition no longer lists it.",),
            reports=tuple(self._reports(page)),
        )

    def _entries(self, chapter: Chapter, address: str) -> Iterator[EntryView]:
        """Yield the entries of a chapter; entries that share a source name it after the last."""
        before = ""
        for title, items in chapter.by_source():
            for at, item in enumerate(items, 1):
                source = Link("")
                if at == len(items) and title:
                    source = Link(title, self._edition(item.line.source_id, address))
                is_planned = any(entry.kind == "expected" for entry in item.entries)
                yield EntryView(
                    item.when,
                    item.when == before,
                    is_planned,
                    item.line.sentence,
                    item.parts,
                    source,
                )
                before = item.when

    def _edition(self, source: str, address: str) -> str:
        """Return the URL of a source in the table of sources; empty if it is not shown."""
        if not source or self._provenance is None:
            return ""
        place = self._plan.place(self._provenance.resource, source)
        return relative_place(place, address) if place else ""

    def _source(self, source: str, address: str) -> Link:
        """Return a source in words, linked to its row in the table of sources."""
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
                if len(text) > LONG and not safe_link(text):
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
            # Such a name is already in the title of the page.
            is_name = field.name in resource.meaning.names and text in page.name
            is_redundant = is_name or (len(text) > LONG and not safe_link(text))
            if not text or is_redundant or not self._is_shown(resource, field.name):
                continue
            yield (
                field.title or field.name,
                (self._parts.cell(resource, page.row, field.name, page),),
            )
        source = self._source(self._plan.package.stated_by(page.row)[0], page.address)
        if source.text:
            yield "Source", (source,)
        if until := max((entry.until for entry in history.entries), default=""):
            yield "True at last report", (Link(in_words(until)),)
        table = next(t for t in self._plan.tables if t.resource.name == resource.name)
        # Rows that the pages of the table leave out are not shown there.
        place = self._plan.place(resource.name, page.subject.key) or table.addresses[0]
        yield (
            "In the table",
            (Link(resource.title or resource.name, relative_place(place, page.address)),),
        )

    def _other_names(self, page: SubjectPage) -> Iterator[Link]:
        for some in self._plan.other_names(page.subject):
            names = {_normalised(name): name for name in some}
            for shown in (page.name, page.subject.key, *page.row.values()):
                names.pop(_normalised(shown), None)
            yield from (Link(name) for name in sorted(names.values(), key=alphabetical))

    def _reports(self, page: SubjectPage) -> Iterator[Link]:
        found = self._mentions.get(anchor(page.subject.resource, [page.subject.key]), ())
        for each in reversed(self._plan.reports):
            if each.address in found:
                yield Link(period(each.report), relative(each.address, page.address))


def _normalised(name: str) -> str:
    """Return a name without what spellings may differ in: case, and an article."""
    return name.casefold().removeprefix("the ")
