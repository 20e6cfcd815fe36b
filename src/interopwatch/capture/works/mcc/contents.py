"""The contents list of the page: which of its lines are projects, which areas, and which neither.

Bullets or numbers mark its projects, or nothing does: then a line is an entry of the list if it
comes again further down, above the passages of a project or above the text about an area.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import partial
from itertools import islice, takewhile
from operator import gt
from typing import TYPE_CHECKING, Final

from interopwatch.capture.model import Kind
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.names import area_id, known_area, known_project, project_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from interopwatch.capture.model import Block, Vocabulary

_GAP: Final = 3  # lines that are no entries may stand between two
_OFTEN: Final = 6
"""A name stands in the contents list, as a heading and as a caption, and the page may be pasted
twice; a line that comes more often is of the site."""


class Contents:
    """The contents list, by the places of its lines.

    Attributes:
        areas: The areas in it, with their places.
        projects: The places of the projects in it, by what these can be found by.
        area_of: By the place of a project in it, the area that it has the project under; empty if
            it is not plain which.
        strangers: The lines in it that are neither, each with the places of the projects for which
            it is not plain whether it is their area.
        end: The place behind the list.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        known: Vocabulary,
        labels: Iterable[int],
        short: Iterable[int],
        zone: range,
    ) -> None:
        """Read the contents list of a page, if it has one.

        Args:
            blocks: The blocks of the page.
            known: What the package knows.
            labels: The places of the labelled passages.
            short: The places of lines that are as short as headings, from the title on.
            zone: Where the list may stand; it ends where the first labelled passage begins.
        """
        self._blocks, self._known = blocks, known
        rows = self._known.rows.get("projects", ())
        self._area_before = {row["project"]: row.get("area", "") for row in rows}
        self.areas: dict[str, int] = {}
        self.projects: dict[str, int] = {}
        self.area_of: dict[int, str] = {}
        self.strangers: dict[int, list[int]] = {}
        self.end = zone.start
        self._labels = sorted(labels)
        self._keys = {i: project_name(blocks[i].text).spellings for i in short}
        self._at: defaultdict[str, list[int]] = defaultdict(list)
        for i, keys in self._keys.items():
            for key in keys:
                self._at[key].append(i)
        inside = [i for i in zone if i in self._keys]
        names = {key for i in inside for key in self._keys[i]}
        self._names = {key for key in names if 1 < len(self._at[key]) <= _OFTEN}
        self._places = [i for i, keys in self._keys.items() if keys & self._names]
        self._headed = {self._id(i) for i in self._keys if self._heads_area(i)}
        self._items = {i for i in inside if blocks[i].kind is Kind.ITEM}
        self._again = {i: role for i in inside if (role := self._role_below(i)) is not None}
        for run in self._runs(zone):
            self._take(run)

    # What stands below

    def _id(self, i: int) -> str:
        return area_id(self._blocks[i].text, self._known.areas)

    def _next_label(self, i: int) -> int:
        """The first label behind a place; the end of the page if there is none."""
        at = bisect_right(self._labels, i)
        return self._labels[at] if at < len(self._labels) else len(self._blocks)

    def _is_last_name(self, i: int) -> bool:
        """Whether no other name stands between a line and the label behind it."""
        at = bisect_right(self._places, i)
        behind = takewhile(partial(gt, self._next_label(i)), islice(self._places, at, None))
        return all(self._keys[j] & self._keys[i] for j in behind)

    def _heads_area(self, i: int) -> bool:
        """Whether a line stands above a text, and that above the heading of a project."""
        below = self._next_label(i)
        marked = self._blocks[i].kind is Kind.HEADING
        return (
            i + 1 < below < len(self._blocks)
            and (marked or i + 1 not in self._keys)
            and not self._is_last_name(i)
        )

    def _role_below(self, i: int) -> Role | None:
        """What a line is that comes again further down as a heading; None if none does."""
        keys = self._keys[i] & self._names
        again = sorted({j for key in keys for j in self._at[key] if j > i})
        # Right below a heading, a caption may say the same.
        again = [j for j in again if any(self._parts(k, i) for k in range(i + 1, j))]
        heads = (self._next_label(j) < len(self._blocks) and self._is_last_name(j) for j in again)
        if any(heads):
            return Role.PROJECT
        return Role.AREA if any(map(self._heads_area, again)) else None

    def _parts(self, k: int, i: int) -> bool:
        """Whether a line below a name shows that what comes again below it is no caption of it."""
        if k in self._keys:
            return bool(self._keys[k] & self._names) and not self._keys[k] & self._keys[i]
        return self._blocks[k].kind is not Kind.CAPTION

    # The list

    def _runs(self, zone: range) -> Iterator[list[int]]:
        """Runs of entries, with the few short lines between them and those above them."""
        run: list[int] = []
        for i in [*sorted({*self._items, *self._again}), len(self._blocks)]:
            between = range(run[-1] + 1, i) if run else range(0)
            if run and len(between) <= _GAP and all(map(self._may_pass, between)):
                run += [*between, i]
                continue
            above = run[0] if run else i
            first = above
            while above > max(zone.start, first - _GAP) and above - 1 in self._keys:
                above -= 1
            run = self._entries([*range(above, first), *run], zone)
            if run:
                yield run
            run = [i]

    def _may_pass(self, i: int) -> bool:
        """Whether a block may stand between two entries without ending the list."""
        return i in self._keys or self._blocks[i].kind is Kind.CAPTION

    def _entries(self, run: list[int], zone: range) -> list[int]:
        """What of a run is a contents list; nothing if it is none."""
        # What comes again in a run is a heading there.
        seen, kept = set[str](), list[int]()
        for i in run:
            keys = self._keys.get(i, set())
            kept += [] if keys & seen else [i]
            seen |= keys
        last = zone.stop - 1

        def recurs(i: int, last: int) -> bool:
            return any(self._at[key][-1] > last for key in self._keys[i])

        while kept and not (kept[-1] in self._items or kept[-1] in self._again):
            del kept[-1]
        # Bullets at its end that stand right above a project's passages head them.
        while kept and kept[-1] == last and not recurs(last, last):
            del kept[-1]
            last -= 1
        items = [i for i in kept if i in self._items]
        bare = [self._again[i] for i in kept if i in self._again]
        named = any(self._is_known(i) or recurs(i, kept[-1]) for i in items)
        listed = len(kept) > 1 and (named or (len(bare) > 1 and Role.PROJECT in bare))
        return kept if listed else []

    def _known_project(self, i: int) -> str:
        return known_project(project_name(self._blocks[i].text), self._known.projects)

    def _is_known(self, i: int) -> bool:
        """Whether the package knows a line as the name of a project or an area."""
        return bool(self._known_project(i) or known_area(self._blocks[i].text, self._known.areas))

    def _is_project(self, i: int) -> bool:
        """Whether a line of the list is a project, if it is no area."""
        return i in self._items or i in self._again or bool(self._known_project(i))

    def _is_area(self, i: int) -> bool:
        """Whether a line of the list is beyond doubt an area: it is known, or heads a section."""
        block, below = self._blocks[i], self._blocks[i + 1 : i + 2]
        if known_area(block.text, self._known.areas):
            return True
        if i in self._items:
            # Bullets that stand under a bullet.
            return i + 1 in self._items and below[0].level > block.level > 0
        return self._again.get(i) is Role.AREA or (
            not self._is_project(i) and self._id(i) in self._headed
        )

    def _is_marked(self, i: int, sure: list[int]) -> bool:
        """Whether a line is marked as the areas of the list are, and as no other text is."""
        marks = [
            (self._blocks[at].kind, self._blocks[at].level, self._blocks[at + 1].number == 1)
            for at in (i, *sure)
        ]
        kind, _, begins = marks[0]
        return (kind is Kind.HEADING or begins) and marks[0] in marks[1:]

    def _take(self, run: list[int]) -> None:
        """Take a run as (part of) the contents list."""
        short = [i for i in run if i in self._keys]
        sure = {i for i in short if self._is_area(i)}
        entries = [i for i in short if i in sure or self._is_project(i)]
        area, doubted = "", list[int]()
        for n, i in enumerate(short):
            if i in sure:
                area, doubted = self._area(i)
            elif self._is_project(i):
                self.area_of[i] = area
                self.projects |= dict.fromkeys(self._keys[i], i)
                doubted.append(i)
            elif i < entries[0] and (entries[0] in sure or i + 1 < entries[0]):
                continue  # above the list
            else:
                below = entries[bisect_right(entries, i)]
                goes_on = below in sure or self._goes_on(short[n - 1] if n else -1, below, area)
                if not goes_on and i + 1 == below and self._is_marked(i, [*sure]):
                    area, doubted = self._area(i)
                    continue
                self.strangers[i] = []
                if not goes_on:
                    area, doubted = "", self.strangers[i]
        self.end = max(self.end, run[-1] + 1)

    def _area(self, i: int) -> tuple[str, list[int]]:
        """Take a line as an area, of which no project is doubted."""
        area = self._blocks[i].text
        self.areas[area] = i
        return area, []

    def _goes_on(self, above: int, below: int, area: str) -> bool:
        """Whether it is plain that an area goes on from one line to an entry further down."""
        if not area:
            return False
        number, held = self._blocks[above].number, self._area_before
        return (
            above == self.areas[area]
            or 0 < number == self._blocks[below].number - 1
            or held.get(self._known_project(below)) == area_id(area, self._known.areas)
        )
