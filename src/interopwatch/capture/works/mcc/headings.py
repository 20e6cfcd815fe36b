"""The lines of a page, and what each may be: a heading, by its name or by its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
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


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A project in the contents list, the area that the list has it under, and its place."""

    heading: str
    area: str
    at: int


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
        areas: The areas in the contents list, with their places.
        listed: The blocks that go on with a list of participants.
        strays: The places where a project's passages begin without a heading above them.
        projects: The projects in the contents list by what they can be found by.
        headed: What its areas can be found by.
    """

    blocks: list[Block]
    known: Vocabulary
    title: str
    marked: bool
    roles: dict[int, Role] = field(default_factory=dict)
    labels: dict[int, Labelled] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    strays: set[int] = field(default_factory=set)
    projects: dict[str, ContentsEntry] = field(default_factory=dict)
    headed: set[str] = field(default_factory=set)

    @property
    def entries(self) -> tuple[ContentsEntry, ...]:
        """The projects in the contents list."""
        return tuple(dict.fromkeys(self.projects.values()))

    def keys(self, i: int) -> set[str]:
        """What the text of a block can be found by, if it is a name."""
        return project_name(self.blocks[i].text).spellings

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
        keys = self.keys(i)
        if keys & self.projects.keys() or known_project(project_name(text), self.known.projects):
            return Role.PROJECT
        if keys & self.headed or known_area(text, self.known.areas):
            return Role.AREA
        return Role.SECTION if SECTION.fullmatch(text.strip()) else None

    def candidates(self, zone: range) -> list[int]:
        """The blocks that may be headings."""
        found = []
        for i in zone:
            block = self.blocks[i]
            # A bullet heads what stands under it only if that is no other bullet.
            last = i + 1 == len(self.blocks) or self.blocks[i + 1].kind is not Kind.ITEM
            plain = not self.marked and (block.kind is Kind.PARAGRAPH or last)
            if self.marks(i) or (self.short(i) and (plain or self.named(i))):
                found.append(i)
        return found

    def repeats(self, i: int, heading: int) -> bool:
        """Whether a block says again, as a caption does, what a heading says."""
        text = fold(_LOGO.sub("", self.blocks[i].text))
        return bool(self.keys(heading) & (project_name(text).spellings | {text}))

    def marks(self, i: int) -> bool:
        """Whether the page marks a block as a heading."""
        return self.blocks[i].kind is Kind.HEADING and i not in self.labels

    def surely(self, i: int) -> bool:
        """Whether a block is beyond doubt a heading."""
        return self.marks(i) or (self.short(i) and self.named(i) is not None)


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
    """The last block of a labelled passage: a list of participants may go on, a line each."""
    last, below = at, not lines.labels[at].text
    while label is Label.PARTICIPANTS and last + 1 < len(lines.blocks):
        if last + 1 in lines.labels or lines.surely(last + 1):
            break
        block = lines.blocks[last + 1]
        item, found = block.kind is Kind.ITEM, parties_in(block.text, lines.known)
        known = bool(found.members) and not found.unknown
        if not ((item and below) or (known and (item or below))):
            break
        last += 1
        lines.listed.add(last)
    return last


def between(lines: Lines, zone: range) -> None:
    """Find the headings between two projects' passages; the last is the next project's."""
    found = {i: lines.named(i) for i in lines.candidates(zone)}
    if Role.PROJECT not in found.values():
        # A page may have forgotten to mark the short lines right above a project's passages.
        found |= {i: lines.named(i) for i in takewhile(lines.short, reversed(zone))}
    unknown = [i for i in sorted(found) if found[i] is None]
    heads: list[int] = []
    for i in sorted(found):
        if found[i] is Role.PROJECT and not any(lines.repeats(i, h) for h in heads):
            heads.append(i)
        elif found[i] in {Role.AREA, Role.SECTION}:
            lines.roles[i] = found[i] or Role.AREA
    heads += _new(lines, unknown, heads, zone)
    lines.roles |= dict.fromkeys(heads, Role.PROJECT)
    _unknown_area(lines, unknown, heads)
    for i in zone:
        if i not in lines.roles and any(h < i and lines.repeats(i, h) for h in heads):
            lines.roles[i] = Role.CAPTION
    if not heads or any(lines.roles.get(i) is Role.AREA for i in range(heads[-1], zone.stop)):
        lines.strays.add(zone.stop)


def _new(lines: Lines, unknown: list[int], heads: list[int], zone: range) -> list[int]:
    """The heading of a project that nothing knows by name, if there is one in a zone."""
    behind = [i for i in unknown if not heads or i > heads[-1]]
    behind = [i for i in behind if not any(lines.repeats(i, h) for h in heads)]
    marked = [i for i in behind if lines.blocks[i].kind is Kind.HEADING]
    if heads:
        # Right below the name of a project stands a caption, not another project.
        below = range(heads[-1] + 1, zone.stop)
        prose = (i for i in below if i not in lines.roles and not lines.short(i))
        first = next(prose, zone.stop)
        return (marked or [i for i in behind if i > first])[-1:]
    run = [i for i in behind if all(j in behind for j in range(i, zone.stop))]
    new = [i for i in marked if i in run][-1:] or run[:1] or behind[-1:]
    # Of two lines that say the same, the second is a caption.
    return [i for i in behind if lines.repeats(new[0], i)][:1]


def _unknown_area(lines: Lines, unknown: list[int], heads: list[int]) -> None:
    """Take an unknown heading above the projects for an area, if it looks like one."""
    for i in reversed([i for i in unknown if heads and i < heads[0]]):
        block = lines.blocks[i]
        if block.kind is Kind.HEADING:
            # As deep as a project, it is one, of which the page says nothing by labels.
            same = block.level >= lines.blocks[heads[0]].level > 0
            lines.roles[i] = Role.PROJECT if same else Role.AREA
        else:
            if lines.blocks[i + 1].kind is Kind.PARAGRAPH:
                lines.roles[i] = Role.AREA
            return


def tail(lines: Lines, zone: range, groups: list[tuple[int, int]]) -> None:
    """Find the headings behind the last project's passages."""
    heads = [i for i, what in lines.roles.items() if what is Role.PROJECT]
    for i in lines.candidates(zone):
        what = lines.named(i)
        prose = groups and i + 1 in zone and not lines.short(i + 1)
        if heads and lines.repeats(i, max(heads)):
            what = Role.CAPTION
        elif what is None and (prose or lines.blocks[i].kind is Kind.HEADING):
            what = Role.SECTION
        if what is not None:
            lines.roles[i] = what
        heads += [i] if what is Role.PROJECT else []
