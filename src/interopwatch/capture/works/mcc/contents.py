"""Parse the contents list of the page: which of its lines are areas, projects, or neither.

Its projects may be marked by bullets or numbers. Without such marks, a line is an entry of the
list if it recurs further down, above the passages of a project or above the text about an area.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Final

from interopwatch.capture.model import Kind
from interopwatch.capture.page.outline import Role

if TYPE_CHECKING:
    from interopwatch.capture.works.mcc.lines import Lines

_FEW: Final = 2  # the minimum number of lines of a list
_GAP: Final = 3  # the maximum number of other lines between two entries
_OFTEN: Final = 6
"""A name occurs in the contents list, as a heading and as a caption, and the page may be pasted
twice; a line that occurs more often belongs to the site."""


class Contents:
    """The contents list of a page, by the indexes of its lines; empty if it has none."""

    def __init__(self, lines: Lines, zone: range) -> None:
        """Find the list in a range of lines that ends before the first labelled passage."""
        self._lines, self._names = lines, lines.names
        self.areas: dict[str, int] = {}  # the index of each
        self.area_of: dict[int, str] = {}  # the area of each project; empty if unclear
        # Lines that are neither, with the projects whose area they may be.
        self.strangers: dict[int, list[int]] = {}
        self.end = zone.start  # the index after the list
        self._at: defaultdict[str, list[int]] = defaultdict(list)
        for i, keys in self._names.items():
            for key in keys:
                self._at[key].append(i)
        inside = [i for i in zone if i in self._names]
        keys = {key for i in inside for key in self._names[i]}
        self._recurring = {key for key in keys if 1 < len(self._at[key]) <= _OFTEN}
        self._opens = self._openings()
        areas = (i for i, role in self._opens.items() if role is Role.AREA)
        self._headed = {lines.area_id(i): i for i in sorted(areas)}  # the last of each id
        # Items directly above a project's passages are its headings.
        heads = takewhile(self._is_item, reversed(zone)) if zone.stop in lines.labels else ()
        self._items = {i for i in inside if self._is_item(i)} - {*heads}
        self._roles = {i: role for i in inside if (role := self._role(i))}
        for run in self._lists(zone):
            self._take(run)

    # The text below a line

    def _openings(self) -> dict[int, Role]:
        """Return the roles of lines by what follows: the passages of a project, or other text."""
        lines, names, found = self._lines, self._names, dict[int, Role]()
        below, behind = 0, list[int]()  # the next label, and the recurring names above it
        for i in reversed(range(len(lines.blocks))):
            if i in lines.labels:
                below, behind = i, []
            elif i in names and below:
                if all(names[j] & names[i] for j in behind):
                    found[i] = Role.PROJECT
                elif i + 1 < below and (lines.marks(i) or i + 1 not in names):
                    found[i] = Role.AREA
                behind += [i] if names[i] & self._recurring else []
        return found

    def _role_below(self, i: int) -> Role | None:
        """Return the role of a heading further down that repeats a line; None without one."""
        again = {j for key in self._names[i] & self._recurring for j in self._at[key] if j > i}
        roles = {*map(self._opens.get, again)}
        return next((role for role in (Role.PROJECT, Role.AREA) if role in roles), None)

    def _recurs(self, i: int, last: int) -> bool:
        """Whether a line recurs after another."""
        return any(self._at[key][-1] > last for key in self._names[i])

    # The list

    def _role(self, i: int) -> Role | None:
        """Return the role of a line in a contents list, by the first sign that applies."""
        known, again = self._lines.known_role(i), self._role_below(i)
        item = self._is_item(i)
        # Items nested under an item.
        levels = [b.level for b in self._lines.blocks[i : i + 2] if b.kind is Kind.ITEM]
        signs = (
            (Role.AREA, known is Role.AREA),
            (Role.AREA, item and levels[-1] > levels[0] > 0),
            (Role.PROJECT, item or known or again is Role.PROJECT),
            (Role.AREA, again or self._headed.get(self._lines.area_id(i), i) > i),
        )
        return next((role for role, sign in signs if sign), None)

    def _is_item(self, i: int) -> bool:
        return self._lines.blocks[i].kind is Kind.ITEM

    def _lists(self, zone: range) -> list[list[int]]:
        """Return runs of entries, with the few short lines between and above them."""
        runs: list[list[int]] = []
        last = zone.start - 1
        for i in self._roles:
            between = range(last + 1, i)
            if runs and len(between) <= _GAP and all(map(self._may_pass, between)):
                runs[-1] += filter(self._names.__contains__, between)
            else:
                above = takewhile(self._names.__contains__, reversed(between[-_GAP:]))
                runs.append([*above][::-1])
            runs[-1].append(i)
            last = i
        return runs

    def _may_pass(self, i: int) -> bool:
        """Whether a block may separate two entries without ending the list."""
        return i in self._names or self._lines.blocks[i].kind is Kind.CAPTION

    def _take(self, lines: list[int]) -> None:
        """Add those of some lines that are (part of) a contents list."""
        first: dict[str, int] = {}
        for i in lines:
            for key in self._names[i]:
                first.setdefault(key, i)
        # A line repeated within the list is a heading below it, unless the list occurs twice.
        once = {i for i in lines if all(first[key] == i for key in self._names[i])}
        twice = len(once) >= _FEW
        lines = [i for i in lines if i in once or (twice and self._recurs(i, lines[-1]))]
        entries = [i for i in lines if i in self._roles]
        while entries and not (
            entries[-1] in self._items or self._recurs(entries[-1], entries[-1])
        ):
            del entries[-1]
        lines = [i for i in lines if entries and i <= entries[-1]]
        named = [
            i for i in entries
            if self._recurs(i, lines[-1]) or (self._is_item(i) and self._lines.known_role(i))
        ]  # fmt: skip
        enough = any(map(self._is_item, named)) or (
            len(named) > 1 and Role.PROJECT in map(self._roles.get, named)
        )
        if len(lines) < _FEW or not enough:
            return
        self.end = lines[-1] + 1
        areas = Role.AREA in map(self._roles.get, lines)
        # A line above the list may be its first area.
        top = entries[0] - (self._roles[entries[0]] is Role.PROJECT)
        area, doubted = "", list[int]()
        for above, i in pairwise((-1, *(i for i in lines if i >= top))):
            below = entries[bisect_right(entries, i - 1)]
            role = self._roles.get(i) or self._stranger(above, i, below, areas=areas)
            if role is Role.PROJECT:
                self.area_of[i] = area
                doubted.append(i)
            elif role is Role.AREA:
                area, doubted = self._lines.blocks[i].text, []
                self.areas[area] = i
            else:
                self.strangers[i] = []
                area, doubted = (area, doubted) if role else ("", self.strangers[i])

    def _stranger(self, above: int, i: int, below: int, *, areas: bool) -> Role | None:
        """Return the role of a line without a sign, by the line above and the entry below it.

        In a list with areas, numbering restarts below each.
        """
        blocks, area_before = self._lines.blocks, self._lines.area_before
        if (
            Role.AREA in {self._roles.get(above), self._roles[below]}
            or (above >= 0 and 0 < blocks[above].number == blocks[below].number - 1)
            or (above >= 0 and "" != area_before(above) == area_before(below))
        ):
            return Role.CAPTION
        return Role.AREA if areas and blocks[i + 1].number == 1 else None
