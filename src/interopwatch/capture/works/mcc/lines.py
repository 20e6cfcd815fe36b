"""What each line of the page is: of its contents list, a heading, or text.

A page in HTML marks its headings, though not always all of them. In a text nothing is marked:
a heading is known by its name (in the contents list, in the package) or by what follows it. A
short line before "Purpose:" names a project; a short line before a paragraph, and then projects,
names an area.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.outline import Heading, Role
from interopwatch.capture.works.mcc.headings import (
    SECTION,
    ContentsEntry,
    Lines,
    between,
    groups_of,
    tail,
)
from interopwatch.capture.works.mcc.labels import heads_columns, labelled, parted, sections_of_rows
from interopwatch.capture.works.mcc.names import area_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Block, Document, Vocabulary

_AREA, _PROJECT = 2, 3
_DEPTHS: Final[dict[Role, tuple[int, int]]] = {
    Role.TITLE: (0, 1),
    Role.SECTION: (_PROJECT, 1),
    Role.AREA: (_AREA, 1),
    Role.PROJECT: (_PROJECT, _PROJECT),
}
"""By what a heading is: its level, and that of the highest headings it ends."""
_NUMBERED: Final = re.compile(r"\d{1,2}[.)] (?P<text>[^\d\s][^\n]{1,150}(?<![.:;]))")


def lines_of(document: Document, known: Vocabulary, title: str) -> Lines:
    """Find out what each block of a page is.

    Args:
        document: The page.
        known: What the package knows.
        title: The title of the work.
    """
    lines = Lines(_blocks(document), known, title, document.marked)
    lines.labels = {i: said for i, b in enumerate(lines.blocks) if (said := labelled(b))}
    for i, block in enumerate(lines.blocks):
        if i not in lines.labels and is_date_line(block.text):
            lines.roles[i] = Role.DATE
        elif heads_columns(block):
            lines.roles[i] = Role.CAPTION
    start = _start(lines)
    behind = contents(
        lines, range(start, min((i for i in lines.labels if i >= start), default=len(lines.blocks)))
    )
    groups = groups_of(lines, behind)
    for begin, end in zip([behind, *(last + 1 for _, last in groups)], groups, strict=False):
        between(lines, range(begin, end[0]))
    tail(lines, range(groups[-1][1] + 1 if groups else behind, len(lines.blocks)), groups)
    if lines.marked:
        for i in filter(lines.marks, range(len(lines.blocks))):
            lines.roles.setdefault(i, Role.SECTION)
    return lines


def headings_in(lines: Lines) -> dict[int, Heading]:
    """The headings among the lines, by their places: areas, and in them projects."""
    found = {i: Heading(role, *_DEPTHS.get(role, ())) for i, role in lines.roles.items()}
    known = lines.known.areas
    areas = {area_id(lines.blocks[i].text, known) for i in found if found[i].role is Role.AREA}
    for i, heading in found.items():
        entries = (lines.projects.get(key) for key in lines.keys(i))
        area = next((each.area for each in entries if each), "")
        if heading.role is Role.PROJECT and area and area_id(area, known) not in areas:
            # The heading of its area is missing: it is not in the one above.
            found[i] = replace(heading, ends=1)
    found |= {i: Heading(Role.TEXT, ends=_PROJECT) for i in lines.strays}
    return found


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


def _start(lines: Lines) -> int:
    """Find the title; give the place behind it."""
    wanted = fold(lines.title)
    same = [i for i, block in enumerate(lines.blocks) if fold(block.text) == wanted]
    heads = (i for i, b in enumerate(lines.blocks) if b.kind is Kind.HEADING and b.level == 1)
    # A site may have a heading of its own above the page's.
    first = next((i for i in same if lines.blocks[i].kind is not Kind.ITEM), None)
    first = next(heads, None) if first is None else first
    lines.roles |= dict.fromkeys(same, Role.CAPTION)
    if first is None:
        return 0
    lines.roles[first] = Role.TITLE
    return first + 1


def contents(lines: Lines, zone: range) -> int:
    """Read the contents list that stands before the first project; give the place behind."""
    opens = next((i for i in zone if SECTION.fullmatch(lines.blocks[i].text.strip())), None)
    behind = zone.start
    if opens is not None:
        lines.roles[opens] = Role.SECTION
        behind = opens + 1
    short = filter(lines.short, range(zone.start, len(lines.blocks)))
    later = {key: i for i in short for key in lines.keys(i)}

    def recurs(i: int, last: int) -> bool:
        return any(later.get(key, 0) > last for key in lines.keys(i))

    for run in _runs(lines, zone):
        # Bullets at its end that stand right above a project's passages head them.
        while run and run[-1] == zone.stop - 1 and not recurs(run[-1], run[-1]):
            run, zone = run[:-1], zone[:-1]  # noqa: PLW2901 - what is left of it
        items = [i for i in run if lines.blocks[i].kind is Kind.ITEM]
        if len(run) > 1 and any(lines.named(i) or recurs(i, run[-1]) for i in items):
            _take(lines, run)
            behind = max(behind, run[-1] + 1)
    return behind


def _runs(lines: Lines, zone: range) -> Iterator[list[int]]:
    """Runs of short items, each with the short lines between them that head them.

    What comes again in a run ends it: there it is a heading.
    """
    items = {i for i in zone if lines.blocks[i].kind is Kind.ITEM and lines.short(i)}
    found = [i for i in zone if i in items or (i + 1 in items and lines.short(i))]
    for _, places in groupby(enumerate(found), lambda each: each[1] - each[0]):
        run = [i for _, i in places]
        keys = [lines.keys(i) for i in run]
        yield [i for n, i in enumerate(run) if not any(keys[n] & each for each in keys[:n])]


def _take(lines: Lines, run: list[int]) -> None:
    """Take a run as (part of) the contents list."""
    items = {i for i in run if lines.blocks[i].kind is Kind.ITEM}
    area = ""
    for i in run:
        block = lines.blocks[i]
        deeper = i + 1 in items and lines.blocks[i + 1].level > block.level > 0
        heads = i not in items or deeper or lines.named(i) is Role.AREA
        lines.roles[i] = Role.CONTENTS
        if heads:
            area = block.text
            lines.areas[area] = i
            lines.headed |= lines.keys(i)
        else:
            entry = ContentsEntry(block.text, area, i)
            lines.projects |= dict.fromkeys(lines.keys(i), entry)
