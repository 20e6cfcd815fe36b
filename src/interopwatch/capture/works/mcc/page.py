"""The page "Multinational capability cooperation": the High Visibility Projects."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.text import fold, sentences
from interopwatch.capture.model import Fact
from interopwatch.capture.works.ledger import Ledger
from interopwatch.capture.works.mcc.headings import PROJECTS, Role
from interopwatch.capture.works.mcc.labels import Label
from interopwatch.capture.works.mcc.names import area_short
from interopwatch.capture.works.mcc.numbers import area_projects_stated, projects_stated
from interopwatch.capture.works.mcc.outline import outline
from interopwatch.capture.works.mcc.register import areas_of, compare, ids_of, register
from interopwatch.capture.works.mcc.section import ProjectSection, SectionContext, add_party
from interopwatch.capture.works.mcc.status import read_sentence, status_of
from interopwatch.capture.works.work import Evidence, Work

if TYPE_CHECKING:
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.capture.works.mcc.outline import ProjectBlock
    from interopwatch.capture.works.mcc.register import ListedProject, Register

_NEAR: Final = 20  # no text compares a project with more others than that
_HVP: Final = re.compile(r"\bHigh[ -]Visibility Projects?\b", re.IGNORECASE)


class _ProjectsPage:
    """One page while it is read."""

    def __init__(self, work: Work, document: Document, known: Vocabulary, source: str) -> None:
        self.work, self.known = work, known
        self.page = page = outline(document, known, work.titles[0])
        self.ledger = Ledger(document.where, source, page.title)
        self.book: Register = register(page, known)
        self.areas = areas_of(self.book, known)
        self.aliases: dict[str, tuple[str, ...]] = {}
        for name, project in known.projects.items():
            self.aliases[project] = (*self.aliases.get(project, ()), name)
        self.sections = self._sections()
        self.hvp: tuple[str, str] | None = None  # where the format is named, and its acronym
        self.totals: list[tuple[int, int]] = []  # how many projects the page says there are
        self.in_areas: list[tuple[str, int, int]] = []

    def read(self) -> Extract:
        compare(self.page, self.book, self.known, self.ledger)
        labelled = {p.part for p in self.page.placed if p.label is not None}
        again = {part for part in self.book.again if part in labelled}
        for part in sorted(again):
            block = self.book.again[part].block
            self.ledger.find("duplicate-project", block.line, f"{block.text} has two sections")
        for line in self.page.strays:
            block = self.page.placed[line].block
            self.ledger.find("no-heading", block.line, "a project begins here without a heading")
        for placed in self.page.placed:
            self._take(placed, again)
        self._finish()
        return self.ledger.extract(self.work)

    def _sections(self) -> dict[int, ProjectSection]:
        """A reader for the section of each project, by its part of the outline."""
        book = self.book
        ids = ids_of(book.projects.values(), self.known)
        headings = {each.project: each.name.heading for each in book.projects.values()}
        launched = self._launches()
        found: dict[int, ProjectSection] = {}
        by_area: dict[str, list[ListedProject]] = {}
        for project in sorted(book.projects, key=lambda p: book.projects[p].part):
            each = book.projects[project]
            if each.part < 0:
                continue
            above = by_area.setdefault(fold(each.area), [])
            before = tuple(other.project for other in above[-_NEAR:])
            found[each.part] = ProjectSection(
                project, each.name, self.ledger.locator(each.path), each.line, self.ledger,
                SectionContext(
                    self.known, ids, before, headings=headings,
                    aliases=self.aliases.get(project, ()),
                ),
            )  # fmt: skip
            above.append(each)
        for area, members in by_area.items():
            about = frozenset(re.findall(r"[\w&-]+", area))
            dated: dict[str, list[str]] = {}
            for each in members:
                dated.setdefault(launched.get(each.part, ""), []).append(each.project)
            for each in members:
                same = dated[launched[each.part]] if each.part in launched else []
                beside = tuple(p for p in same[: 2 * _NEAR] if p != each.project)
                section = found[each.part]
                section.context = replace(section.context, beside=beside, about=about)
        return found

    def _launches(self) -> dict[int, str]:
        """When the projects were launched, by their parts: some texts tell one by the other."""
        listings = {each.part: each for each in self.book.projects.values()}
        found: dict[int, str] = {}
        label: Label | None = None
        for placed in self.page.placed:
            if placed.role is not Role.TEXT or placed.part not in listings:
                label = None
                continue
            label = placed.label.label if placed.label else label
            if label is Label.STATUS:
                each = listings[placed.part]
                text = placed.label.text if placed.label else placed.block.text
                for sentence in sentences(status_of(text)[2]):
                    for reached in read_sentence(
                        sentence, each.name, self.aliases.get(each.project, ())
                    ).milestones:
                        if reached.milestone == "launched":
                            found.setdefault(placed.part, reached.date)
        return found

    # Block by block

    def _take(self, placed: ProjectBlock, again: set[int]) -> None:
        ledger, text, line = self.ledger, placed.block.text, placed.block.line
        locator = ledger.locator(placed.path)
        self._mentions(text, locator, placed)
        if placed.role is not Role.TEXT:
            ledger.passage(locator, text, line, self._heading_facts(placed), settled=True)
            return
        section = self.sections.get(placed.part)
        if placed.part in again or (section is None and placed.label is not None):
            ledger.passage(locator, text, line, note="it is not plain which project this is about")
        elif section is not None:
            section.take(placed)
        else:
            ledger.passage(locator, text, line, self._stated(placed, text, locator))

    def _heading_facts(self, placed: ProjectBlock) -> list[Fact]:
        text = placed.block.text
        if placed.role is Role.PROJECT and placed.part in self.sections:
            return [Fact("projects", (self.sections[placed.part].project,))]
        if placed.role is Role.AREA:
            return [Fact("areas", (self.areas[self.book.area(text)],))]
        return []

    def _stated(self, placed: ProjectBlock, text: str, locator: str) -> list[Fact]:
        """The numbers of projects that an introduction states."""
        line = placed.block.line
        area = self.book.area(placed.path[0]) if placed.path else ""
        if area:
            facts = []
            for count in area_projects_stated(text):
                self.in_areas.append((area, count.stated, line))
                short = area_short(area) or self.areas[area]
                facts.append(
                    self._count(f"{short}-projects", count.stated, locator, self.areas[area])
                )
            return facts
        if placed.path and not _HVP.search(placed.path[0]):
            return []
        facts = []
        for count in projects_stated(text):
            if count.stated not in {number for number, _ in self.totals}:
                self.totals.append((count.stated, line))
            place = [number for number, _ in self.totals].index(count.stated)
            name = f"hvp-projects-{place + 1}" if place else "hvp-projects"
            facts.append(self._count(name, count.stated, locator))
        return facts

    def _count(self, count: str, stated: int, locator: str, area: str = "") -> Fact:
        return self.ledger.row(
            "stated_counts", locator, count=count, resource="projects", stated=str(stated),
            filter=f"area={area}" if area else "",
        )  # fmt: skip

    def _mentions(self, text: str, locator: str, placed: ProjectBlock) -> None:
        """Enter the organisations that a text names, and where the projects are introduced."""
        if _HVP.search(text) and placed.role in {Role.SECTION, Role.TEXT}:
            heading = placed.role is Role.SECTION or fold(PROJECTS) in fold(locator)
            if self.hvp is None or (heading and not _HVP.search(self.hvp[0])):
                self.hvp = (locator, self.hvp[1] if self.hvp else "")
        if self.hvp and not self.hvp[1] and re.search(r"\bHVPs?\b", text):
            self.hvp = (self.hvp[0], "HVP")
        listing = placed.label is not None and placed.label.label is Label.PARTICIPANTS
        if placed.role is Role.TEXT and not listing:
            for mention in mentions(text, self.known):
                if mention.party.kind == "organisation":
                    add_party(self.ledger, locator, mention.party)

    # The page as a whole

    def _finish(self) -> None:
        self._add_areas()
        for position, project in enumerate(self.book.order, 1):
            self._add_project(self.book.projects[project], position)
        if self.hvp is not None:
            self.ledger.row(
                "formats", self.hvp[0], format="hvp", name=PROJECTS, acronym=self.hvp[1],
                parent="", launched="", launch_event="", review="",
            )  # fmt: skip
        capacities: dict[str, list[str]] = {}
        for row in self.ledger.rows.get("participations", {}).values():
            if row["role"] == "participant":
                capacities.setdefault(row["project"], []).append(row["capacity"])
        for section in self.sections.values():
            self._check(section, capacities.get(section.project, []))
        self._check_totals()
        self._check_roles()
        self.ledger.give_the_rest()

    def _add_areas(self) -> None:
        for position, (heading, (path, _)) in enumerate(self.book.areas.items(), 1):
            self.ledger.row(
                "areas", self.ledger.locator(path), area=self.areas[heading], name=heading,
                position=str(position),
            )  # fmt: skip

    def _add_project(self, each: ListedProject, position: int) -> None:
        section = self.sections.get(each.part)
        self.ledger.row(
            "projects", self.ledger.locator(each.path), project=each.project,
            acronym=each.name.acronym, name=each.name.name, position=str(position),
            area=self.areas.get(self.book.area(each.area), ""),
            status=(section.status or "") if section else "",
            launched=section.launched if section else "", lead=section.lead if section else "",
        )  # fmt: skip

    def _check(self, section: ProjectSection, capacities: list[str]) -> None:
        """Whether a section has what a section has, as many as it says."""
        find, name = self.ledger.find, section.name.heading
        if not section.listed:
            find("no-participants", section.line, f"{name} has no list of participants")
        if section.status is None:
            find("no-status", section.line, f"{name} has no status")
        for stated, kind, line in section.stated:
            wanted = {"ally"} if kind == "allies" else {"ally", "partner"}
            found = sum(capacity in wanted for capacity in capacities)
            if found != stated:
                message = f"{name} is said to have {stated} {kind}, and {found} are listed"
                find("count-disagrees", line, message)

    def _check_totals(self) -> None:
        find, book = self.ledger.find, self.book
        for stated, line in self.totals:
            if stated != len(book.order):
                message = f"the page says that there are {stated} projects, and "
                find("count-disagrees", line, f"{message}{len(book.order)} are found")
        for area, stated, line in self.in_areas:
            found = sum(book.area(p.area) == area for p in book.projects.values())
            if found != stated:
                message = f"{area} is said to have {stated} projects, and {found} are found"
                find("count-disagrees", line, message)
        self._check_headings()
        if not book.order:
            find(
                "nothing-found", 0, "no High Visibility Project is found on the page",
                "It may be another page, an error page, or one in another language.",
            )  # fmt: skip

    def _check_headings(self) -> None:
        """Whether headings are gone that the latest edition had."""
        if self.book.order and not self.book.areas and self.known.areas:
            self.ledger.find(
                "heading-missing", 0, "the page puts its projects under no areas", level="warning"
            )
        had = {locator for locator in self.known.locators if " > " not in locator}
        had -= {
            name
            for name in had
            if fold(name) in self.known.areas or fold(name) == fold(self.work.titles[0])
        }
        has = {fold(heading) for p in self.page.placed for heading in p.path}
        for heading in sorted(had):
            if fold(heading) not in has:
                self.ledger.find(
                    "heading-missing", 0, f"the heading {heading!r} is gone",
                    "The page may be cut off.", "warning",
                )  # fmt: skip

    def _check_roles(self) -> None:
        """Where the page has an Ally for a partner of the package, or the other way round."""
        seen: set[tuple[str, str]] = set()
        for row in self.ledger.rows.get("participations", {}).values():
            role, before = row["capacity"], self.known.roles.get(row["party"], "")
            key = (row["party"], role)
            if role != "organisation" and before and before != role and key not in seen:
                seen.add(key)
                self.ledger.find(
                    "role-differs", 0,
                    f"{row['party']} is listed as {role} ({row['locator']}); the package has "
                    f"{before}",
                    "The tables have it as the page does. If it joined the Alliance, say when in "
                    "tables/parties.csv; if the page left a word out, put its role right there.",
                    "warning",
                )  # fmt: skip


MCC: Final = Work(
    id="mcc",
    titles=("Multinational capability cooperation",),
    publisher="NATO",
    kind="official_page",
    evidence=(
        Evidence("title", ("multinational capability cooperation",), 3),
        Evidence("heading", ("high visibility projects", "multinational projects")),
        Evidence("heading", ("how does it work",)),
        Evidence("text", ("high visibility project",), times=2),
        Evidence("text", ("multinational capability", "multinational cooperation")),
        Evidence("label", ("participants", "participating", "nations"), times=3),
        Evidence("label", ("status",), times=3),
        Evidence("label", ("purpose", "aim"), times=3),
        Evidence("text", ("letter of intent", "letters of intent")),
        Evidence("text", ("memorandum of understanding", "memoranda of understanding")),
    ),
    enough=6,
    last=(
        "how does it work", "letter of intent", "letters of intent",
        "memorandum of understanding", "memoranda of understanding", "(loi)", "(mou)",
        "conference of national armaments directors",
    ),
    owns={
    "areas": ({},),
    "formats": ({"format": "hvp"},),
    "milestones": ({},),
    "participations": ({},),
    "parties": ({},),
    "projects": ({},),
    "quantities": ({},),
    "relations": ({},),
    "stated_counts": (
        {"resource": "projects"}, {"resource": "participations"}, {"resource": "relations"},
    ),
},
    reader=_ProjectsPage,
)  # fmt: skip
