"""``interopwatch validate``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from interopwatch.cli.main import opened
from interopwatch.cli.output import emit, progress
from interopwatch.findings import Finding
from interopwatch.package.labels import counted, joined
from interopwatch.text import as_json, for_log, for_terminal, in_line
from interopwatch.timeline.snapshots import open_store
from interopwatch.validation import validate
from interopwatch.validation.readable import ReadablePackage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.findings import Level
    from interopwatch.timeline.snapshots import Store

FORMAT: Final = "interopwatch-findings/1"
_SHOWN: Final = 20
"""Findings of one code in one file that are shown: what is wrong with them shows in fewer."""
_COLOURS: Final = {"error": "red", "warning": "yellow", "notice": "cyan"}


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was checked, and what came of it."""

    root: Path
    findings: tuple[Finding, ...]
    tables: int
    files: int
    rows: int
    snapshots: int

    @property
    def is_valid(self) -> bool:
        return not any(finding.level == "error" for finding in self.findings)

    @property
    def summary(self) -> str:
        levels = Counter[str](finding.level for finding in self.findings)
        levels_found = [counted(levels[n], (n, f"{n}s")) for n in _COLOURS if levels[n]]
        scope = [
            counted(self.tables, ("table", "tables")),
            *([counted(self.files, ("other file", "other files"))] if self.files else []),
            counted(self.rows, ("row", "rows")),
            counted(self.snapshots, ("snapshot", "snapshots")),
        ]
        found = f"; {joined(levels_found)}" if levels_found else ""
        return f"{'valid' if self.is_valid else 'invalid'}: {', '.join(scope)}{found}"


@click.command("validate")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(("terminal", "json", "github")),
    default="terminal",
    show_default=True,
    help="How to write it; github makes annotations of a workflow.",
)
@click.option(
    "--thorough",
    is_flag=True,
    help="Check committed snapshots in full again, and everything by frictionless, too.",
)
@click.option(
    "--all",
    "is_all",
    is_flag=True,
    help=f"Show every finding, and not the first {_SHOWN} of each code in each file; json has all.",
)
@click.pass_context
def command(
    ctx: click.Context, path: Path | None, form: str, *, thorough: bool, is_all: bool
) -> None:
    """Check a package and its snapshots.

    PATH is a data package: its folder or its datapackage.json. It takes precedence over
    --package.

    A snapshot is checked in full until it is committed to git; from then on, only that it
    is as it was first committed. With --thorough, as in CI, it is checked in full again.

    Exits with 0 if the package is valid (there may be warnings), with 1 if it is not.
    """
    store = opened(ctx) if path is None else open_store(path)
    checked = _check(store, thorough=thorough)
    if form == "json":
        emit(_printable(as_json(_as_dict(checked))), None, form)
    else:
        shown = checked.findings if is_all else _folded(checked.findings)
        lines = _github(checked, shown) if form == "github" else _terminal(checked, shown)
        text = "".join(f"{_printable(line)}\n" for line in lines)
        emit(text, None, form)
    ctx.exit(0 if checked.is_valid else 1)


def _check(store: Store, *, thorough: bool) -> _Checked:
    package = ReadablePackage(store.package)
    with progress() as watch:
        findings = validate(replace(store, package=package), thorough=thorough, watch=watch)
    read = package.under_headers
    return _Checked(
        root=package.root,
        findings=findings,
        tables=len(package.descriptor.resources),
        files=len(package.descriptor.files),
        rows=sum(len(read.rows(name)) for name in read.readable),
        snapshots=len(store.names()),
    )


def _folded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first findings of each code in each file, and how many more there are."""
    for _, group in groupby(findings, lambda finding: finding.file):  # they are sorted by file
        seen: Counter[tuple[str, str, Level]] = Counter()
        for finding in group:
            kind = (finding.file, finding.code, finding.level)
            seen[kind] += 1
            if seen[kind] <= _SHOWN:
                yield finding
        for (file, code, level), number in seen.items():
            if number > _SHOWN:
                more = f"{number - _SHOWN:,} more like these"
                yield Finding(file, 0, "", code, more, "Give --all to see them.", level)


def _terminal(checked: _Checked, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        level = click.style(finding.level, fg=_COLOURS[finding.level])
        code = click.style(f"[{finding.code}]", dim=True)
        place, text = in_line(finding.place), in_line(_text(finding))
        yield f"{place}: {level}: {text} {code}"
    colour = "green" if checked.is_valid else "red"
    yield click.style(checked.summary, fg=colour, bold=True)


def _text(finding: Finding) -> str:
    """The message and the hint as one line."""
    hint = f". {finding.hint}" if finding.hint else ""
    return " ".join(f"{finding.message.rstrip('.')}{hint}".split())


def _github(checked: _Checked, findings: Iterable[Finding]) -> Iterator[str]:
    """Annotations ("Workflow commands for GitHub Actions": error, warning, notice)."""
    for finding in findings:
        properties = {"file": _from_here(checked.root / finding.file)}
        if finding.line:
            properties["line"] = str(finding.line)
        properties["title"] = finding.code
        listed = ",".join(
            f"{name}={_property(_plain(value))}" for name, value in properties.items()
        )
        field = f"{finding.field}: " if finding.field else ""
        yield f"::{finding.level} {listed}::{_data(_plain(field + _text(finding)))}"
    yield checked.summary


def _from_here(file: Path) -> str:
    """A path relative to the current folder, or the whole path if it lies elsewhere."""
    file, here = file.resolve(), Path.cwd().resolve()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else file.as_posix()


def _plain(text: str) -> str:
    """Text without control characters and without the commands of other workflows."""
    return for_log(for_terminal(text))


def _data(text: str) -> str:
    r"""Text as the message of a workflow command.

    >>> _data("100%\nsure")
    '100%25%0Asure'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Text as a property of a workflow command, where commas and colons mean something too.

    >>> _property("a,b:c")
    'a%2Cb%3Ac'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _as_dict(checked: _Checked) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "valid": checked.is_valid,
        "tables": checked.tables,
        "rows": checked.rows,
        "snapshots": checked.snapshots,
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
            for finding in checked.findings
        ],
    }


def _printable(text: str) -> str:
    r"""Text that can be written as UTF-8: a file name can hold bytes that are no text.

    >>> _printable("\udc80")
    '\\udc80'
    """
    return text.encode(errors="backslashreplace").decode()
