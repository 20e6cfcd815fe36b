"""Register the projects and areas of a page, from both its contents list and its sections.

A renamed project is recognised by what stays the same: participants, area and launch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import product, takewhile
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.names import area_id, known_project, project_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from interopwatch.capture.model import Row, Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.contents import Contents
    from interopwatch.capture.works.mcc.names import ProjectName

    Renames = dict[tuple[str, str], bool]  # (new, former): whether certain

_SURE: Final = 1.0
"""The share of common participants at which two projects are certainly the same, if area and
launch agree too. None of the 406 pairs of projects of March 2025 reaches it; the closest have 15
of 16 in common."""
_LIKELY: Final = 0.6
"""The share at which a person is asked, if area or launch agree: 5 of those pairs reach it."""
_HALF: Final = 0.5
"""The share of common projects at which two areas may be the same; those of March 2025 have none
in common."""


@dataclass(slots=True)
class ListedProject:
    """A project on the page; its areas are given by their headings."""

    project: str
    name: ProjectName
    at: int  # the index of its heading; without a section, of its entry in the contents list
    line: int  # the line of that in the file
    part: int = -1  # the number of its section in the outline; -1 if it has none
    above: str = ""  # the area above its section
    listed: str | None = None  # its area in the contents list; None if it is not listed there
    area: str = ""  # its area according to both; empty if it is in none
    known: ProjectName | None = None  # its name in the contents list, if the tables have it


class Register:
    """The projects and areas of a page, in its order."""

    def __init__(self, page: Sequence[Placed], contents: Contents, known: Vocabulary) -> None:
        """Combine the contents list and the sections of a page."""
        self._page, self._contents, self._known = page, contents, known
        self.projects: dict[str, ListedProject] = {}
        self.ids = {**known.projects}  # by name, of the projects on the page and all known ones
        self.again: dict[int, Placed] = {}  # by part, headings of projects that have a section
        headings: dict[str, int] = {}
        for at, placed in enumerate(page):
            if placed.role is Role.AREA:
                headings.setdefault(placed.block.text, at)
            elif placed.role is Role.PROJECT:
                each = self._enter(at)
                if each.part >= 0:
                    self.again[placed.part] = placed
                else:
                    each.part = placed.part
                    each.above = placed.path[-2] if len(placed.path) > 1 else ""
        sections = [*self.projects]
        listed: dict[str, None] = {}  # in order
        held = {fold(row["name"]) for row in known.rows.get("projects", ())}
        for at, area in contents.area_of.items():
            each, entry = self._enter(at), project_name(page[at].block.text)
            each.listed, each.known = area, entry if fold(entry.name) in held else None
            listed[each.project] = None
        by_id = {self._area_id(heading): heading for heading in headings}
        areas = {area: by_id.get(self._area_id(area), "") for area in contents.areas}
        for each in self.projects.values():
            # An area of the list that is not a heading may have another name there.
            each.area = areas.get(each.listed or "", "") or each.above or each.listed or ""
        self.projects = {each: self.projects[each] for each in _merged(listed, sections)}
        used = {each.area for each in self.projects.values()}
        used |= contents.areas.keys() - contents.area_of.values()
        names = [heading or area for area, heading in areas.items() if heading or area in used]
        places = contents.areas | headings
        self.areas = {area: places[area] for area in _merged(names, headings)}  # with their indexes
        self.area_ids = {heading: self._area_id(heading) for heading in self.areas}
        self.area_renames = self._area_renames()
        self.area_ids |= {
            area: before for (area, before), sure in self.area_renames.items() if sure
        }

    def _enter(self, at: int) -> ListedProject:
        """Return the project that a line names, adding it if it is new."""
        block = self._page[at].block
        name = project_name(block.text)
        project = known_project(name, self.ids) or name.slug
        self.ids |= dict.fromkeys(name.spellings, project)
        return self.projects.setdefault(project, ListedProject(project, name, at, block.line))

    def _area_id(self, heading: str) -> str:
        return area_id(heading, self._known.areas)

    @property
    def gone(self) -> tuple[str, ...]:
        """The ids of known projects that the page does not name."""
        known = dict.fromkeys(self._known.projects.values())
        return tuple(project for project in known if project not in self.projects)

    def compare(self, ledger: Ledger) -> None:
        """Report where the contents list and the sections disagree, and what was renamed."""
        page, contents, known = self._page, self._contents, self._known
        projects = [*self.projects.values()]
        # If the last projects of the list have no section, the page is probably cut off.
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
            new = fold(each.name.name) not in known.projects
            if new and known_project(each.name, known.projects):
                renamed(each, ledger)
        headed = {self._area_id(each.block.text) for each in page if each.role is Role.AREA}
        for area, at in contents.areas.items():
            if self._area_id(area) not in headed:
                ledger.found("heading-missing.area", page[at].block.line, area=area)
        held = {row["project"]: row.get("area", "") for row in known.rows.get("projects", ())}
        for at, below in contents.strangers.items():
            ids = (self.ids[fold(page[each].block.text)] for each in below)
            same = all(self._area_id(self.projects[p].area) == held.get(p) for p in ids)
            code = "unknown-in-contents" if same else "unknown-in-contents.area"
            ledger.found(code, page[at].block.line, text=page[at].block.text)

    # Areas and projects under new names

    def _area_renames(self) -> Renames:
        """Match new areas, by their headings, with known ones that the page no longer names.

        Areas are compared by those of their projects that the tables and the page both have.
        """
        known, ids = self._known, self.area_ids
        places = {row["area"]: row["position"] for row in known.rows.get("areas", ())}
        rows = [row for row in known.rows.get("projects", ()) if row["project"] in self.projects]
        before = _grouped((row["area"], row["project"]) for row in rows)
        now = _grouped((self.projects[row["project"]].area, row["project"]) for row in rows)
        new = {heading: str(n) for n, heading in enumerate(ids, 1) if ids[heading] not in places}

        def likeness(heading: str, area: str) -> str:
            share = _share(now[heading], before[area])
            sure = share >= _SURE and (len(now[heading]) > 1 or new[heading] == places[area])
            return "sure" if sure else "maybe" if share >= _HALF else ""

        return _same(product(new, places.keys() - {*ids.values()}), likeness)

    def renames(self, ledger: Ledger) -> Renames:
        """Match new projects with known ones that the page no longer names, by their ids."""
        known = self._known
        old: dict[str, Row] = {project: {"name": name} for name, project in known.projects.items()}
        old |= {row["project"]: row for row in known.rows.get("projects", ())}
        new = {project: row for (project,), row in ledger.table("projects").items()}
        rows = ledger.table("participations").values(), known.rows.get("participations", ())
        now, before = (_grouped((row["project"], row["party"]) for row in each) for each in rows)
        # A project only in the contents list may have its section under another name.
        unheaded = (p for p, each in self.projects.items() if p in old and each.part < 0)
        pairs = product(self.projects.keys() - old.keys(), (*self.gone, *unheaded))
        return _same(
            pairs, lambda one, other: _alike(new[one], old[other], _share(now[one], before[other]))
        )


def renamed(each: ListedProject, ledger: Ledger) -> None:
    """Report that a project is considered a known one under a new name."""
    ledger.found("project-renamed", each.line, name=each.name.name, project=each.project)


def _merged(first: Collection[str], second: Iterable[str]) -> list[str]:
    """Merge two orders; elements only in the second follow their predecessor there."""
    known, last = {*first}, ""
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for each in second:
        last = each if each in known else last
        behind[last] += [] if each in known else [each]
    return [*behind[""], *(each for one in first for each in (one, *behind[one]))]


def _alike(new: Row, old: Row, share: float) -> str:
    """Return "sure" or "maybe" if two projects may be the same, given the share of parties."""
    launch, launched = new.get("launched", ""), old.get("launched", "")
    where, when = new.get("area", "") == old.get("area", ""), launch == launched
    if share >= _SURE and where and (when or not (launch and launched)):
        return "sure"
    words, other = ({*fold(project_name(row["name"]).name).split()} for row in (new, old))
    # A single common word, such as "missiles", is not evidence.
    named = min(len(words), len(other)) > 1 and (words <= other or other <= words)
    return "maybe" if named or (share >= _LIKELY and (where or (when and launch))) else ""


def _same(pairs: Iterable[tuple[str, str]], likeness: Callable[[str, str], str]) -> Renames:
    """Return the pairs of a new and an old thing that may be the same, and whether certainly.

    A pair is certain only if neither of them resembles a third.
    """
    alike = {pair: how for pair in sorted(pairs) if (how := likeness(*pair))}
    many = Counter(each for pair in alike for each in pair)
    return {
        pair: how == "sure" and all(many[each] == 1 for each in pair)
        for pair, how in alike.items()
    }  # fmt: skip


def _share(now: set[str], before: set[str]) -> float:
    """Return the Jaccard index of two sets; 0 if both are empty."""
    return len(now & before) / len(now | before) if now | before else 0.0


def _grouped(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, set[str]]:
    """Group the second elements of pairs by the first."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found
