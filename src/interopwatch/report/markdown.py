"""Reports as Markdown (CommonMark), for pull requests and wikis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.text import for_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.report.report import Report


def report(report: Report) -> str:
    """Return a report as Markdown text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {for_markdown(report.title)}"
    yield ""
    for sentence in report.headline:
        yield f"- **{for_markdown(sentence)}**"
    if report.unchanged:
        yield ""
        yield for_markdown(report.unchanged)
    for section in report.sections:
        yield ""
        yield f"## {for_markdown(section.title)}"
        for group in section.groups:
            yield ""
            yield f"### {for_markdown(group.topic)}"
            yield ""
            for number, (place, lines) in enumerate(group.by_source()):
                if number:
                    yield ""
                yield from (f"- {for_markdown(line.sentence)}" for line in lines)
                if place:
                    yield ""
                    yield f"_{for_markdown(place)}_"
    if report.remarks:
        yield ""
        yield "## Also recorded"
        yield ""
        yield from (f"- {for_markdown(remark)}" for remark in report.remarks)
