"""Write the findings of a check in the requested format."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from msgspec.structs import replace

from interopwatch import __version__
from interopwatch.cli.options import format_option
from interopwatch.cli.output import emit
from interopwatch.findings import Finding
from interopwatch.package.labels import counted
from interopwatch.report import github, junit, sarif
from interopwatch.report.verdict import Verdict, in_one_line
from interopwatch.text import as_json, in_line
from interopwatch.validation.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.findings import Level

FORMATS: Final = ("terminal", "json", "github", "junit", "sarif")
FORMAT: Final = "interopwatch-findings/1"
SHOWN: Final = 20
"""The maximum number of findings shown for a code in a file: they are alike."""
_COLOURS: Final = {"error": "red", "warning": "yellow", "notice": "cyan"}
_WHOLE: Final = ("json", "sarif")
"""Formats for programs, in which all findings are written."""

findings_format_option = format_option(
    *FORMATS,
    help="The output format: github writes workflow annotations; junit and sarif are for CI "
    "servers, editors and code scanning.",
)
is_all_option = click.option(
    "--all",
    "is_all",
    is_flag=True,
    help=f"Show every finding instead of the first {SHOWN} of each code and file; json and sarif "
    "always have all.",
)


def write(
    verdict: Verdict,
    root: Path | None,
    form: str,
    output: Path | None,
    *,
    is_all: bool = False,
    numbers: Mapping[str, Any] | None = None,
) -> None:
    """Write the findings of a check.

    Args:
        verdict: The result, without folders and finding types.
        root: The folder of the package; ``None`` if it is not one of the user's.
        form: One of :data:`FORMATS`.
        output: The file; standard output if it is ``None``.
        is_all: Whether to show every finding in formats for people.
        numbers: Further members of the JSON form.
    """
    verdict = replace(
        verdict,
        folder="" if root is None else root.resolve().as_posix(),
        current_folder=Path.cwd().resolve().as_posix(),
        types=CATALOGUE,
    )
    if not is_all and form not in _WHOLE:
        verdict = replace(verdict, findings=tuple(_folded(verdict.findings)))
    if form == "terminal":
        text = "".join(f"{line}\n" for line in _terminal(verdict))
    elif form == "json":
        text = as_json(_as_dict(verdict, numbers or {}))
    elif form == "github":
        text = github.render(verdict)
    else:
        text = junit.render(verdict) if form == "junit" else sarif.render(verdict, __version__)
    emit(_printable(text), output, "json" if form in _WHOLE else form)


def levels(findings: Iterable[Finding]) -> list[str]:
    """Return the number of findings of each level, such as ``2 errors``; the gravest first."""
    found = Counter[str](finding.level for finding in findings)
    return [counted(found[name], (name, f"{name}s")) for name in _COLOURS if found[name]]


def _folded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first findings of each code in each file, and the number of the others."""
    for _, group in groupby(findings, lambda finding: finding.file):  # they are sorted by file
        seen: Counter[tuple[str, str, Level]] = Counter()
        for finding in group:
            kind = (finding.file, finding.code, finding.level)
            seen[kind] += 1
            if seen[kind] <= SHOWN:
                yield finding
        for (file, code, level), number in seen.items():
            if number > SHOWN:
                more = f"{number - SHOWN:,} more like these"
                yield Finding(file, 0, "", code, more, "Give --all to see them.", level)


def _terminal(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings:
        level = click.style(finding.level, fg=_COLOURS[finding.level])
        code = click.style(f"[{finding.code}]", dim=True)
        # Names and cells may contain line breaks and control characters, which would forge output.
        place, text = in_line(finding.place), in_line(in_one_line(finding))
        yield f"{place}: {level}: {text} {code}"
    colour = "green" if verdict.is_valid else "red"
    yield click.style(in_line(verdict.summary), fg=colour, bold=True)


def _as_dict(verdict: Verdict, numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "valid": verdict.is_valid,
        **numbers,
        "findings": [
            {
                "code": finding.code,
                "level": finding.level,
                "file": finding.file,
                "line": finding.line,
                "field": finding.field,
                "message": finding.message,
                "hint": finding.hint,
            }
            for finding in verdict.findings
        ],
    }


def _printable(text: str) -> str:
    r"""Return text that can be encoded as UTF-8: a file name may contain other bytes.

    >>> _printable("\udc80")
    '\\udc80'
    """
    return text.encode(errors="backslashreplace").decode()
