"""Properties of the terminal: its colours, its width, and the pager for long output."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from interopwatch.report.line_breaks import WIDTH, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_F = TypeVar("_F", bound="Callable[..., Any]")

_PAGED: Final = "interopwatch.paged"
_NARROWEST: Final = 20
"""A narrower terminal has no room for a sentence, and does not report its true width."""
_VARIABLE: Final = "INTEROPWATCH_PAGER"
_LESS: Final = "FRX"
"""The options for ``less`` unless the user sets some, as in git: quit if the text fits on one
screen, show colours, and leave the text on the screen."""


def colours() -> bool | None:
    """Return whether to show colours; ``None`` if only terminals should get them.

    ``NO_COLOR`` (no-color.org), a terminal without colours (``TERM=dumb``), ``CLICOLOR_FORCE`` and
    ``CLICOLOR`` (bixense.com/clicolors) are respected, in this order.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if os.environ.get("TERM") == "dumb" or os.environ.get("CLICOLOR") == "0":
        return False
    return None


def text_width(output: Path | None = None) -> int:
    """Return the line width for running text in columns: the terminal's, but at most 100.

    ``COLUMNS`` overrides the terminal. A pipe or a file gets the same bytes on every machine.

    Args:
        output: The output file, if there is one.
    """
    if output is not None or not sys.stdout.isatty():
        return WIDTH
    from shutil import get_terminal_size  # it loads three compressors, and most output is piped

    width = get_terminal_size((WIDTH, 0)).columns
    return min(WIDTH, max(_NARROWEST, width))


def terminal_width() -> int | None:
    """Return the line width of the terminal; ``None`` if standard output is not one."""
    return text_width() if sys.stdout.isatty() else None


def pager_option(command: _F) -> _F:
    """Add ``--no-pager`` to a command, and page its long output."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click passes flags by position
        del param
        ctx.meta[_PAGED] = not (value or ctx.find_root().params.get("no_pager"))

    option = click.option(
        "--no-pager",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Do not page long output.",
    )
    return option(command)


def may_page() -> bool:
    """Return whether to page output that is longer than the screen.

    As in git: for commands with long output, on a terminal, unless ``--no-pager`` is given, or
    ``INTEROPWATCH_PAGER``, or else ``PAGER``, is empty or ``cat``.
    """
    ctx = click.get_current_context(silent=True)
    is_dumb = os.environ.get("TERM") == "dumb"
    if ctx is None or not ctx.meta.get(_PAGED) or is_dumb or not sys.stdout.isatty():
        return False
    # Our own variable wins even if it is empty, so that it can turn off paging for this tool only.
    named = os.environ.get(_VARIABLE, os.environ.get("PAGER"))
    return named is None or named.strip() not in ("", "cat")


def screenful(texts: Iterable[str]) -> tuple[list[str], bool]:
    """Return as many texts as fill the screen, and whether they do."""
    from shutil import get_terminal_size

    size = get_terminal_size()
    begin: list[str] = []
    rows = 1  # the prompt that follows
    for text in texts:
        begin.append(text)
        for line in click.unstyle(text).splitlines():
            # A long line occupies as many rows as it wraps to; an empty one occupies one.
            rows += max(1, -(-columns(line) // max(1, size.columns)))
        if rows > size.lines:
            return begin, True
    return begin, False


@contextmanager
def pager_environment() -> Iterator[None]:
    """Set the variables that select and configure the pager of :func:`click.echo_via_pager`."""
    variables = {"LESS": os.environ.get("LESS", _LESS)}
    if _VARIABLE in os.environ:
        variables["PAGER"] = os.environ[_VARIABLE]
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
