"""The outline of a page: its contents list, its headings, and the path of headings to each block.

A page in HTML marks its headings, though not always all of them. In a text nothing is marked:
a heading is known by its name (in the contents list, in the package) or by what follows it. A
short line before "Purpose:" names a project; a short line before a paragraph, and then projects,
names an area.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english import fold
from interopwatch.capture.labels import Label, labelled, parted
from interopwatch.capture.model import Kind
from interopwatch.capture.names import known_area, known_project, named
from interopwatch.capture.parties import parties_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.labels import Labelled
    from interopwatch.capture.model import Block, Document, Known

PROJECTS: Final = "High Visibility Projects"
_LONGEST: Final = 200  # of a heading, in characters
_WORDS: Final = 25  # of a heading
_LOGO: Final = re.compile(r"^(?:logo|emblem|badge|image|photo)(?: of)?(?: the)? ", re.IGNORECASE)
_SECTION: Final = re.compile(
    r"(?:NATO['’]s )?High Visibility Projects?(?: \(HVPs?\))?", re.IGNORECASE
)
UPDATED: Final = re.compile(r"(?:last )?updated ?:", re.IGNORECASE)


class What(StrEnum):
    """What a block is in the outline."""

    TITLE = "title"
    UPDATED = "updated"
    AREA = "area"
    PROJECT = "project"
    SECTION = "section"
    CONTENTS = "contents"
    CAPTION = "caption"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Entry:
    """A project in the contents list, and the area that the list has it under."""

    heading: str
    area: str
    line: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place.

    Attributes:
        block: The block.
        what: What it is.
        path: The headings above it, its own included if it is one.
        part: The number of the heading under which it stands, from 0; -1 before the first.
        label: Of a text, its label taken apart.
    """

    block: Block
    what: What
    path: tuple[str, ...]
    part: int
    label: Labelled | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A page, outlined.

    Attributes:
        placed: Every block, in order.
        areas: The areas in the contents list, in order, with the lines they stand on.
        entries: The projects in the contents list, in order.
        strays: Lines on which a project's passages begin without a heading above them.
    """

    placed: tuple[Placed, ...]
    areas: tuple[tuple[str, int], ...] = ()
    entries: tuple[Entry, ...] = ()
    strays: tuple[int, ...] = ()


def outline(document: Document, known: Known, title: str) -> Outline:
    """Outline a page.

    Args:
        document: The page.
        known: What the package knows.
        title: The title of the work, where the page's own is not found.
    """
    return _Outliner(_blocks(document), known, title, marked=document.marked).outline()


def _blocks(document: Document) -> list[Block]:
    """The blocks, with passages that run together in one of them cut apart."""
    return [
        replace(block, text=text)
        for block in document.blocks
        for text in (parted(block.text) if block.kind is Kind.PARAGRAPH else [block.text])
        if text.strip()
    ]


@dataclass(slots=True)
class _Outliner:
    blocks: list[Block]
    known: Known
    title: str
    marked: bool
    what: dict[int, What] = field(default_factory=dict)
    labels: dict[int, Labelled] = field(default_factory=dict)
    areas: list[tuple[str, int]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    strays: set[int] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)  # in the contents list, by their keys
    headed: set[str] = field(default_factory=set)  # areas in the contents list, by their keys

    def outline(self) -> Outline:
        self.labels = {i: said for i, b in enumerate(self.blocks) if (said := labelled(b))}
        for i, block in enumerate(self.blocks):
            if UPDATED.match(block.text):
                self.what[i] = What.UPDATED
        start = self._start()
        behind = self._contents(range(start, min(self.labels, default=len(self.blocks))))
        groups = self._groups(behind)
        for begin, end in zip([behind, *(last + 1 for _, last in groups)], groups, strict=False):
            self._between(range(begin, end[0]))
        self._tail(range(groups[-1][1] + 1 if groups else behind, len(self.blocks)), groups)
        if self.marked:
            for i, block in enumerate(self.blocks):
                if block.kind is Kind.HEADING and i not in self.labels:
                    self.what.setdefault(i, What.SECTION)
        return Outline(
            tuple(self._placed()),
            tuple(self.areas),
            tuple(self.entries),
            tuple(sorted(self.strays)),
        )

    def _start(self) -> int:
        """Find the title; give the place behind it."""
        wanted = fold(self.title)
        for i, block in enumerate(self.blocks):
            first = block.kind is Kind.HEADING and block.level == 1
            if first or (fold(block.text) == wanted and block.kind is not Kind.ITEM):
                self.what[i] = What.TITLE
                return i + 1
        return 0

    # What a line may be

    def _short(self, i: int) -> bool:
        """Whether a block is as short as a heading, and ends like one."""
        block = self.blocks[i]
        text = block.text.strip()
        return (
            i not in self.labels
            and i not in self.what
            and block.kind is not Kind.CAPTION
            and len(text) <= _LONGEST
            and text[-1] not in ".,;:!"
            and (text[0].isupper() or text[0].isdigit())
            and len(text.split()) <= _WORDS
        )

    def _named(self, i: int) -> What | None:
        """What a line is by its name, if the contents list or the package has that."""
        text = self.blocks[i].text
        keys = named(text).spellings
        if keys & self.projects or known_project(named(text), self.known.projects):
            return What.PROJECT
        if keys & self.headed or known_area(text, self.known.areas):
            return What.AREA
        return What.SECTION if _SECTION.fullmatch(text.strip()) else None

    def _candidates(self, zone: range) -> list[int]:
        """The blocks that may be headings."""
        found = []
        for i in zone:
            block = self.blocks[i]
            heading = block.kind is Kind.HEADING and i not in self.labels and i not in self.what
            # A bullet heads what stands under it only if that is no other bullet.
            last = i + 1 == len(self.blocks) or self.blocks[i + 1].kind is not Kind.ITEM
            plain = not self.marked and (block.kind is Kind.PARAGRAPH or last)
            if heading or (self._short(i) and (plain or self._named(i))):
                found.append(i)
        return found

    def _repeats(self, i: int, heading: int) -> bool:
        """Whether a block says again, as a caption does, what a heading says."""
        text = fold(_LOGO.sub("", self.blocks[i].text))
        return bool(
            named(text).spellings & {k for k in named(self.blocks[heading].text).spellings}
        ) or (text in named(self.blocks[heading].text).spellings)

    # The contents list

    def _contents(self, zone: range) -> int:
        """Read the contents list that stands before the first project; give the place behind."""
        opens = next((i for i in zone if _SECTION.fullmatch(self.blocks[i].text.strip())), None)
        behind = zone.start
        if opens is not None:
            self.what[opens] = What.SECTION
            behind = opens + 1
        later = self._later(zone)
        for run in self._runs(zone):
            run = self._cut(run, zone.stop, later)  # noqa: PLW2901 - what is left of it
            items = [i for i in run if self.blocks[i].kind is Kind.ITEM]
            seen = sum(bool(self._named(i)) or self._recurs(i, run[-1], later) for i in items)
            if len(run) > 1 and seen and (2 * seen >= len(items) or run[0] > (opens or zone.stop)):
                self._take(run)
                behind = max(behind, run[-1] + 1)
        return behind

    def _runs(self, zone: range) -> Iterator[list[int]]:
        """Runs of short items, each with the short lines between them that head them."""
        run: list[int] = []
        for i in zone:
            item = self.blocks[i].kind is Kind.ITEM and self._short(i)
            heads = i + 1 in zone and self.blocks[i + 1].kind is Kind.ITEM and self._short(i + 1)
            if item or (heads and self._short(i)):
                run.append(i)
            elif run:
                yield run
                run = []
        if run:
            yield run

    def _later(self, zone: range) -> dict[str, int]:
        """By key, the last place of each short line that may be a heading."""
        return {
            key: i
            for i in range(zone.start, len(self.blocks))
            if self._short(i)
            for key in named(self.blocks[i].text).spellings
        }

    def _recurs(self, i: int, behind: int, later: dict[str, int]) -> bool:
        return any(later.get(key, 0) > behind for key in named(self.blocks[i].text).spellings)

    def _cut(self, run: list[int], stop: int, later: dict[str, int]) -> list[int]:
        """A run without the bullets at its end that are headings and not contents."""
        seen: set[str] = set()
        for place, i in enumerate(run):
            keys = named(self.blocks[i].text).spellings
            if keys & seen:
                return run[:place]
            seen |= keys
        while run and run[-1] == stop - 1 and not self._recurs(run[-1], run[-1], later):
            run, stop = run[:-1], stop - 1
        return run

    def _take(self, run: list[int]) -> None:
        """Take a run as (part of) the contents list."""
        items = [i for i in run if self.blocks[i].kind is Kind.ITEM]
        flat = len(items) == len(run) and len({self.blocks[i].level for i in items}) == 1
        areas = [i for i in items if self._named(i) is What.AREA]
        only_areas = flat and 2 * len(areas) > len(items)
        area = ""
        for i in run:
            block = self.blocks[i]
            deeper = i + 1 in run and self.blocks[i + 1].level > block.level > 0
            self.what[i] = What.CONTENTS
            if i not in items or deeper or i in areas or only_areas:
                area = block.text
                self.areas.append((area, block.line))
                self.headed |= named(area).spellings
            else:
                self.entries.append(Entry(block.text, area, block.line))
                self.projects |= named(block.text).spellings

    # The projects

    def _groups(self, start: int) -> list[tuple[int, int]]:
        """The runs of labelled passages of one project each: first block and last.

        A label that comes again, or a heading between two labels, begins another run.
        """
        groups: list[tuple[int, int]] = []
        seen: set[Label] = set()
        for i in sorted(self.labels):
            if i < start or (groups and i <= groups[-1][1]):
                continue
            label = self.labels[i].label
            between = range(groups[-1][1] + 1, i) if groups else range(0)
            if not groups or label in seen or any(self._surely(j) for j in between):
                groups.append((i, i))
                seen = set()
            seen.add(label)
            groups[-1] = (groups[-1][0], self._last(i, label))
        return groups

    def _surely(self, i: int) -> bool:
        """Whether a block is beyond doubt a heading."""
        heading = self.blocks[i].kind is Kind.HEADING and i not in self.labels
        return heading or (self._short(i) and self._named(i) is not None)

    def _last(self, at: int, label: Label) -> int:
        """The last block of a labelled passage: a list may stand below its label."""
        last, empty = at, not self.labels[at].text
        while last + 1 < len(self.blocks) and last + 1 not in self.labels:
            block = self.blocks[last + 1]
            if self._surely(last + 1):
                break
            item = block.kind is Kind.ITEM
            if label is not Label.PARTICIPANTS:
                if not empty or last > at:
                    break
            elif not (empty and item):
                # "A", "B" and "C" on lines of their own, or a list that stands on the next line.
                listed = parties_in(block.text, self.known)
                if not listed.members or not (empty or item) or listed.unknown:
                    break
            last += 1
        return last

    def _between(self, zone: range) -> None:
        """Find the headings between two projects' passages; the last is the next project's."""
        found = self._candidates(zone)
        if not any(self._named(i) in {None, What.PROJECT} for i in found):
            # Marks may be missing where the name of a project is new.
            run, taken = zone.stop, set(found)
            while run - 1 in zone and self._short(run - 1) and run - 1 not in taken:
                run -= 1
            found += range(run, zone.stop)
        ours = [i for i in found if self._named(i) is What.PROJECT]
        rest = [i for i in found if self._named(i) is None]
        heads: list[int] = []
        for i in ours:
            again = next((h for h in heads if self._repeats(i, h)), None)
            self.what[i] = What.PROJECT if again is None else What.CAPTION
            heads += [i] if again is None else []
        new = self._new(rest, heads, zone)
        if new is not None:
            heads.append(new)
            self.what[new] = What.PROJECT
        for i in found:
            if self._named(i) in {What.AREA, What.SECTION} and i not in self.what:
                self.what[i] = self._named(i) or What.AREA
        self._unknown_area(rest, heads, zone)
        for i in zone:
            if i not in self.what and any(h < i and self._repeats(i, h) for h in heads):
                self.what[i] = What.CAPTION
        if not heads or any(self.what.get(i) is What.AREA for i in range(heads[-1], zone.stop)):
            self.strays.add(zone.stop)

    def _new(self, rest: list[int], heads: list[int], zone: range) -> int | None:
        """The heading of a project that nothing knows by name, if there is one in a zone."""
        behind = [i for i in rest if not heads or i > heads[-1]]
        behind = [i for i in behind if not any(self._repeats(i, h) for h in heads)]
        if heads:
            # Right below the name of a project stands a caption, not another project.
            marked = [i for i in behind if self.blocks[i].kind is Kind.HEADING]
            prose = (j for j in range(heads[-1] + 1, zone.stop) if not self._short(j))
            first = next(prose, zone.stop)
            apart = [i for i in behind if i > first]
            return next(iter(reversed(marked or apart)), None)
        adjoining: list[int] = []
        at, possible = zone.stop - 1, set(rest)
        while at in zone and (at in possible or self.blocks[at].kind is Kind.CAPTION):
            adjoining += [at] if at in possible else []
            at -= 1
        adjoining.reverse()
        if len(adjoining) > 1:
            with_acronym = [i for i in adjoining if named(self.blocks[i].text).acronym]
            marked = [i for i in adjoining if self.blocks[i].kind is Kind.HEADING]
            return (marked[-1:] or with_acronym or adjoining)[0]
        return next(iter(adjoining or reversed(behind)), None)

    def _unknown_area(self, rest: list[int], heads: list[int], zone: range) -> None:
        """Take the last unknown heading above the projects for an area, if it looks like one."""
        above = [i for i in rest if i not in heads and heads and i < heads[0]]
        for i in reversed(above):
            block, upcoming = self.blocks[i], self.blocks[i + 1]
            if block.kind is Kind.HEADING:
                # As deep as a project, it is one, of which the page says nothing by labels.
                same = block.level >= self.blocks[heads[0]].level > 0
                self.what[i] = What.PROJECT if same else What.AREA
            elif not self.marked and (i + 1 == heads[0] or not self._short(i + 1)):
                text = upcoming.kind is Kind.PARAGRAPH and i + 1 in zone
                if text and not any(self.what.get(j) is What.AREA for j in range(i, heads[0])):
                    self.what[i] = What.AREA
                return

    def _tail(self, zone: range, groups: list[tuple[int, int]]) -> None:
        """Find the headings behind the last project's passages."""
        heads = [i for i, what in self.what.items() if what is What.PROJECT]
        last = max(heads, default=-1)
        for i in self._candidates(zone):
            what = self._named(i)
            if what is None and last >= 0 and self._repeats(i, last):
                what = What.CAPTION
            followed = i + 1 in zone and not self._short(i + 1)
            if what is None and (self.blocks[i].kind is Kind.HEADING or (followed and groups)):
                what = What.SECTION
            if what is What.PROJECT and last >= 0 and self._repeats(i, last):
                what = What.CAPTION
            if what is not None:
                self.what[i] = what
            last = i if what is What.PROJECT else last

    # The paths

    def _placed(self) -> Iterator[Placed]:
        area = project = section = ""
        part = -1
        by_entry = {key: e.area for e in self.entries for key in named(e.heading).spellings}
        in_text = {fold(self.blocks[i].text) for i, what in self.what.items() if what is What.AREA}
        for i, block in enumerate(self.blocks):
            what = self.what.get(i, What.TEXT)
            if i in self.strays:
                project, part = "", part + 1
            if what in {What.AREA, What.PROJECT, What.SECTION}:
                part += 1
            if what is What.SECTION:
                area, project, section = "", "", block.text
            elif what is What.AREA:
                area, project, section = block.text, "", ""
            elif what is What.PROJECT:
                project, section = block.text, ""
                listed = next((by_entry[k] for k in named(project).spellings if k in by_entry), "")
                if listed and fold(listed) not in in_text:
                    area = ""  # The heading of its area is missing: it is not in the one above.
            path = tuple(each for each in (section, area, project) if each)
            yield Placed(block, what, path, part, self.labels.get(i))
