"""The page "Multinational capability cooperation": the High Visibility Projects."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import day_order
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Fact
from interopwatch.capture.page.outline import Role, outline
from interopwatch.capture.works.ledger import Ledger
from interopwatch.capture.works.mcc.clauses import Teller
from interopwatch.capture.works.mcc.figures import enter
from interopwatch.capture.works.mcc.headings import PROJECTS
from interopwatch.capture.works.mcc.labels import Label
from interopwatch.capture.works.mcc.lines import headings_in, lines_of
from interopwatch.capture.works.mcc.names import area_id, area_short
from interopwatch.capture.works.mcc.register import compare, register, renamed
from interopwatch.capture.works.mcc.renames import gone, renames
from interopwatch.capture.works.mcc.section import ProjectSection

if TYPE_CHECKING:
    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.mcc.labels import Labelled
    from interopwatch.capture.works.mcc.renames import Rename
    from interopwatch.capture.works.work import Work

_NEAR: Final = 20  # no text compares a project with more others than that
_HVP: Final = re.compile(r"\bHigh[ -]Visibility Projects?\b", re.IGNORECASE)


class ProjectsReader:
    """One page while it is read."""

    def __init__(self, work: Work, document: Document, known: Vocabulary, source: str) -> None:
        self.work, self.document, self.known = work, document, known
        self.lines = lines_of(document, known, work.titles[0])
        self.page = outline(self.lines.blocks, headings_in(self.lines))
        titles = (each.block.text for each in self.page if each.role is Role.TITLE)
        title = next(titles, work.titles[0])
        self.ledger = Ledger(document.where, source, title, known.keys)
        self.book = register(self.page, self.lines)
        self.areas = {heading: area_id(heading, known.areas) for heading in self.book.areas}
        self.sections = self._sections(day_order(each.text for each in document.blocks))
        self.renames: tuple[Rename, ...] = ()

    def read(self) -> Extract:
        """What the page says; once more under the known ids of projects that were renamed."""
        found = self._read()
        sure = {each.project: each.before for each in self.renames if each.sure}
        if not sure:
            return found
        names = {
            spelling: sure[project]
            for project, listed in self.book.projects.items() if project in sure
            for spelling in listed.name.spellings
        }  # fmt: skip
        known = replace(self.known, projects={**self.known.projects, **names})
        again = ProjectsReader(self.work, self.document, known, self.ledger.source)
        for project in sorted(sure.values()):
            renamed(again.book.projects[project], again.ledger)
        return again._read()

    def _read(self) -> Extract:
        compare(self.page, self.lines, self.book, self.ledger)
        labelled = {self.page[at].part for at in self.lines.labels}
        again = {part for part in self.book.again if part in labelled}
        for part in sorted(again):
            block = self.book.again[part].block
            self.ledger.found("duplicate-project", block.line, heading=block.text)
        for line in sorted(self.lines.strays):
            self.ledger.found("no-heading", self.page[line].block.line)
        for at, placed in enumerate(self.page):
            self._take(at, placed, again)
        self._finish()
        return self.ledger.extract(self.work)

    def _sections(self, order: DayOrder) -> dict[int, ProjectSection]:
        """A reader for the section of each project, by its part of the outline."""
        ids = dict(self.known.projects)
        for each in self.book.projects.values():
            ids |= dict.fromkeys(each.name.spellings, each.project)
        found: dict[int, ProjectSection] = {}
        by_area: defaultdict[str, list[str]] = defaultdict(list)
        for each in sorted(self.book.projects.values(), key=lambda each: each.part):
            if each.part >= 0:
                above = by_area[fold(each.area)]
                names = each.name.spellings
                names |= {n for n, known in self.known.projects.items() if known == each.project}
                found[each.part] = ProjectSection(
                    self.work, each, self.ledger, self.known, ids, tuple(above[-_NEAR:]),
                    Teller(names, self.known, order),
                )  # fmt: skip
                above.append(each.project)
        return found

    # Block by block

    def _take(self, at: int, placed: Placed, again: set[int]) -> None:
        said = self.lines.labels.get(at)
        ledger, text, line = self.ledger, placed.block.text, placed.block.line
        locator = ledger.locator(placed.path)
        section = self.sections.get(placed.part)
        if placed.role is not Role.TEXT:
            facts = self._heading_facts(placed)
            ledger.passage(locator, text, line, facts, settled=True, heads=True)
            return
        self._organisations(placed, said)
        if placed.part in again or (section is None and said is not None):
            ledger.passage(locator, text, line, note="it is not plain which project this is about")
        elif section is not None:
            section.take(placed.block, said, listed=at in self.lines.listed)
        else:
            ledger.passage(locator, text, line, self._stated(placed, text, locator))

    def _heading_facts(self, placed: Placed) -> list[Fact]:
        text = placed.block.text
        if placed.role is Role.PROJECT and placed.part in self.sections:
            return [Fact("projects", (self.sections[placed.part].project,))]
        if placed.role is Role.AREA:
            return [Fact("areas", (self.areas[self.book.area(text)],))]
        return []

    def _stated(self, placed: Placed, text: str, locator: str) -> list[Fact]:
        """The numbers of projects that an introduction states."""
        area = self.book.area(placed.path[0]) if placed.path else ""
        if not area and placed.path and not _HVP.search(placed.path[0]):
            return []
        about = {"page": "hvp"}
        if area:
            about = {"area": self.areas[area], "short": area_short(area) or self.areas[area]}
        return enter(text, self.work, self.known, self.ledger, locator=locator, **about)

    def _organisations(self, placed: Placed, said: Labelled | None) -> None:
        """Enter the organisations that a text names, if it is not the list of participants."""
        listing = said is not None and said.label is Label.PARTICIPANTS
        for mention in () if listing else mentions(placed.block.text, self.known):
            if mention.party.kind == "organisation":
                self.ledger.party(self.ledger.locator(placed.path), mention.party)

    # The page as a whole

    def _finish(self) -> None:
        ledger = self.ledger
        for section in self.sections.values():
            self._launched_together(section)
        for n, (heading, (path, _)) in enumerate(self.book.areas.items(), 1):
            row = {"area": self.areas[heading], "name": heading, "position": str(n)}
            ledger.row("areas", ledger.locator(path), **row)
        for position, project in enumerate(self.book.order, 1):
            self._add_project(project, position)
        self._add_format()
        for section in self.sections.values():
            section.close()
        self._check_headings()
        self._check_gone()
        if not self.book.order:
            ledger.found("nothing-found")
        ledger.give_the_rest()
        ledger.check_counts()

    def _add_format(self) -> None:
        """Enter the format under the heading that names it, or else where it is named first."""
        named = [
            (each.role is Role.SECTION, self.ledger.locator(each.path))
            for each in self.page
            if each.role in {Role.SECTION, Role.TEXT} and _HVP.search(each.block.text)
        ]
        under = (place for heads, place in named if heads or fold(PROJECTS) in fold(place))
        if named:
            short = any(re.search(r"\bHVPs?\b", each.block.text) for each in self.page)
            acronym = {"acronym": "HVP"} if short else {}
            place = next(under, named[0][1])
            self.ledger.row("formats", place, format="hvp", name=PROJECTS, **acronym)

    def _launched_together(self, section: ProjectSection) -> None:
        """Relate a project to those of its area that were launched with it, if that is plain.

        It is, if as many have the same date as the page states. Where the area does not say what
        they have in common, their names may.
        """
        area = fold(section.listing.area)
        date = self._launch(section.project)
        beside = [
            each.listing
            for each in self.sections.values()
            if each is not section and fold(each.listing.area) == area
            and date and self._launch(each.project) == date
        ]  # fmt: skip
        for many, about, passage in section.together:
            word = about.lower()
            if word and word not in re.findall(r"[\w&-]+", area):
                beside = [each for each in beside if word in each.name.heading.lower()]
            if len(beside) == many:
                others = (each.project for each in beside)
                self.ledger.give(passage, *section.relate("launched-with", others))

    def _launch(self, project: str) -> str:
        launch = self.ledger.table("milestones").get((project, "launched", "1"), {})
        return launch.get("date", "")

    def _add_project(self, project: str, position: int) -> None:
        each = self.book.projects[project]
        section = self.sections.get(each.part)
        told = {
            "acronym": each.name.acronym, "area": self.areas.get(self.book.area(each.area), ""),
            "status": section and section.status, "launched": section and section.launched,
            "lead": section and section.lead,
        }  # fmt: skip
        self.ledger.row(
            "projects", self.ledger.locator(each.path), project=project, name=each.name.name,
            position=str(position), **{name: text for name, text in told.items() if text},
        )  # fmt: skip

    def _check_gone(self) -> None:
        """Say which projects and areas are no longer listed, and which may be renamed."""
        self.renames = renames(self.book, self.ledger, self.known)
        doubted = {each.before for each in self.renames}
        for each in self.renames:
            if not each.sure:
                listed = self.book.projects[each.project]
                self.ledger.found(
                    "maybe-renamed", listed.line, name=listed.name.heading, project=each.project,
                    before=each.before,
                )  # fmt: skip
        if doubted:
            # What projects are related to may be the one that is doubted.
            lists = self.ledger.lists
            self.ledger.lists = [each for each in lists if each.resource != "relations"]
        if self.lines.strays or self.book.again or not self.book.order:
            return
        for project in gone(self.book, self.known):
            if project not in doubted:
                self.ledger.whole("projects", project=project)
        if self.book.areas and all(each.area for each in self.book.projects.values()):
            self.ledger.whole("areas")

    def _check_headings(self) -> None:
        """Whether headings are gone that the latest edition had."""
        if self.book.order and not self.book.areas and self.known.areas:
            self.ledger.found("heading-missing.areas")
        had = {fold(place): place for place in self.known.locators if " > " not in place}
        has = {fold(heading) for each in self.page for heading in each.path}
        for key in sorted(had.keys() - has - self.known.areas.keys() - {fold(self.work.titles[0])}):
            self.ledger.found("heading-missing", heading=had[key])
