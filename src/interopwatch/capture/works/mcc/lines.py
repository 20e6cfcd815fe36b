"""What each line of the page is: of its contents list, a heading, or text.

A page in HTML marks its headings, though not always all of them. In a text nothing is marked:
a heading is known by its name (in the contents list, in the package) or by what follows it. A
short line before "Purpose:" names a project; a short line before a paragraph, and then projects,
names an area.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.outline import Heading, Role
from interopwatch.capture.works.mcc.headings import (
    SECTION,
    UPDATED,
    ContentsEntry,
    Lines,
    between,
    groups_of,
    tail,
)
from interopwatch.capture.works.mcc.labels import heads_columns, labelled, parted, sections_of_rows
from interopwatch.capture.works.mcc.names import area_id, project_name

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
    first = min(lines.labels, default=len(lines.blocks))
    for i, block in enumerate(lines.blocks):
        if UPDATED.match(block.text) or (i < first and is_date_line(block.text)):
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
        for i, block in enumerate(lines.blocks):
            if block.kind is Kind.HEADING and i not in lines.labels:
                lines.roles.setdefault(i, Role.SECTION)
    return lines


def headings_in(lines: Lines) -> dict[int, Heading]:
    """The headings among the lines, by their places: areas, and in them projects."""
    found = {i: Heading(role, *_DEPTHS.get(role, ())) for i, role in lines.roles.items()}
    by_entry = {key: e.area for e in lines.entries for key in project_name(e.heading).spellings}
    known = lines.known.areas
    areas = {area_id(lines.blocks[i].text, known) for i in found if found[i].role is Role.AREA}
    for i, heading in found.items():
        keys = project_name(lines.blocks[i].text).spellings & by_entry.keys()
        listed = by_entry[min(keys)] if keys and heading.role is Role.PROJECT else ""
        if listed and area_id(listed, known) not in areas:
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
    later = _later(lines, zone)
    for run in _runs(lines, zone):
        run = _cut(lines, run, zone.stop, later)  # noqa: PLW2901 - what is left of it
        items = [i for i in run if lines.blocks[i].kind is Kind.ITEM]
        seen = sum(bool(lines.named(i)) or _recurs(lines, i, run[-1], later) for i in items)
        if len(run) > 1 and seen and (2 * seen >= len(items) or run[0] > (opens or zone.stop)):
            _take(lines, run)
            behind = max(behind, run[-1] + 1)
    return behind


def _runs(lines: Lines, zone: range) -> Iterator[list[int]]:
    """Runs of short items, each with the short lines between them that head them."""
    run: list[int] = []
    for i in zone:
        item = lines.blocks[i].kind is Kind.ITEM and lines.short(i)
        heads = i + 1 in zone and lines.blocks[i + 1].kind is Kind.ITEM and lines.short(i + 1)
        if item or (heads and lines.short(i)):
            run.append(i)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _later(lines: Lines, zone: range) -> dict[str, int]:
    """By key, the last place of each short line that may be a heading."""
    return {
        key: i
        for i in range(zone.start, len(lines.blocks))
        if lines.short(i)
        for key in project_name(lines.blocks[i].text).spellings
    }


def _recurs(lines: Lines, i: int, behind: int, later: dict[str, int]) -> bool:
    return any(later.get(key, 0) > behind for key in project_name(lines.blocks[i].text).spellings)


def _cut(lines: Lines, run: list[int], stop: int, later: dict[str, int]) -> list[int]:
    """A run without the bullets at its end that are headings and not contents."""
    seen: set[str] = set()
    for place, i in enumerate(run):
        keys = project_name(lines.blocks[i].text).spellings
        if keys & seen:
            return run[:place]
        seen |= keys
    while run and run[-1] == stop - 1 and not _recurs(lines, run[-1], run[-1], later):
        run, stop = run[:-1], stop - 1
    return run


def _take(lines: Lines, run: list[int]) -> None:
    """Take a run as (part of) the contents list."""
    items = [i for i in run if lines.blocks[i].kind is Kind.ITEM]
    flat = len(items) == len(run) and len({lines.blocks[i].level for i in items}) == 1
    areas = [i for i in items if lines.named(i) is Role.AREA]
    only_areas = flat and 2 * len(areas) > len(items)
    area = ""
    for i in run:
        block = lines.blocks[i]
        deeper = i + 1 in items and lines.blocks[i + 1].level > block.level > 0
        lines.roles[i] = Role.CONTENTS
        if i not in items or deeper or i in areas or only_areas:
            area = block.text
            lines.areas.append((area, block.line))
            lines.headed |= project_name(area).spellings
        else:
            lines.entries.append(ContentsEntry(block.text, area, block.line))
            lines.projects |= project_name(block.text).spellings
