"""The account of a capture as text: every passage, what looks wrong, what changed, what is next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from interopwatch.capture.account import Outcome
from interopwatch.package.labels import counted, joined
from interopwatch.report.build import build
from interopwatch.report.folds import source_title
from interopwatch.report.formats import render_report
from interopwatch.report.wrapping import wrapped
from interopwatch.text import as_json, for_markdown, in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.capture.account import Accounted
    from interopwatch.capture.capture import Capture, CapturedPage
    from interopwatch.capture.model import Fact
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package
    from interopwatch.report.report import Report

FORMAT: Final = "interopwatch-capture/1"
_MOST: Final = 200
"""A passage of more characters is shown shortened."""
_MARKS: Final = {
    Outcome.FACT: "=", Outcome.PARTLY: "+", Outcome.KNOWN: " ", Outcome.REWORDED: "~",
    Outcome.UNKNOWN: "?",
}  # fmt: skip
_SAID: Final = {
    Outcome.FACT: "read",
    Outcome.PARTLY: "read in part",
    Outcome.KNOWN: "known already",
    Outcome.REWORDED: "known in other words",
    Outcome.UNKNOWN: "not understood",
}
"""What became of so many passages, in words."""
_LOOK: Final = (Outcome.PARTLY, Outcome.REWORDED, Outcome.UNKNOWN)
"""What became of the passages that are to be looked at."""
_COLOURS: Final = {"error": "red", "warning": "yellow", "notice": "cyan"}


def render_capture(
    found: Capture,
    last: Package | None,
    form: str,
    *,
    whole: bool,
    written: bool,
    checked: str,
    asks: bool = False,
    width: int | None = None,
) -> str:
    """What came of a capture, as text.

    Args:
        found: What came of it.
        last: The last observed snapshot, to report changes against; ``None`` if there is none.
        form: ``terminal``, ``markdown`` or ``json``.
        whole: Whether to account for every passage, and not only for what is to be looked at.
        written: Whether the tables were written.
        checked: The day of the check.
        asks: Whether what is open will be asked, so that nothing is said of what to do next.
        width: The columns of the terminal that it is for; ``None`` if it is for none, and each
            thing that was found then has a line of its own, however long.
    """
    report = None if last is None else build(last, found.package)
    if form == "json":
        return as_json(_dict(found, report, written=written))
    if form == "markdown":
        return _markdown(found, report)
    lines = [line for told in _terminal(found, whole=whole) for line in _wrapped(told, width)]
    text = "".join(f"{line}\n" for line in lines)
    if report is not None and found.facts_changed:
        text += "\n" + render_report(report, "terminal", width)
    if asks and found.facts_changed:
        return text
    told = _next(found, written=written, checked=checked)
    return text + "".join(f"{line}\n" for each in told for line in _wrapped(("", each, ""), width))


_Told = tuple[str, str, str]
"""What stands before a line and before what it goes on with, the line, and its colour."""


def _terminal(found: Capture, *, whole: bool) -> Iterator[_Told]:
    for page in found.pages:
        yield "", f"{page.where}: {_title(found, page)}", "bold"
        yield "  ", f"{_summary(page)}.", ""
        for entry in page.entries:
            if whole or entry.outcome in _LOOK:
                yield f"  {_MARKS[entry.outcome]} ", _line(entry), ""
    for finding in found.findings:
        told = f"{finding.place}: {finding.level}: {finding.message} [{finding.code}]"
        yield "", told, _COLOURS[finding.level]
        if finding.hint:
            yield "  ", finding.hint, ""


def _wrapped(told: _Told, width: int | None) -> Iterator[str]:
    from click import style

    indent, text, colour = told
    lines: Iterable[str] = [f"{indent}{in_line(text)}"]
    if width is not None:
        lines = wrapped(text, width, indent, " " * (len(indent) + 2))
    for line in lines:
        if colour == "bold":
            yield style(line, bold=True)
        else:
            yield style(line, fg=colour) if colour else line


def _title(found: Capture, page: CapturedPage) -> str:
    """The id of the edition that a page is, by which tables name it, and what people call it."""
    title = source_title(found.package, page.source)
    return page.source if title == page.source else f"{page.source} ({title})"


def _summary(page: CapturedPage) -> str:
    counts = Counter(entry.outcome for entry in page.entries)
    rows = len({fact for entry in page.entries for fact in entry.facts})
    told = [f"{counts[each]:,} {_SAID[each]}" for each in Outcome if counts[each]]
    passages = counted(len(page.entries), ("passage", "passages"))
    stated = f"{'it states' if len(page.entries) == 1 else 'they state'} "
    around = f"; {page.left_out:,} around the text left out" if page.left_out else ""
    return f"{passages}: {joined(told)}; {stated}{counted(rows, ('row', 'rows'))}{around}"


def _line(entry: Accounted) -> str:
    passage = entry.passage
    text = passage.text if len(passage.text) <= _MOST else f"{passage.text[: _MOST - 1]}…"
    line = f"{passage.line}: " if passage.line else ""
    note = f" ({_not_read(entry)})" if entry.left else ""
    note += f" ({passage.note})" if passage.note else ""
    rows = f" → {joined([_fact(f) for f in entry.facts], most=4)}" if entry.facts else ""
    return f"{line}{passage.locator}: {entry.outcome.value}: “{text}”{note}{rows}"


def _not_read(entry: Accounted) -> str:
    return f"not read: “{entry.left}”" if entry.left else ""


def _fact(fact: Fact) -> str:
    return f"{fact.resource} {'/'.join(fact.key)}"


def _next(found: Capture, *, written: bool, checked: str) -> Iterator[str]:
    """What to do now."""
    errors = sum(finding.level == "error" for finding in found.findings)
    works = joined([page.work for page in found.pages])
    if not found.is_sound and not written:
        yield f"Nothing was written: {counted(errors, ('error', 'errors'))}."
        yield "Next: mend what is named above, or look at it with --dry-run --all."
    elif not found.facts_changed:
        yield f"Checked {works} on {checked}: nothing changed."
    elif not written:
        yield "Nothing was written, as asked. Next: the same without --dry-run."
    else:
        day = max(page.published for page in found.pages)
        files = joined([path.name for path in found.files], most=len(found.files))
        yield f"Wrote {files}."
        yield f"Next: interopwatch validate && interopwatch freeze {day} -m WHY"


def _markdown(found: Capture, report: Report | None) -> str:
    """The account as the text of a pull request."""
    lines = []
    if report is not None:
        lines += [render_report(report, "markdown").rstrip("\n"), ""]
    lines += ["## Account", ""]
    for page in found.pages:
        lines.append(f"- {for_markdown(_title(found, page))}: {for_markdown(_summary(page))}")
        lines += [
            f"  - {for_markdown(in_line(_line(entry)))}"
            for entry in page.entries
            if entry.outcome in _LOOK
        ]
    if found.findings:
        lines += ["", "## Findings", ""]
        lines += [f"- {for_markdown(in_line(_said(finding)))}" for finding in found.findings]
    return "\n".join(lines) + "\n"


def _dict(found: Capture, report: Report | None, *, written: bool) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "written": written and bool(found.files),
        "changed": found.facts_changed,
        "pages": [_page(page) for page in found.pages],
        "findings": [_finding(finding) for finding in found.findings],
        "report": None if report is None else report.to_dict(),
    }


def _page(page: CapturedPage) -> dict[str, Any]:
    return {
        "where": page.where,
        "work": page.work,
        "source": page.source,
        "published": page.published,
        "passages": [
            {
                "sort": entry.outcome.value,
                "locator": entry.passage.locator,
                "line": entry.passage.line,
                "text": entry.passage.text,
                "note": _not_read(entry) or entry.passage.note,
                "facts": [
                    {"resource": fact.resource, "key": list(fact.key)} for fact in entry.facts
                ],
            }
            for entry in page.entries
        ],
    }


def _said(finding: Finding) -> str:
    hint = f" — {finding.hint}" if finding.hint else ""
    return f"{finding.place}: {finding.level}: {finding.message}{hint} [{finding.code}]"


def _finding(finding: Finding) -> dict[str, Any]:
    names = ("level", "code", "file", "line", "field", "message", "hint")
    return {name: getattr(finding, name) for name in names}
