"""A report for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

import click

from interopwatch.report.titles import title
from interopwatch.text import for_terminal, in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.report.model import Report

_WIDTH: Final = 100


def render(report: Report) -> str:
    """The report as text with colours, which are taken out where they are not wanted."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield click.style(in_line(title(report)), bold=True)
    yield ""
    for sentence in report.headline:
        yield from _wrapped(sentence, "  ", bold=True)
    for section in report.sections:
        yield ""
        yield click.style(section.title.upper(), fg="cyan", bold=True)
        for group in section.groups:
            yield ""
            yield f"  {click.style(in_line(group.topic), underline=True)}"
            for line in group.lines:
                yield from _wrapped(line.sentence, "  • ")
                place = " — ".join(filter(None, (line.source, line.locator)))
                if place:
                    yield from _wrapped(place, "      ", dim=True)
    if report.remarks:
        yield ""
        yield click.style("COUNTED, NOT LISTED", fg="cyan", bold=True)
        for remark in report.remarks:
            yield from _wrapped(remark, "  • ")
    yield ""
    yield from _wrapped(report.unchanged, "  ")


def _wrapped(text: str, indent: str, *, bold: bool = False, dim: bool = False) -> Iterator[str]:
    lines = textwrap.wrap(
        for_terminal(text),
        width=_WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        yield click.style(line, bold=bold, dim=dim) if bold or dim else line
