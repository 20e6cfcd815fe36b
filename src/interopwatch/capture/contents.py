"""The contents list of a page: the projects by their areas, before any of them is described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.capture.headlines import SECTION, Entry, What
from interopwatch.capture.model import Kind
from interopwatch.capture.names import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.headlines import Lines


def contents(lines: Lines, zone: range) -> int:
    """Read the contents list that stands before the first project; give the place behind."""
    opens = next((i for i in zone if SECTION.fullmatch(lines.blocks[i].text.strip())), None)
    behind = zone.start
    if opens is not None:
        lines.what[opens] = What.SECTION
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
        for key in named(lines.blocks[i].text).spellings
    }


def _recurs(lines: Lines, i: int, behind: int, later: dict[str, int]) -> bool:
    return any(later.get(key, 0) > behind for key in named(lines.blocks[i].text).spellings)


def _cut(lines: Lines, run: list[int], stop: int, later: dict[str, int]) -> list[int]:
    """A run without the bullets at its end that are headings and not contents."""
    seen: set[str] = set()
    for place, i in enumerate(run):
        keys = named(lines.blocks[i].text).spellings
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
    areas = [i for i in items if lines.named(i) is What.AREA]
    only_areas = flat and 2 * len(areas) > len(items)
    area = ""
    for i in run:
        block = lines.blocks[i]
        deeper = i + 1 in items and lines.blocks[i + 1].level > block.level > 0
        lines.what[i] = What.CONTENTS
        if i not in items or deeper or i in areas or only_areas:
            area = block.text
            lines.areas.append((area, block.line))
            lines.headed |= named(area).spellings
        else:
            lines.entries.append(Entry(block.text, area, block.line))
            lines.projects |= named(block.text).spellings
