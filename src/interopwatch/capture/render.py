"""Render the account of a capture as text: every passage, the findings, and the changed rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec import to_builtins

from interopwatch.capture.model import Outcome
from interopwatch.package.labels import counted, joined
from interopwatch.report.build import build
from interopwatch.report.cells import shortened
from interopwatch.report.folds import source_title
from interopwatch.report.formats import render_report
from interopwatch.report.line_breaks import wrapped
from interopwatch.report.verdict import in_one_line
from interopwatch.text import as_json, for_markdown, in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.capture.capture import Capture
    from interopwatch.capture.model import Extract, Passage
    from interopwatch.package.package import Package

FORMAT: Final = "interopwatch-capture/1"
_MOST: Final = 200
"""Characters to which a passage is shortened."""
_SAID: Final = {
    Outcome.FACT: ("=", "read"),
    Outcome.PARTLY: ("+", "read in part"),
    Outcome.KNOWN: (" ", "known already"),
    Outcome.REWORDED: ("~", "known in other words"),
    Outcome.UNKNOWN: ("?", "not understood"),
}
"""By outcome, the mark of a passage, and the words after a number of them."""
_COLOURS: Final = {"error": "red", "warning": "yellow", "notice": "cyan"}


def render_capture(
    found: Capture,
    last: Package | None,
    form: str,
    *,
    whole: bool,
    written: bool,
    width: int | None = None,
) -> str:
    """Render the result of a capture as text.

    Args:
        found: The result.
        last: The last observed snapshot, to report changes against; ``None`` if there is none.
        form: ``terminal``, ``markdown`` or ``json``.
        whole: Whether the terminal shows every passage, not only those neither read nor known.
        written: Whether the tables were written.
        width: The columns of the terminal; ``None`` if the output is not for a terminal, and
            lines are not wrapped.
    """
    report = None if last is None else build(last, found.package)
    if form == "json":
        said = {
            "format": FORMAT,
            "written": written and bool(found.files),
            "changed": found.facts_changed,
            "pages": [_page(page) for page in found.pages],
            "findings": [to_builtins(finding) for finding in found.findings],
            "report": None if report is None else report.to_dict(),
        }
        return as_json(said)
    if form == "markdown":
        text = "" if report is None else render_report(report, "markdown") + "\n"
        return text + "".join(f"{line}\n" for line in _markdown(found))
    text = "".join(f"{line}\n" for line in _terminal(found, width, whole=whole))
    if report is not None and found.facts_changed:
        text += "\n" + render_report(report, "terminal", width)
    return text


def _terminal(found: Capture, width: int | None, *, whole: bool) -> Iterator[str]:
    """Yield the lines of the account for the terminal."""
    from click import style

    def lines(text: str, indent: str = "", **look: Any) -> Iterator[str]:  # noqa: ANN401 - a style
        shown: Iterable[str] = [f"{indent}{in_line(text)}"]
        if width is not None:
            shown = wrapped(text, width, indent, " " * (len(indent) + 2))
        return (style(line, **look) if look else line for line in shown)

    for page in found.pages:
        yield from lines(f"{page.where}: {_title(found, page)}", bold=True)
        yield from lines(f"{_summary(page)}.", "  ")
        for passage in page.passages:
            if whole or passage.is_open:
                yield from lines(_line(passage), f"  {_SAID[passage.outcome][0]} ")
    for each in found.findings:
        told = f"{each.place}: {each.level}: {each.message} [{each.code}]"
        yield from lines(told, fg=_COLOURS[each.level])
        if each.hint:
            yield from lines(each.hint, "  ")


def _title(found: Capture, page: Extract) -> str:
    """Return the id of an edition, as in the tables, followed by its title if it has one."""
    title = source_title(found.package, page.source)
    return page.source if title == page.source else f"{page.source} ({title})"


def _summary(page: Extract) -> str:
    counts = Counter(each.outcome for each in page.passages)
    rows = len({fact for each in page.passages for fact in each.facts})
    told = [f"{counts[each]:,} {said}" for each, (_, said) in _SAID.items() if counts[each]]
    passages = counted(len(page.passages), ("passage", "passages"))
    stated = f"{'it states' if len(page.passages) == 1 else 'they state'} "
    around = f"; {page.left_out:,} around the text left out" if page.left_out else ""
    return f"{passages}: {joined(told)}; {stated}{counted(rows, ('row', 'rows'))}{around}"


def _line(passage: Passage) -> str:
    text = shortened(passage.text, _MOST)
    line = f"{passage.line}: " if passage.line else ""
    note = "".join(f" ({each})" for each in (_not_read(passage), passage.note) if each)
    facts = [f"{fact.resource} {'/'.join(fact.key)}" for fact in passage.facts]
    rows = f" → {joined(facts, most=4)}" if facts else ""
    return f"{line}{passage.locator}: {passage.outcome.value}: “{text}”{note}{rows}"


def _not_read(passage: Passage) -> str:
    return f"not read: “{passage.left}”" if passage.left else ""


def _markdown(found: Capture) -> Iterator[str]:
    """Yield the lines of the account as the text of a pull request."""
    yield from ("## Account", "")
    for page in found.pages:
        yield f"- {for_markdown(_title(found, page))}: {for_markdown(_summary(page))}"
        for passage in page.passages:
            if passage.is_open:
                yield f"  - {for_markdown(in_line(_line(passage)))}"
    if found.findings:
        yield from ("", "## Findings", "")
    for finding in found.findings:
        told = f"{finding.place}: {finding.level}: {in_one_line(finding)} [{finding.code}]"
        yield f"- {for_markdown(in_line(told))}"


def _page(page: Extract) -> dict[str, Any]:
    return {
        "where": page.where,
        "work": page.work,
        "source": page.source,
        "published": page.published,
        "passages": [
            {
                "sort": each.outcome.value,
                "locator": each.locator,
                "line": each.line,
                "text": each.text,
                "note": _not_read(each) or each.note,
                "facts": to_builtins(each.facts),
            }
            for each in page.passages
        ],
    }
