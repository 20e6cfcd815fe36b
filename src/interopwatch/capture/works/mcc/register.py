"""Which projects and areas a page has: its contents list and its sections, put side by side.

A project under a new name is told by what stays the same: participants, area and launch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import product, takewhile
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.names import area_id, known_project, project_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.contents import Contents
    from interopwatch.capture.works.mcc.names import ProjectName

    Row = Mapping[str, str]
    Renames = dict[tuple[str, str], bool]  # a new name, and what it was before; whether surely

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
        at: The place of its heading; of a project that has no section, of its entry in the
            contents list.
        line: Where that stands in the file.
        part: The number of its section in the outline; -1 if it has none.
        above: The heading of the area above its section.
        listed: The area under which the contents list has it; empty if it is not plain which it
            is, and None if it is not in the list.
        area: The heading of its area; empty if it is in none.
        known: Its name in the contents list, if that is the one which the tables have.
    """

    project: str
    name: ProjectName
    at: int
    line: int
    part: int = -1
    above: str = ""
    listed: str | None = None
    area: str = ""
    known: ProjectName | None = None


@dataclass(slots=True)
class Register:
    """The projects and areas of a page.

    Attributes:
        projects: The projects by id, in the order of the page.
        ids: The ids of projects, by what these can be found by: those of the page and all others.
        areas: The headings of the areas, in order, with the place of each.
        again: The parts of the outline that are headed by a project that has a section already.
    """

    projects: dict[str, ListedProject] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
    again: dict[int, Placed] = field(default_factory=dict)

    def enter(self, at: int, placed: Placed) -> ListedProject:
        """The project that a line names, entered if it is new."""
        name = project_name(placed.block.text)
        project = known_project(name, self.ids) or name.slug
        self.ids |= dict.fromkeys(name.spellings, project)
        new = ListedProject(project, name, at, placed.block.line)
        return self.projects.setdefault(project, new)


def register(page: Sequence[Placed], contents: Contents, known: Vocabulary) -> Register:
    """Put the contents list and the sections of a page side by side."""
    book = Register(ids={**known.projects})
    headings: dict[str, int] = {}
    for at, placed in enumerate(page):
        if placed.role is Role.AREA:
            headings.setdefault(placed.block.text, at)
        elif placed.role is Role.PROJECT:
            each = book.enter(at, placed)
            if each.part >= 0:
                book.again[placed.part] = placed
            else:
                each.part = placed.part
                each.above = placed.path[-2] if len(placed.path) > 1 else ""
    sections = [*book.projects]
    listed = {at: book.enter(at, page[at]) for at in contents.area_of}
    held = {fold(row["name"]) for row in known.rows.get("projects", ())}
    for at, each in listed.items():
        entry = project_name(page[at].block.text)
        each.known = entry if fold(entry.name) in held else None
    by_id = {area_id(heading, known.areas): heading for heading in headings}
    areas = {area: by_id.get(area_id(area, known.areas), "") for area in contents.areas}
    for at, each in listed.items():
        each.listed = contents.area_of[at]
    for each in book.projects.values():
        # An area that is a heading nowhere may have another name there.
        each.area = areas.get(each.listed or "", "") or each.above or each.listed or ""
    order = _merged(dict.fromkeys(each.project for each in listed.values()), sections)
    book.projects = {project: book.projects[project] for project in order}
    used = {each.area for each in book.projects.values()}
    used |= contents.areas.keys() - contents.area_of.values()
    names = [heading or area for area, heading in areas.items() if heading or area in used]
    places = contents.areas | headings
    book.areas = {area: places[area] for area in _merged(names, headings)}
    return book


def _merged(first: Collection[str], second: Iterable[str]) -> list[str]:
    """One order of two; what only the second has stands behind what it follows there."""
    known, last = {*first}, ""
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for each in second:
        last = each if each in known else last
        behind[last] += [] if each in known else [each]
    return [*behind[""], *(each for one in first for each in (one, *behind[one]))]


def compare(
    page: Sequence[Placed], contents: Contents, book: Register, ledger: Ledger, known: Vocabulary
) -> None:
    """Report where the contents list and the sections disagree, and what was renamed."""
    projects = [*book.projects.values()]
    # Where the last projects of the list are missing, the page is likely cut off.
    cut = {each.at for each in takewhile(lambda each: each.part < 0, reversed(projects))}
    for each in projects:
        name, line = each.name.heading, each.line
        if each.part < 0:
            code = "section-missing.last" if each.at in cut else "section-missing"
            ledger.found(code, line, project=name)
        elif contents.area_of and each.listed is None:
            ledger.found("not-in-contents", line, project=name)
        if each.above and fold(each.above) != fold(each.area):
            ledger.found("area-disagrees", line, project=name, above=each.above, area=each.area)
        if known_project(each.name, known.projects) and fold(each.name.name) not in known.projects:
            renamed(each, ledger)
    headed = {area_id(each.block.text, known.areas) for each in page if each.role is Role.AREA}
    for area, at in contents.areas.items():
        if area_id(area, known.areas) not in headed:
            ledger.found("heading-missing.area", page[at].block.line, area=area)
    held = {row["project"]: row.get("area", "") for row in known.rows.get("projects", ())}
    for at, below in contents.strangers.items():
        ids = (book.ids[fold(page[each].block.text)] for each in below)
        same = all(area_id(book.projects[p].area, known.areas) == held.get(p) for p in ids)
        code, block = "unknown-in-contents" if same else "unknown-in-contents.area", page[at].block
        ledger.found(code, block.line, text=block.text)


def renamed(each: ListedProject, ledger: Ledger) -> None:
    """Report that a project is taken for a known one under a new name."""
    ledger.found("project-renamed", each.line, name=each.name.name, project=each.project)


# Areas and projects under new names


def area_renames(book: Register, known: Vocabulary) -> Renames:
    """Which new areas of a page may be known ones that it names no more, and whether surely.

    An area is told by its projects: all that the tables and the page both have.

    Returns:
        By the heading of an area and the id of a known one, whether they are surely the same.
    """
    ids = {heading: area_id(heading, known.areas) for heading in book.areas}
    places = {row["area"]: row["position"] for row in known.rows.get("areas", ())}
    rows = [row for row in known.rows.get("projects", ()) if row["project"] in book.projects]
    before = _grouped((row["area"], row["project"]) for row in rows)
    now = _grouped((book.projects[row["project"]].area, row["project"]) for row in rows)
    new = {heading: str(n) for n, heading in enumerate(ids, 1) if ids[heading] not in places}

    def likeness(heading: str, area: str) -> str:
        share = _share(now[heading], before[area])
        sure = share >= _SURE and (len(now[heading]) > 1 or new[heading] == places[area])
        return "sure" if sure else "maybe" if share >= _HALF else ""

    return _same(product(new, places.keys() - {*ids.values()}), likeness)


def gone(book: Register, known: Vocabulary) -> tuple[str, ...]:
    """The known projects that a page does not name."""
    return tuple(p for p in dict.fromkeys(known.projects.values()) if p not in book.projects)


def renames(book: Register, ledger: Ledger, known: Vocabulary) -> Renames:
    """Which new projects of a page may be known ones that it names no more, and whether surely."""
    old: dict[str, Row] = {project: {"name": name} for name, project in known.projects.items()}
    old |= {row["project"]: row for row in known.rows.get("projects", ())}
    new = {project: row for (project,), row in ledger.table("projects").items()}
    rows = ledger.table("participations").values(), known.rows.get("participations", ())
    now, before = (_grouped((row["project"], row["party"]) for row in each) for each in rows)
    # What only the contents list names may head a section under another name.
    unheaded = (p for p, each in book.projects.items() if p in old and each.part < 0)
    pairs = product(book.projects.keys() - old.keys(), (*gone(book, known), *unheaded))
    return _same(
        pairs, lambda one, other: _alike(new[one], old[other], _share(now[one], before[other]))
    )


def _alike(new: Row, old: Row, share: float) -> str:
    """Whether two projects are surely or maybe one, by the share of parties that both have."""
    launch, launched = new.get("launched", ""), old.get("launched", "")
    where, when = new.get("area", "") == old.get("area", ""), launch == launched
    if share >= _SURE and where and (when or not (launch and launched)):
        return "sure"
    words, other = ({*fold(project_name(row["name"]).name).split()} for row in (new, old))
    # One word that two names share, such as "missiles", is no sign.
    named = min(len(words), len(other)) > 1 and (words <= other or other <= words)
    return "maybe" if named or (share >= _LIKELY and (where or (when and launch))) else ""


def _same(pairs: Iterable[tuple[str, str]], likeness: Callable[[str, str], str]) -> Renames:
    """Which pairs of something new and something old may be one, and whether surely.

    Surely one are only two that are like each other and like no third.
    """
    alike = {pair: how for pair in sorted(pairs) if (how := likeness(*pair))}
    many = Counter(each for pair in alike for each in pair)
    return {
        pair: how == "sure" and all(many[each] == 1 for each in pair)
        for pair, how in alike.items()
    }  # fmt: skip


def _share(now: set[str], before: set[str]) -> float:
    """The share of what two sets have together that both have; 0 of nothing."""
    return len(now & before) / len(now | before) if now | before else 0.0


def _grouped(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, set[str]]:
    """The second things of pairs by the first."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found
