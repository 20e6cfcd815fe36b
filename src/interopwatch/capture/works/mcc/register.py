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
from interopwatch.capture.works.mcc.names import (
    area_id,
    known_area,
    known_project,
    project_id,
    project_name,
)

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

_HALF: Final = 0.5
"""The share of projects that two areas have to have in common that may be the same; those of
March 2025 have none in common."""


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
        names: By an area as the contents list has it, its heading.
        listed: By the place of a project in the contents list, its id.
        again: The parts of the outline that are headed by a project that has a section already.
    """

    projects: dict[str, ListedProject] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    areas: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    listed: dict[int, str] = field(default_factory=dict)
    again: dict[int, Placed] = field(default_factory=dict)

    def area(self, heading: str) -> str:
        """The heading of an area as it is booked here."""
        return next((each for each in self.areas if fold(each) == fold(heading)), "")


def register(page: Sequence[Placed], lines: Lines) -> Register:
    """Put the contents list and the sections of a page side by side."""
    known, listing = lines.known, lines.contents
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
    headings = {p.block.text: at for at, p in reversed([*enumerate(page)]) if p.role is Role.AREA}
    headings = dict(sorted(headings.items(), key=lambda each: each[1]))
    for at in dict.fromkeys(listing.projects.values()):
        name = project_name(page[at].block.text)
        same = (by_key[key] for key in sorted(name.spellings) if key in by_key)
        project = book.listed[at] = next(same, "") or project_id(name, known.projects)
        if project not in book.projects:
            book.projects[project] = ListedProject(project, name, "", at, page[at].block.line)
    book.names = _area_names(book, headings, lines)
    for at, project in book.listed.items():
        area = listing.area_of[at]
        book.projects[project].area = book.names.get(area, area) or book.projects[project].area
    book.order = _merged(dict.fromkeys(book.listed.values()), sections)
    listed = {book.names[area]: at for area, at in listing.areas.items()}
    book.areas = {
        area: headings.get(area, listed.get(area, 0)) for area in _merged(listed, headings)
    }
    return book


def _area_names(book: Register, headings: Iterable[str], lines: Lines) -> dict[str, str]:
    """The headings of the areas in the contents list, which may have other names for them there.

    It may have a shorter name than the heading, or one that was renamed in one place alone.
    """
    known, listing = lines.known.areas, lines.contents
    by_id = {area_id(heading, known): heading for heading in headings}
    names = {area: by_id.get(area_id(area, known), "") for area in listing.areas}
    left = {*headings} - {*names.values()}
    for area in [each for each, heading in names.items() if not heading]:
        under = [p for at, p in book.listed.items() if listing.area_of[at] == area]
        above = {book.projects[p].above for p in under if book.projects[p].part >= 0}
        heading = above.pop() if len(above) == 1 else ""
        whole = all(p in under for p, each in book.projects.items() if each.above == heading)
        one_is_new = not (known_area(area, known) and known_area(heading, known))
        names[area] = heading if heading in left and whole and one_is_new else area
        left.discard(heading)
    return names


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
    known, contents = lines.known, lines.contents
    missing = [p for p in book.order if book.projects[p].part < 0]
    for at, project in enumerate(book.order):
        each = book.projects[project]
        name, line = each.name.heading, each.line
        if project in missing:
            # Where the last projects of the list are missing, the page is likely cut off.
            cut = all(other in missing for other in book.order[at:])
            ledger.found("section-missing.last" if cut else "section-missing", line, project=name)
        elif contents.projects and not each.name.spellings & contents.projects.keys():
            ledger.found("not-in-contents", line, project=name)
        if contents.projects and each.above and each.area and fold(each.above) != fold(each.area):
            ledger.found("area-disagrees", line, project=name, above=each.above, area=each.area)
        if known_project(each.name, known.projects) and fold(each.name.name) not in known.projects:
            renamed(each, ledger)
    headed = {area_id(p.block.text, known.areas) for p in page if p.role is Role.AREA}
    for area, at in contents.areas.items():
        if area_id(area, known.areas) not in headed:
            ledger.found("heading-missing.area", page[at].block.line, area=area)
    held = {row["project"]: row.get("area", "") for row in known.rows.get("projects", ())}
    for at, below in contents.strangers.items():
        projects = [book.projects[book.listed[each]] for each in below]
        sure = all(area_id(p.area, known.areas) == held.get(p.project) for p in projects)
        block, code = page[at].block, "unknown-in-contents" if sure else "unknown-in-contents.area"
        ledger.found(code, block.line, text=block.text)


def renamed(each: ListedProject, ledger: Ledger) -> None:
    """Report that a project is taken for a known one under a new name."""
    ledger.found("project-renamed", each.line, name=each.name.name, project=each.project)


# Areas and projects under new names


def area_renames(book: Register, known: Vocabulary) -> dict[tuple[str, str], bool]:
    """Which new areas of a page may be known ones that it names no more, and whether surely.

    An area is told by its projects: all that the tables and the page both have.

    Returns:
        By the heading of an area and the id of a known one, whether they are surely the same.
    """
    ids = {heading: area_id(heading, known.areas) for heading in book.areas}
    held = {row["area"]: row for row in known.rows.get("areas", ())}
    rows = [row for row in known.rows.get("projects", ()) if row["project"] in book.projects]
    before = {area: {r["project"] for r in rows if r["area"] == area} for area in held}
    had = {row["project"] for row in rows}
    now = {
        heading: {p for p, each in book.projects.items() if each.area == heading} & had
        for heading, area in ids.items() if area not in held
    }  # fmt: skip
    places = {heading: str(n) for n, heading in enumerate(book.areas, 1)}
    found: dict[tuple[str, str], bool] = {}
    for heading, area in product(now, held.keys() - {*ids.values()}):
        both, either = now[heading] & before[area], now[heading] | before[area]
        if both and len(both) >= _HALF * len(either):
            placed = places[heading] == held[area]["position"]
            found[heading, area] = both == either and (len(both) > 1 or placed)
    many = Counter(each for pair in found for each in pair)
    return {pair: sure and many[pair[0]] == many[pair[1]] == 1 for pair, sure in found.items()}


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
