"""Which projects and areas a page has: its contents list and its sections, put side by side.

A project under a new name is told by what stays the same: participants, area and launch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.names import area_id, known_project, project_id, project_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.lines import Lines
    from interopwatch.capture.works.mcc.names import ProjectName

    Row = Mapping[str, str]

_SURE: Final = 1.0
"""The share of participants that two projects have to have in common to be surely the same, if
area and launch agree too. Of the 406 pairs of projects of March 2025, none reaches it; the nearest
have 15 of 16 in common."""
_LIKELY: Final = 0.6
"""The share from which on a person is asked, if area or launch agree: 5 of those pairs reach it."""


@dataclass(slots=True)
class ListedProject:
    """A project as the page has it.

    Attributes:
        project: Its id.
        name: Its name.
        area: The heading of its area; empty if it is in none.
        at: The place of its heading; of a project that has no section, of its entry in the
            contents list.
        line: Where that stands in the file.
        above: The heading above its section.
        part: The number of its section in the outline; -1 if it has none.
    """

    project: str
    name: ProjectName
    area: str
    at: int
    line: int
    above: str = ""
    part: int = -1


@dataclass(slots=True)
class Register:
    """The projects and areas of a page, in its order.

    Attributes:
        projects: The projects by id.
        order: Their ids, in the order of the list.
        areas: The headings of the areas, in order, with the place of each.
        again: The parts of the outline that are headed by a project that has a section already.
    """

    projects: dict[str, ListedProject] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    areas: dict[str, int] = field(default_factory=dict)
    again: dict[int, Placed] = field(default_factory=dict)

    def area(self, heading: str) -> str:
        """The heading of an area as it is booked here."""
        return next((each for each in self.areas if fold(each) == fold(heading)), "")


def register(page: Sequence[Placed], lines: Lines) -> Register:
    """Put the contents list and the sections of a page side by side."""
    known = lines.known
    book = Register()
    for at, placed in enumerate(page):
        if placed.role is Role.PROJECT:
            name = project_name(placed.block.text)
            project = project_id(name, known.projects)
            if project in book.projects:
                book.again[placed.part] = placed
                continue
            area = placed.path[-2] if len(placed.path) > 1 else ""
            book.projects[project] = ListedProject(
                project, name, area, at, placed.block.line, area, placed.part
            )
    sections = list(book.projects)
    by_key = {key: p for p, each in book.projects.items() for key in each.name.spellings}
    headings = {p.block.text: at for at, p in enumerate(page) if p.role is Role.AREA}
    # The contents list may have a shorter name for an area than its heading has.
    by_id = {area_id(heading, known.areas): heading for heading in headings}
    names = {area: by_id.get(area_id(area, known.areas), area) for area in lines.areas}
    contents: list[str] = []
    for at in dict.fromkeys(lines.projects.values()):
        name, area = project_name(page[at].block.text), lines.area_of[at]
        area = names.get(area, area)
        same = (by_key[key] for key in sorted(name.spellings) if key in by_key)
        project = next(same, "") or project_id(name, known.projects)
        if project not in book.projects:
            line = page[at].block.line
            book.projects[project] = ListedProject(project, name, area, at, line)
        elif area:
            book.projects[project].area = area
        contents.append(project)
    book.order = _merged(dict.fromkeys(contents), sections)
    listed = {names[area]: at for area, at in lines.areas.items()}
    book.areas = {
        area: headings.get(area, listed.get(area, 0)) for area in _merged(listed, headings)
    }
    return book


def _merged(first: Collection[str], second: Iterable[str]) -> list[str]:
    """One order of two; what only the second has stands behind what it follows there."""
    known, last = {*first}, ""
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for each in second:
        last = each if each in known else last
        behind[last] += [] if each in known else [each]
    return [*behind[""], *(each for one in first for each in (one, *behind[one]))]


def compare(page: Sequence[Placed], lines: Lines, book: Register, ledger: Ledger) -> None:
    """Report where the contents list and the sections disagree, and what was renamed."""
    known = lines.known
    missing = [p for p in book.order if book.projects[p].part < 0]
    for at, project in enumerate(book.order):
        each = book.projects[project]
        name, line = each.name.heading, each.line
        if project in missing:
            # Where the last projects of the list are missing, the page is likely cut off.
            cut = all(other in missing for other in book.order[at:])
            ledger.found("section-missing.last" if cut else "section-missing", line, project=name)
        elif lines.projects and not each.name.spellings & lines.projects.keys():
            ledger.found("not-in-contents", line, project=name)
        if lines.projects and each.above and each.area and fold(each.above) != fold(each.area):
            ledger.found("area-disagrees", line, project=name, above=each.above, area=each.area)
        if known_project(each.name, known.projects) and fold(each.name.name) not in known.projects:
            renamed(each, ledger)
    if lines.areas:
        headed = {fold(p.block.text) for p in page if p.role is Role.AREA}
        for area, at in book.areas.items():
            if fold(area) not in headed:
                ledger.found("heading-missing.area", page[at].block.line, area=area)


def renamed(each: ListedProject, ledger: Ledger) -> None:
    """Report that a project is taken for a known one under a new name."""
    ledger.found("project-renamed", each.line, name=each.name.name, project=each.project)


# Projects under new names


def gone(book: Register, known: Vocabulary) -> tuple[str, ...]:
    """The known projects that a page does not name."""
    return tuple(p for p in dict.fromkeys(known.projects.values()) if p not in book.projects)


def renames(book: Register, ledger: Ledger, known: Vocabulary) -> dict[tuple[str, str], bool]:
    """Which new projects of a page may be known ones that it names no more, and whether surely."""
    names = {
        project: {"project": project, "name": name} for name, project in known.projects.items()
    }
    held: dict[str, Row] = {**names, **{r["project"]: r for r in known.rows.get("projects", ())}}
    now = _parties(ledger.table("participations").values())
    before = _parties(known.rows.get("participations", ()))
    alike = {
        (project, other): how
        for project, other in product(book.projects.keys() - held.keys(), gone(book, known))
        if (how := _alike(
            ledger.table("projects")[(project,)], held[other], now[project], before[other]
        ))
    }  # fmt: skip
    # Surely one are only two that are like each other and like no third.
    many = Counter(each for pair in alike for each in pair)
    return {
        (project, other): how == "sure" and many[project] == many[other] == 1
        for (project, other), how in sorted(alike.items())
    }


def _parties(participations: Iterable[Row]) -> defaultdict[str, set[str]]:
    """Who takes part in each project."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in participations:
        found[row["project"]].add(row["party"])
    return found


def _alike(new: Row, old: Row, now: set[str], before: set[str]) -> str:
    """Whether two projects, with their parties, are surely or maybe one; empty if they are not."""
    share = len(now & before) / len(now | before) if now | before else 0.0
    launch, launched = new.get("launched", ""), old.get("launched", "")
    where, when = new.get("area", "") == old.get("area", ""), launch == launched
    if share >= _SURE and where and (when or not (launch and launched)):
        return "sure"
    words, other = ({*fold(project_name(row["name"]).name).split()} for row in (new, old))
    # One word that two names share, such as "missiles", is no sign.
    named = min(len(words), len(other)) > 1 and (words <= other or other <= words)
    return "maybe" if named or (share >= _LIKELY and (where or (when and launch))) else ""
