"""Read the page "Multinational capability cooperation": the High Visibility Projects."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import day_order
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.text import fold
from interopwatch.capture.page.outline import Role, outline
from interopwatch.capture.works.engine import PageReader, Segment
from interopwatch.capture.works.mcc.clauses import ClauseParser
from interopwatch.capture.works.mcc.headings import Headings
from interopwatch.capture.works.mcc.names import area_short, shown
from interopwatch.capture.works.mcc.register import Register, renamed
from interopwatch.capture.works.mcc.section import ProjectSection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.work import Work

_NEAR: Final = 20  # no text compares a project with more than that many others
_HVP: Final = re.compile(r"\bHigh[ -]Visibility Projects?\b", re.IGNORECASE)


class ProjectsReader(PageReader):
    """Reader of one page of projects."""

    def __init__(self, work: Work, document: Document, known: Vocabulary, source: str) -> None:
        """Outline a page: each project is below the heading of its area."""
        title, self.held = work.titles[0], known
        self.renames: dict[tuple[str, str], bool] = {}
        self.lines = Headings(document, known, title)
        placed = outline(self.lines.blocks, self.lines.headings())
        self.book = Register(placed, self.lines.contents, known)
        labelled = {placed[at].part for at in self.lines.labels}
        self.again = {part for part in self.book.again if part in labelled}
        known = replace(known, projects=self.book.ids)
        self.sections = self._sections(known, day_order(each.text for each in document.blocks))
        self.above, in_area = dict[str, list[str]](), defaultdict[str, list[str]](list)
        for section in self.sections.values():
            near = in_area[fold(section.listing.area)]
            self.above[section.project] = near[-_NEAR:]
            near.append(section.project)
        # A page of projects may lack a title; no other line is taken for one.
        titles = (each.block.text for each in placed if each.role is Role.TITLE)
        super().__init__(work, document, known, source, placed, next(titles, title))

    def segments_in(self, at: int, placed: Placed, *, item: bool) -> Iterator[Segment]:
        """Yield the passages into which a block is split."""
        label, section = self.lines.labels.get(at), self.sections.get(placed.part)
        if placed.heads:
            yield from super().segments_in(at, placed, item=item)
        elif placed.part in self.again or (section is None and label is not None):
            yield Segment(placed.block.text, at, take=self._not_plain)
        elif section is not None:
            yield from section.pieces(at, self.lines)
        else:
            take = partial(self.read_sentences, self._about(placed), placed.block.text)
            yield Segment(placed.block.text, at, take=take)

    def read(self) -> Extract:
        """Read the page into an extract; again, under known ids, if projects were renamed."""
        found = super().read()
        sure = {project: before for (project, before), sure in self.renames.items() if sure}
        if not sure:
            return found
        names = {
            spelling: sure[project]
            for project, listed in self.book.projects.items() if project in sure
            for spelling in listed.name.spellings
        }  # fmt: skip
        known = replace(self.held, projects={**self.held.projects, **names})
        again = ProjectsReader(self.work, self.document, known, self.ledger.source)
        for project in sorted(sure.values()):
            renamed(again.book.projects[project], again.ledger)
        return super(ProjectsReader, again).read()

    def _sections(self, known: Vocabulary, order: DayOrder) -> dict[int, ProjectSection]:
        """Return a reader for the section of each project, by its part of the outline."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        for name, project in self.book.ids.items():
            names[project].add(name)
        return {
            each.part: ProjectSection(self, each, ClauseParser(names[each.project], known, order))
            for each in sorted(self.book.projects.values(), key=lambda each: each.part)
            if each.part >= 0
        }

    def take(self, number: int, segment: Segment) -> None:
        """Read a passage; unless it lists parties, add the organisations that it names."""
        label = self.lines.labels.get(segment.at)
        listing = label is not None and label.label == "participants"
        silent = listing or self.placed[segment.at].heads
        for mention in () if silent else mentions(segment.text, self.known):
            party, entered = mention.party, self.ledger.table("parties")
            if party.kind == "organisation" and (party.party,) not in entered:
                # A mere mention is not a fact of the passage itself.
                self.ledger.state_party(self.heading(number), party)
        super().take(number, segment)

    # Passages outside the sections

    def _not_plain(self, number: int) -> None:
        self.ledger.note(number, "it is not plain which project this is about")

    def _about(self, placed: Placed) -> Mapping[str, str]:
        """Return the ids of the area, or of the page, that a text is about; empty if neither."""
        area = placed.path[0] if placed.path else ""
        if area in self.book.area_ids:
            known = self.book.area_ids[area]
            return {"area": known, "short": area_short(area) or known}
        whole = not placed.path or _HVP.search(placed.path[0])
        return {"page": self.work.id} if whole else {}

    # The page as a whole

    def finish(self) -> None:
        """State the projects and areas, and the rows that depend on several sections."""
        milestones = self.ledger.table("milestones").values()
        launched = {
            row["project"]: row["date"] for row in reversed(milestones)
            if row["milestone"] == "launched" and row["expected"] == "false"
        }  # fmt: skip
        for rule, passage, slots in self.beside:
            beside = self._launched_with(slots, launched)
            self.enter(rule, slots, (([passage], {"other": each}) for each in beside))
        areas = self.book.area_ids
        held = {row["area"]: row["name"] for row in self.known.rows.get("areas", ())}
        for position, (heading, place) in enumerate(self.book.areas.items(), 1):
            name = shown(heading, held.get(areas[heading], ""))
            row = {"area": areas[heading], "name": name, "position": str(position)}
            self.ledger.state(self.begins[place], "areas", row)
        known = {row["project"]: row for row in self.known.rows.get("projects", ())}
        for position, (project, each) in enumerate(self.book.projects.items(), 1):
            named, held = each.known or each.name, defaultdict(str, known.get(project, {}))
            stated = {
                "acronym": shown(each.name.acronym, held["acronym"]),
                "area": areas.get(each.area, ""),
                "launched": launched.get(project),
            }  # fmt: skip
            name = shown(named.name, held["name"])
            row = {"project": project, "name": name, "position": str(position)}
            row |= {name: text for name, text in stated.items() if text}
            self.ledger.state(self.begins[each.at], "projects", row)
        super().finish()

    def check(self) -> None:
        """Report where the page contradicts itself, and what it no longer lists."""
        self.book.compare(self.ledger)
        for part in sorted(self.again):
            block = self.book.again[part].block
            self.ledger.found("duplicate-project", block.line, heading=block.text)
        for line in sorted(self.lines.strays):
            self.ledger.found("no-heading", self.placed[line].block.line)
        taking_part: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        for row in self.ledger.table("participations").values():
            taking_part[row["project"]].append(row)
        for section in self.sections.values():
            section.close(taking_part[section.project])
        self._check_headings()
        self._check_gone()
        if not self.book.projects:
            self.ledger.found("nothing-found")
        super().check()

    def _launched_with(self, slots: Mapping[str, str], launched: Mapping[str, str]) -> list[str]:
        """Return the projects of its area with which one was launched; empty if unclear.

        It is clear if as many as the page states have the same launch date. Unless the area has
        the word for what they have in common, only projects with it in their names count.
        """
        projects, date = self.book.projects, launched.get(slots["launched"])
        area, word = fold(projects[slots["launched"]].area), slots["about"].lower()
        named = "" if word in re.findall(r"[\w&-]+", area) else word
        beside = [
            project for project, each in projects.items()
            if project != slots["launched"] and fold(each.area) == area
            and date and launched.get(project) == date and named in each.name.heading.lower()
        ]  # fmt: skip
        return beside if len(beside) == int(slots["many"]) else []

    def _check_gone(self) -> None:
        """Record which projects and areas are no longer listed, and report possible renames."""
        self.renames = self.book.renames(self.ledger)
        doubted = {before for _, before in self.renames}
        for (project, before), sure in self.renames.items():
            if not sure:
                listed = self.book.projects[project]
                details = {"name": listed.name.heading, "project": project, "before": before}
                self.ledger.found("maybe-renamed", listed.line, **details)
        if doubted:
            # Relations may refer to the project in doubt.
            self.ledger.lists.pop("relations", None)
        for (area, before), sure in self.book.area_renames.items():
            line = self.placed[self.book.areas[area]].block.line
            code = "area-renamed" if sure else "maybe-renamed.area"
            self.ledger.found(code, line, name=area, before=before)
        if self.lines.strays or self.book.again or not self.book.projects:
            return
        for project in self.book.gone:
            if project not in doubted:
                self.ledger.whole("projects", project=project)
        placed = all(each.area for each in self.book.projects.values())
        if self.book.areas and placed and all(self.book.area_renames.values()):
            self.ledger.whole("areas")

    def _check_headings(self) -> None:
        """Report headings of the latest edition that are missing."""
        if self.book.projects and not self.book.areas and self.known.areas:
            self.ledger.found("heading-missing.areas")
        had = {fold(place): place for place in self.known.locators if " > " not in place}
        has = {fold(heading) for each in self.placed for heading in each.path}
        for key in sorted(had.keys() - has - self.known.areas.keys() - {fold(self.work.titles[0])}):
            self.ledger.found("heading-missing", heading=had[key])
