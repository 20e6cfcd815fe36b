"""What each line of the page is: of its contents list, a heading, a caption, or text.

A page in HTML marks its headings, though not always all of them. In a text nothing is marked:
a heading is known by its name (in the contents list, in the package) or by what follows it. A
short line before "Purpose:" names a project; a short line before a paragraph, and then projects,
names an area.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.outline import Heading, Role
from interopwatch.capture.works.mcc.contents import Contents
from interopwatch.capture.works.mcc.labels import heads_columns, labelled, parted, sections_of_rows
from interopwatch.capture.works.mcc.names import area_id, known_area, known_project, project_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.capture.model import Block, Document, Vocabulary

_AREA, _PROJECT = 2, 3
_DEPTHS: Final[dict[Role, tuple[int, int]]] = {
    Role.TITLE: (0, 1),
    Role.SECTION: (_PROJECT, 1),
    Role.AREA: (_AREA, 1),
    Role.PROJECT: (_PROJECT, _PROJECT),
}
"""By what a heading is: its level, and that of the highest headings it ends."""
_LONGEST: Final = 200  # of a heading, in characters
_WORDS: Final = 25  # of a heading
_NUMBERED: Final = re.compile(r"\d{1,2}[.)] (?P<text>[^\d\s][^\n]{1,150}(?<![.:;]))")
_LOGO: Final = re.compile(r"^(?:logo|emblem|badge|image|photo)(?: of)?(?: the)? ", re.IGNORECASE)
_SECTION: Final = re.compile(
    r"(?:NATO['’]s )?High Visibility Projects?(?: \(HVPs?\))?", re.IGNORECASE
)


class Lines:
    """The blocks of a page, and what each is.

    Attributes:
        blocks: The blocks, with passages that run together in one of them cut apart.
        known: What the package knows.
        marked: Whether the page marks its headings.
        labels: The labels of the blocks that have one, by their places.
        roles: What the others are, as far as they are no text.
        contents: Its contents list.
        listed: The blocks that go on with a list of participants.
        strays: The places where a project's passages begin without a heading above them.
    """

    def __init__(self, document: Document, known: Vocabulary, title: str) -> None:
        """Find out what each block of a page is; ``title`` is that of the work."""
        self.known, self.marked, self.blocks = known, document.marked, _blocks(document)
        self.labels = {i: said for i, b in enumerate(self.blocks) if (said := labelled(b))}
        self.roles: dict[int, Role] = {}
        self.listed: set[int] = set()
        self.strays: set[int] = set()
        for i, block in enumerate(self.blocks):
            if i not in self.labels and is_date_line(block.text):
                self.roles[i] = Role.DATE
            elif heads_columns(block):
                self.roles[i] = Role.CAPTION
        start, end = self._start(fold(title)), len(self.blocks)
        first = min((i for i in self.labels if i >= start), default=end)
        begin = self._take_contents(range(start, first))
        for first, last in (groups := list(self._groups(begin))):
            self._between(range(begin, first))
            begin = last + 1
        self._tail(range(begin, end), after_group=bool(groups))
        if self.marked:
            for i in filter(self._marks, range(end)):
                self.roles.setdefault(i, Role.SECTION)

    def headings(self) -> dict[int, Heading]:
        """The headings among the lines, by their places: areas, and in them projects."""
        found = {i: Heading(role, *_DEPTHS.get(role, ())) for i, role in self.roles.items()}
        listed = {self._area_id(at) for at in self.contents.areas.values()}
        areas = {i: self._area_id(i) for i in sorted(found) if found[i].role is Role.AREA}
        above = ""
        for i in sorted(found):
            above = areas.get(i, above)
            entries = (self.contents.projects.get(key) for key in self._keys(i))
            at = next((each for each in entries if each is not None), -1)
            area = area_id(self.contents.area_of.get(at, ""), self.known.areas)
            missing = area and area not in areas.values() and above in {"", *listed}
            if found[i].role is Role.PROJECT and missing:
                # The heading of its area is missing: it is not in the one above.
                found[i] = replace(found[i], ends=1)
        return found | {i: Heading(Role.TEXT, ends=_PROJECT) for i in self.strays}

    # What a line may be by itself

    def _keys(self, i: int) -> set[str]:
        """What the text of a block can be found by, if it is a name."""
        return project_name(self.blocks[i].text).spellings

    def _area_id(self, i: int) -> str:
        return area_id(self.blocks[i].text, self.known.areas)

    def _is_short(self, i: int) -> bool:
        """Whether a block is as short as a heading, and ends like one."""
        block = self.blocks[i]
        text = block.text.strip()
        return (
            i not in self.labels
            and i not in self.roles
            and block.kind is not Kind.CAPTION
            and len(text) <= _LONGEST
            and text[-1] not in ".,;:!"
            and (text[0].isupper() or text[0].isdecimal())
            and len(text.split()) <= _WORDS
        )

    def _named(self, i: int) -> Role | None:
        """What a line is by its name, if the contents list or the package has that."""
        text, keys = self.blocks[i].text, self._keys(i)
        listed = keys & self.contents.projects.keys()
        if listed or known_project(project_name(text), self.known.projects):
            return Role.PROJECT
        if keys & self._listed_areas or known_area(text, self.known.areas):
            return Role.AREA
        return Role.SECTION if _SECTION.fullmatch(text.strip()) else None

    def _marks(self, i: int) -> bool:
        """Whether the page marks a block as a heading."""
        return self.blocks[i].kind is Kind.HEADING and i not in self.labels

    def _surely(self, i: int) -> bool:
        """Whether a block is beyond doubt a heading."""
        return self._marks(i) or (self._is_short(i) and self._named(i) is not None)

    def _candidates(self, zone: range) -> dict[int, Role | None]:
        """The blocks that may be headings, with what they are by their names."""
        found: dict[int, Role | None] = {}
        for i in zone:
            # A bullet heads what stands under it only if that is no other bullet.
            last = i + 1 == len(self.blocks) or self.blocks[i + 1].kind is not Kind.ITEM
            plain = not self.marked and (self.blocks[i].kind is Kind.PARAGRAPH or last)
            if self._marks(i) or (self._is_short(i) and (plain or self._named(i))):
                found[i] = self._named(i)
        return found

    def _names(self, headings: Iterable[int]) -> set[str]:
        """What the texts of some headings can be found by."""
        return {key for heading in headings for key in self._keys(heading)}

    def _repeats(self, i: int, names: set[str]) -> bool:
        """Whether a block says again, as a caption does, what a heading of these names says."""
        text = fold(_LOGO.sub("", self.blocks[i].text))
        return not names.isdisjoint(self._keys(i) | {text})

    # The title and the contents list

    def _start(self, title: str) -> int:
        """Find the title; give the place behind it."""
        same = [i for i, block in enumerate(self.blocks) if fold(block.text) == title]
        tops = (i for i, b in enumerate(self.blocks) if b.kind is Kind.HEADING and b.level == 1)
        # A site may have a heading of its own above the page's.
        first = next((i for i in same if self.blocks[i].kind is not Kind.ITEM), next(tops, None))
        self.roles |= dict.fromkeys(same, Role.CAPTION)
        if first is None:
            return 0
        self.roles[first] = Role.TITLE
        return first + 1

    def _take_contents(self, zone: range) -> int:
        """Read the contents list that stands before the first project; give the place behind."""
        opens = next((i for i in zone if _SECTION.fullmatch(self.blocks[i].text.strip())), None)
        if opens is not None:
            self.roles[opens] = Role.SECTION
        short = filter(self._is_short, range(zone.start, len(self.blocks)))
        self.contents = contents = Contents(self.blocks, self.known, self.labels, short, zone)
        self._listed_areas = self._names(contents.areas.values())
        places = [*contents.areas.values(), *contents.area_of]
        self.roles |= dict.fromkeys(places, Role.CONTENTS)
        return max(contents.end, zone.start if opens is None else opens + 1)

    # The sections of projects

    def _groups(self, start: int) -> Iterator[tuple[int, int]]:
        """The runs of labelled passages of one project each: first block and last.

        A label that comes again, or a heading between two labels, begins another run.
        """
        first = last = -1
        seen: set[str] = set()
        for i in sorted(i for i in self.labels if i >= start):
            label = self.labels[i].label
            if i <= last:
                continue
            if first < 0 or label in seen or any(map(self._surely, range(last + 1, i))):
                if first >= 0:
                    yield first, last
                first, seen = i, set()
            seen.add(label)
            last = self._last(i)
        if first >= 0:
            yield first, last

    def _last(self, at: int) -> int:
        """The last block of a labelled passage: a list of participants may go on, a line each."""
        last, below = at, not self.labels[at].text
        while self.labels[at].label == "participants" and last + 1 < len(self.blocks):
            if last + 1 in self.labels or self._surely(last + 1):
                break
            block = self.blocks[last + 1]
            item, found = block.kind is Kind.ITEM, parties_in(block.text, self.known)
            known = bool(found.members) and not found.unknown
            if not ((item and below) or (known and (item or below))):
                break
            last += 1
            self.listed.add(last)
        return last

    def _between(self, zone: range) -> None:
        """Find the headings between two projects' passages; the last is the next project's."""
        found = self._candidates(zone)
        if Role.PROJECT not in found.values():
            # A page may have forgotten to mark the short lines right above a project's passages.
            found |= {i: self._named(i) for i in takewhile(self._is_short, reversed(zone))}
        unknown = [i for i in sorted(found) if found[i] is None]
        heads: list[int] = []
        names: set[str] = set()
        for i in sorted(found):
            if found[i] is Role.PROJECT and not self._repeats(i, names):
                heads.append(i)
                names |= self._keys(i)
            elif found[i] in {Role.AREA, Role.SECTION}:
                self.roles[i] = found[i] or Role.AREA
        heads += self._new(unknown, heads, zone)
        self.roles |= dict.fromkeys(heads, Role.PROJECT)
        self._unknown_area(unknown, heads)
        names, at = set(), {*heads}
        for i in zone:
            if i in at:
                names |= self._keys(i)
            elif i not in self.roles and self._repeats(i, names):
                self.roles[i] = Role.CAPTION
        behind = range(heads[-1], zone.stop) if heads else ()
        if not heads or any(self.roles.get(i) is Role.AREA for i in behind):
            self.strays.add(zone.stop)

    def _new(self, unknown: list[int], heads: list[int], zone: range) -> list[int]:
        """The heading of a project that nothing knows by name, if there is one in a zone."""
        behind = [i for i in unknown if not heads or i > heads[-1]]
        names = self._names(heads)
        behind = [i for i in behind if not self._repeats(i, names)]
        marked = [i for i in behind if self.blocks[i].kind is Kind.HEADING]
        if heads:
            # Right below the name of a project stands a caption, not another project.
            below = range(heads[-1] + 1, zone.stop)
            prose = (i for i in below if i not in self.roles and not self._is_short(i))
            first = next(prose, zone.stop)
            return (marked or [i for i in behind if i > first])[-1:]
        at, last = {*behind}, zone.stop
        while last - 1 in at:
            last -= 1
        run = [i for i in behind if i >= last]
        new = [i for i in marked if i >= last][-1:] or run[:1] or behind[-1:]
        # Of two lines that say the same, the second is a caption.
        names = self._names(new)
        return [i for i in behind if self._repeats(i, names)][:1]

    def _unknown_area(self, unknown: list[int], heads: list[int]) -> None:
        """Take an unknown heading above the projects for an area, if it looks like one."""
        if not heads:
            return
        areas = (i for i, what in self.roles.items() if what is Role.AREA and i < heads[0])
        area = max(areas, default=-1)
        for i in reversed([i for i in unknown if i < heads[0]]):
            block = self.blocks[i]
            # Where another area begins before any project does, this is none.
            may_be = i >= area
            if block.kind is Kind.HEADING:
                # As deep as a project, it is one, of which the page says nothing by labels.
                same = block.level >= self.blocks[heads[0]].level > 0
                if same or may_be:
                    self.roles[i] = Role.PROJECT if same else Role.AREA
            else:
                if may_be and self.blocks[i + 1].kind is Kind.PARAGRAPH:
                    self.roles[i] = Role.AREA
                return

    def _tail(self, zone: range, *, after_group: bool) -> None:
        """Find the headings behind the last project's passages."""
        head = max((i for i, what in self.roles.items() if what is Role.PROJECT), default=-1)
        for i, named in self._candidates(zone).items():
            what = named
            prose = after_group and i + 1 in zone and not self._is_short(i + 1)
            if head >= 0 and self._repeats(i, self._keys(head)):
                what = Role.CAPTION
            elif what is None and (prose or self.blocks[i].kind is Kind.HEADING):
                what = Role.SECTION
            if what is not None:
                self.roles[i] = what
            head = max(head, i) if what is Role.PROJECT else head


def _blocks(document: Document) -> list[Block]:
    """The blocks, with passages that run together in one of them cut apart."""
    return [
        _typed(replace(block, text=text))
        for block in sections_of_rows(document.blocks)
        for text in (parted(block.text) if block.kind is Kind.PARAGRAPH else [block.text])
        if text.strip()
    ]


def _typed(block: Block) -> Block:
    """A block without the number typed in front of it; a short line with one is an item."""
    known = block.kind in {Kind.PARAGRAPH, Kind.HEADING}
    match = _NUMBERED.fullmatch(block.text) if known else None
    if match is None:
        return block
    if block.kind is Kind.HEADING:
        return replace(block, text=match["text"])
    return replace(block, kind=Kind.ITEM, text=match["text"], level=1, numbered=True)
