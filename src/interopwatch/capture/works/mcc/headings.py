"""Find the headings of the page: those of areas, of their projects, and all others.

A page in HTML marks its headings, though not always all of them. Plain text marks none: a heading
is recognised by its name (in the contents list, in the package) or by what follows it. A short
line before "Purpose:" names a project; a short line before a paragraph, and then projects, names
an area.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import goes_on
from interopwatch.capture.english.phrases import ENGLISH
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.outline import Heading, Role
from interopwatch.capture.works.mcc.contents import Contents
from interopwatch.capture.works.mcc.lines import Lines
from interopwatch.capture.works.mcc.names import PHRASES, area_id

if TYPE_CHECKING:
    from interopwatch.capture.model import Document, Vocabulary

_AREA, _PROJECT = 2, 3
_DEPTHS: Final[dict[Role, tuple[int, int]]] = {
    Role.TITLE: (0, 1),
    Role.SECTION: (_PROJECT, 1),
    Role.AREA: (_AREA, 1),
    Role.PROJECT: (_PROJECT, _PROJECT),
}
"""By role of a heading: its level, and the level of the highest headings that it ends."""
_LOGO: Final = PHRASES.phrase("logo")
_SECTION: Final = PHRASES.phrase("section")
_OPEN: Final = re.compile(r"(?:[,;:|&]|\band|\bpartners?)$", re.IGNORECASE)
"""The end of a block whose list continues in the next one."""


class Headings(Lines):
    """The blocks of a page, and the roles of its headings."""

    def __init__(self, document: Document, known: Vocabulary, title: str) -> None:
        """Find the headings of a page; ``title`` is that of the work."""
        super().__init__(document, known, title)
        self.listed: set[int] = set()  # blocks that continue a list of participants
        self.unsure: set[int] = set()  # blocks below such a list that may name another one
        self.strays: set[int] = set()  # where passages of a project begin without a heading
        end = len(self.blocks)
        zone = range(self.start, min((i for i in self.labels if i >= self.start), default=end))
        opens = next((i for i in zone if _SECTION.fullmatch(self.blocks[i].text.strip())), None)
        if opens is not None:
            self.roles[opens] = Role.SECTION
            self.names.pop(opens, None)
        self.contents = Contents(self, zone)
        entries = dict.fromkeys(self.contents.areas.values(), Role.AREA)
        entries |= dict.fromkeys(self.contents.area_of, Role.PROJECT)
        self._listed = {key: role for i, role in entries.items() for key in self.names[i]}
        self.roles |= dict.fromkeys(entries, Role.CONTENTS)
        begin = at = max(self.contents.end, zone.start if opens is None else opens + 1)
        self._above: set[str] = set()  # the names of the projects so far
        for group in (*self._groups(begin), range(end, end)):
            self._between(range(at, group.start))
            at = group.stop
        self._find_captions(range(begin, end))
        for i in filter(self.marks, range(end)):
            self.roles.setdefault(i, Role.SECTION)

    def headings(self) -> dict[int, Heading]:
        """Return the headings among the lines, by index: areas, projects in them, and others."""
        found = {i: Heading(role, *_DEPTHS.get(role, ())) for i, role in self.roles.items()}
        areas = {area: area_id(area, self.known.areas) for area in ("", *self.contents.areas)}
        headed = {self.area_id(i) for i in found if found[i].role is Role.AREA}
        area_of = {
            key: areas[area] for i, area in self.contents.area_of.items() for key in self.names[i]
        }
        above = ""
        for i in sorted(found):
            if found[i].role is Role.AREA:
                above = self.area_id(i)
            elif found[i].role is Role.PROJECT and above in areas.values():
                area = next((area_of[key] for key in self.names[i] if key in area_of), "")
                if area not in {"", *headed}:
                    # The heading of its area is missing: it is not in the area above.
                    found[i] = replace(found[i], ends=1)
        return found | {i: Heading(Role.TEXT, ends=_PROJECT) for i in self.strays}

    # Lines recognised by name

    def _named(self, i: int) -> Role | None:
        """Return the role of a line by its name, if the contents list or the package has it."""
        listed = {self._listed[key] for key in self.names[i] & self._listed.keys()}
        for role in (Role.PROJECT, Role.AREA):
            if role in {*listed, self.known_role(i)}:
                return role
        return Role.SECTION if _SECTION.fullmatch(self.blocks[i].text.strip()) else None

    def _is_sure(self, i: int) -> bool:
        """Whether a block is certainly a heading."""
        return i in self.names and (self.marks(i) or self._named(i) is not None)

    def _candidates(self, zone: range) -> dict[int, Role | None]:
        """Return the lines that may be headings, with their roles by name."""
        found: dict[int, Role | None] = {}
        for i in filter(self.names.__contains__, zone):
            role = self._named(i)
            if role or self.marks(i) or not self.marked:
                found[i] = role
        return found

    def _repeats(self, i: int, names: set[str]) -> bool:
        """Whether a block repeats a heading of these names, as a caption does."""
        text = self.blocks[i].text
        own = self.names.get(i) or {fold(text)}
        return not names.isdisjoint(own | {fold(_LOGO.sub("", text))})

    # The sections of projects

    def _groups(self, start: int) -> list[range]:
        """Return the runs of labelled passages, one for each project.

        A repeated label, or a heading between two labels, begins a new run. A list of
        participants may continue below its label, one per line.
        """
        groups: list[range] = []
        seen: set[str] = set()
        headed, end = True, start
        for i in range(start, len(self.blocks)):
            labelled = self.labels.get(i)
            if labelled:
                if headed or labelled.label in seen:
                    groups.append(range(i, i))
                    seen, headed = set(), False
                seen.add(labelled.label)
                end = self._list(i) if labelled.label == "participants" else i + 1
                groups[-1] = range(groups[-1].start, end)
            elif self._is_sure(i):
                headed = True
        return groups

    def _list(self, label: int) -> int:
        """Find the blocks that continue a list of participants; return the index after them.

        Items below a bare label do, and names as long as the list has not ended. A line between
        two names counts as one, too; one that may be a name after the last is unsure.
        """
        text = self.labels[label].text
        below, end = not text, label + 1
        lines, unsure = not re.search(r",| and ", text), list[int]()
        for i in range(end, len(self.blocks)):
            block = self.blocks[i]
            if i in self.labels or self._is_sure(i):
                break
            if block.kind is Kind.CAPTION:
                continue
            item, how = block.kind is Kind.ITEM, goes_on(block.text, self.known)
            introduced = ENGLISH.pattern("introduction").match(block.text)
            surely = how == "surely" and (item or lines or introduced)
            if surely or (item and below) or _OPEN.search(text):
                self.listed.update(unsure, (i,))
                text, lines, unsure, end = block.text, True, [], i + 1
            elif lines and how:
                text, unsure = "", [*unsure, i]
            else:
                break
        self.unsure.update(unsure)
        return end

    def _between(self, zone: range) -> None:
        """Find the headings between the passages of two projects; the last heads the second."""
        found = self._candidates(zone)
        follows = zone.stop in self.labels
        if follows and Role.PROJECT not in found.values():
            # The page may lack markup for the short lines directly above a project's passages.
            above = takewhile(self.names.__contains__, reversed(zone))
            found |= {i: self._named(i) for i in above}
        heads: list[int] = []
        names = set() if follows else set(self._above)
        for i in sorted(found):
            if found[i] is Role.PROJECT and not self._repeats(i, names):
                heads.append(i)
                names |= self.names[i]
            elif found[i] in {Role.AREA, Role.SECTION}:
                self.roles[i] = found[i] or Role.AREA
        unknown = [i for i in sorted(found) if not (found[i] or self._repeats(i, names))]
        if follows:
            heads += self._new(unknown, heads, zone)
            self._find_areas(unknown, heads)
            if not heads or Role.AREA in map(self.roles.get, range(heads[-1], zone.stop)):
                self.strays.add(zone.stop)
        elif self.labels:
            prose = (i for i in unknown if i + 1 in zone and i + 1 not in self.names)
            self.roles |= dict.fromkeys(prose, Role.SECTION)
        self.roles |= dict.fromkeys(heads, Role.PROJECT)
        self._above |= {key for i in heads for key in self.names[i]}

    def _new(self, unknown: list[int], heads: list[int], zone: range) -> list[int]:
        """Return the heading of a project with an unknown name in a range of lines, if any."""
        if heads:
            # Directly below the name of a project is a caption, not another project.
            below = range(heads[-1] + 1, zone.stop)
            text = next((i for i in below if i not in self.names), zone.stop)
            unknown = [i for i in unknown if i > (heads[-1] if self.marks(i) else text)]
        run = [*takewhile({*unknown}.__contains__, reversed(zone))]
        return [*filter(self.marks, run)][:1] or run[-1:] or unknown[-1:]

    def _find_areas(self, unknown: list[int], heads: list[int]) -> None:
        """Classify an unknown heading above a project as its area, if it looks like one."""
        above = [i for i in unknown if heads and i < heads[0]]
        # At the level of a project it is one too, without labelled passages.
        level = self.blocks[heads[0]].level if heads else 0
        same = {i for i in above if self.marks(i) and self.blocks[i].level >= level > 0}
        self.roles |= dict.fromkeys(same, Role.PROJECT)
        for i in [i for i in above if i not in same][-1:]:
            text = self.marks(i) or self.blocks[i + 1].kind is Kind.PARAGRAPH
            # If another area begins before any project does, this is not an area.
            if text and Role.AREA not in map(self.roles.get, range(i, heads[0])):
                self.roles[i] = Role.AREA

    def _find_captions(self, zone: range) -> None:
        """Find the captions that repeat a project's name below its heading."""
        names: set[str] = set()
        for i in zone:
            if self.roles.get(i) is Role.PROJECT:
                names |= self.names[i]
            elif not (i in self.labels or i in self.roles) and self._repeats(i, names):
                self.roles[i] = Role.CAPTION
