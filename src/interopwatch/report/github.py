"""Findings as annotations of a GitHub Actions workflow (“Workflow commands for GitHub Actions”)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.text import for_log, for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.report.verdict import Verdict


def render(verdict: Verdict) -> str:
    """Return a command for each finding (error, warning, notice), and the summary as text."""
    return "".join(f"{line}\n" for line in _lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings:
        properties = {"file": verdict.path(finding)}
        if finding.line:
            properties["line"] = str(finding.line)
        properties["title"] = finding.code
        listed = ",".join(
            f"{name}={_property(_plain(value))}" for name, value in properties.items()
        )
        yield f"::{finding.level} {listed}::{_data(_plain(verdict.text(finding)))}"
    yield _plain(verdict.summary)


def _plain(text: str) -> str:
    """Return text without control characters and without workflow commands of its own."""
    return for_log(for_terminal(text))


def _data(text: str) -> str:
    r"""Return text as the message of a workflow command.

    >>> _data("100%\nsure")
    '100%25%0Asure'
    """
    # The percent sign first, since the replacements contain it.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return text as a property of a workflow command, in which commas and colons are special, too.

    >>> _property("a,b:c")
    'a%2Cb%3Ac'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")
