"""The lines of a page, and what each may be: a heading, by its name or by its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.labels import Label
from interopwatch.capture.works.mcc.names import known_area, known_project, project_name

if TYPE_CHECKING:
    from interopwatch.capture.model import Block, Vocabulary
    from interopwatch.capture.works.mcc.labels import Labelled

PROJECTS: Final = "High Visibility Projects"
_LONGEST: Final = 200  # of a heading, in characters
_WORDS: Final = 25  # of a heading
_LOGO: Final = re.compile(r"^(?:logo|emblem|badge|image|photo)(?: of)?(?: the)? ", re.IGNORECASE)
SECTION: Final = re.compile(
    r"(?:NATO['’]s )?High Visibility Projects?(?: \(HVPs?\))?", re.IGNORECASE
)
UPDATED: Final = re.compile(r"(?:last )?updated ?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A project in the contents list, and the area that the list has it under."""

    heading: str
    area: str
    line: int


@dataclass(slots=True)
class Lines:
    """The blocks of a page, while it is found out what each is.

    Attributes:
        blocks: The blocks.
        known: What the package knows.
        title: The title of the work.
        marked: Whether the page marks its headings.
        roles: What the blocks are, by their places, as far as that is known.
        labels: The labels of those that have one.
        areas: The areas in the contents list, with the lines they stand on.
        entries: The projects in the contents list.
        strays: The places where a project's passages begin without a heading above them.
        projects: What the projects of the contents list can be found by.
        headed: What its areas can be found by.
    """

    blocks: list[Block]
    known: Vocabulary
    title: str
    marked: bool
    roles: dict[int, Role] = field(default_factory=dict)
    labels: dict[int, Labelled] = field(default_factory=dict)
    areas: list[tuple[str, int]] = field(default_factory=list)
    entries: list[ContentsEntry] = field(default_factory=list)
    strays: set[int] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)
    headed: set[str] = field(default_factory=set)

    def short(self, i: int) -> bool:
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

    def named(self, i: int) -> Role | None:
        """What a line is by its name, if the contents list or the package has that."""
        text = self.blocks[i].text
        keys = project_name(text).spellings
        if keys & self.projects or known_project(project_name(text), self.known.projects):
            return Role.PROJECT
        if keys & self.headed or known_area(text, self.known.areas):
            return Role.AREA
        return Role.SECTION if SECTION.fullmatch(text.strip()) else None

    def candidates(self, zone: range) -> list[int]:
        """The blocks that may be headings."""
        found = []
        for i in zone:
            block = self.blocks[i]
            heading = block.kind is Kind.HEADING and i not in self.labels and i not in self.roles
            # A bullet heads what stands under it only if that is no other bullet.
            last = i + 1 == len(self.blocks) or self.blocks[i + 1].kind is not Kind.ITEM
            plain = not self.marked and (block.kind is Kind.PARAGRAPH or last)
            if heading or (self.short(i) and (plain or self.named(i))):
                found.append(i)
        return found

    def repeats(self, i: int, heading: int) -> bool:
        """Whether a block says again, as a caption does, what a heading says."""
        text = fold(_LOGO.sub("", self.blocks[i].text))
        spellings = project_name(self.blocks[heading].text).spellings
        return bool(spellings & (project_name(text).spellings | {text}))

    def surely(self, i: int) -> bool:
        """Whether a block is beyond doubt a heading."""
        heading = self.blocks[i].kind is Kind.HEADING and i not in self.labels
        return heading or (self.short(i) and self.named(i) is not None)


def groups_of(lines: Lines, start: int) -> list[tuple[int, int]]:
    """The runs of labelled passages of one project each: first block and last.

    A label that comes again, or a heading between two labels, begins another run.
    """
    groups: list[tuple[int, int]] = []
    seen: set[Label] = set()
    for i in sorted(lines.labels):
        if i < start or (groups and i <= groups[-1][1]):
            continue
        label = lines.labels[i].label
        between = range(groups[-1][1] + 1, i) if groups else range(0)
        if not groups or label in seen or any(lines.surely(j) for j in between):
            groups.append((i, i))
            seen = set()
        seen.add(label)
        groups[-1] = (groups[-1][0], _last(lines, i, label))
    return groups


def _last(lines: Lines, at: int, label: Label) -> int:
    """The last block of a labelled passage: a list may stand below its label."""
    last, empty = at, not lines.labels[at].text
    while last + 1 < len(lines.blocks) and last + 1 not in lines.labels:
        block = lines.blocks[last + 1]
        if lines.surely(last + 1):
            break
        item = block.kind is Kind.ITEM
        if label is not Label.PARTICIPANTS:
            if not empty or last > at:
                break
        elif not (empty and item):
            # "A", "B" and "C" on lines of their own, or a list that stands on the next line.
            listed = parties_in(block.text, lines.known)
            if not listed.members or not (empty or item) or listed.unknown:
                break
        last += 1
    return last


def between(lines: Lines, zone: range) -> None:
    """Find the headings between two projects' passages; the last is the next project's."""
    found = lines.candidates(zone)
    if not any(lines.named(i) is Role.PROJECT for i in found):
        found += _unmarked(lines, found, zone)
    ours = [i for i in found if lines.named(i) is Role.PROJECT]
    rest = [i for i in found if lines.named(i) is None]
    heads: list[int] = []
    for i in ours:
        again = next((h for h in heads if lines.repeats(i, h)), None)
        lines.roles[i] = Role.PROJECT if again is None else Role.CAPTION
        heads += [i] if again is None else []
    new = _new(lines, rest, heads, zone)
    if new is not None:
        heads.append(new)
        lines.roles[new] = Role.PROJECT
    for i in found:
        if lines.named(i) in {Role.AREA, Role.SECTION} and i not in lines.roles:
            lines.roles[i] = lines.named(i) or Role.AREA
    _unknown_area(lines, rest, heads, zone)
    for i in zone:
        if i not in lines.roles and any(h < i and lines.repeats(i, h) for h in heads):
            lines.roles[i] = Role.CAPTION
    if not heads or any(lines.roles.get(i) is Role.AREA for i in range(heads[-1], zone.stop)):
        lines.strays.add(zone.stop)


def _unmarked(lines: Lines, found: list[int], zone: range) -> range:
    """Short lines right above a project's passages that a page forgot to mark as headings."""
    run, taken = zone.stop, set(found)
    while run - 1 in zone and lines.short(run - 1) and run - 1 not in taken:
        run -= 1
    unknown = [i for i in found if lines.named(i) is None]
    # Right below a heading they are captions; below the text of an area they are not.
    apart = not unknown or any(not lines.short(i) for i in range(unknown[-1] + 1, run))
    return range(run if apart else zone.stop, zone.stop)


def _new(lines: Lines, rest: list[int], heads: list[int], zone: range) -> int | None:
    """The heading of a project that nothing knows by name, if there is one in a zone."""
    behind = [i for i in rest if not heads or i > heads[-1]]
    behind = [i for i in behind if not any(lines.repeats(i, h) for h in heads)]
    if heads:
        # Right below the name of a project stands a caption, not another project.
        marked = [i for i in behind if lines.blocks[i].kind is Kind.HEADING]
        below = range(heads[-1] + 1, zone.stop)
        prose = (j for j in below if not lines.short(j) and j not in lines.roles)
        first = next(prose, zone.stop)
        apart = [i for i in behind if i > first]
        return next(iter(reversed(marked or apart)), None)
    adjoining: list[int] = []
    at, possible = zone.stop - 1, set(rest)
    while at in zone and (at in possible or lines.blocks[at].kind is Kind.CAPTION):
        adjoining += [at] if at in possible else []
        at -= 1
    adjoining.reverse()
    if len(adjoining) > 1:
        with_acronym = [i for i in adjoining if project_name(lines.blocks[i].text).acronym]
        marked = [i for i in adjoining if lines.blocks[i].kind is Kind.HEADING]
        return (marked[-1:] or with_acronym or adjoining)[0]
    new = next(iter(adjoining or reversed(behind)), None)
    # Of two lines that say the same, the second is a caption.
    return next((i for i in behind if new is not None and lines.repeats(new, i)), new)


def _unknown_area(lines: Lines, rest: list[int], heads: list[int], zone: range) -> None:
    """Take the last unknown heading above the projects for an area, if it looks like one."""
    above = [i for i in rest if i not in heads and heads and i < heads[0]]
    for i in reversed(above):
        block, upcoming = lines.blocks[i], lines.blocks[i + 1]
        if block.kind is Kind.HEADING:
            # As deep as a project, it is one, of which the page says nothing by labels.
            same = block.level >= lines.blocks[heads[0]].level > 0
            lines.roles[i] = Role.PROJECT if same else Role.AREA
        elif not lines.marked and (i + 1 == heads[0] or not lines.short(i + 1)):
            text = upcoming.kind is Kind.PARAGRAPH and i + 1 in zone
            if text and not any(lines.roles.get(j) is Role.AREA for j in range(i, heads[0])):
                lines.roles[i] = Role.AREA
            return


def tail(lines: Lines, zone: range, groups: list[tuple[int, int]]) -> None:
    """Find the headings behind the last project's passages."""
    heads = [i for i, what in lines.roles.items() if what is Role.PROJECT]
    last = max(heads, default=-1)
    for i in lines.candidates(zone):
        what = lines.named(i)
        if what is None and last >= 0 and lines.repeats(i, last):
            what = Role.CAPTION
        followed = i + 1 in zone and not lines.short(i + 1)
        if what is None and (lines.blocks[i].kind is Kind.HEADING or (followed and groups)):
            what = Role.SECTION
        if what is Role.PROJECT and last >= 0 and lines.repeats(i, last):
            what = Role.CAPTION
        if what is not None:
            lines.roles[i] = what
        last = i if what is Role.PROJECT else last
