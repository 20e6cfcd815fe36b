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
"""Less room than this holds no sentence: a terminal that claims it does not know its width."""
_OURS: Final = "INTEROPWATCH_PAGER"
_LESS: Final = "FRX"
"""What ``less`` is asked for where the user asks for nothing, as git does: to end at once if all
fits, to show colours, and to leave the text on the screen."""


def colours() -> bool | None:
    """Whether to show colours; ``None`` leaves it to where the text goes: only terminals get them.

    ``NO_COLOR`` (no-color.org), a terminal that can show none (``TERM=dumb``), ``CLICOLOR_FORCE``
    and ``CLICOLOR`` (bixense.com/clicolors) are heeded, in this order.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if os.environ.get("TERM") == "dumb" or os.environ.get("CLICOLOR") == "0":
        return False
    return None


def text_width(output: Path | None = None) -> int:
    """How many columns a line of running text may have: as many as a terminal has, up to a hundred.

    Of a terminal, ``COLUMNS`` says more than itself. A pipe or a file gets the same bytes
    wherever they are made.

    Args:
        output: The file that the text goes to, if it goes to one.
    """
    if output is not None or not sys.stdout.isatty():
        return WIDTH
    from shutil import get_terminal_size  # it loads three compressors, and most output is piped

    width = get_terminal_size((WIDTH, 0)).columns
    return min(WIDTH, max(_NARROWEST, width))


def terminal_width() -> int | None:
    """The same of a terminal; ``None`` if standard output is none."""
    return text_width() if sys.stdout.isatty() else None


def pager_option(command: _F) -> _F:
    """Have a command show through a pager what is long, and give it ``--no-pager``."""

    def given(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click passes flags by position
        del param
        ctx.meta[_PAGED] = not (value or ctx.find_root().params.get("no_pager"))

    option = click.option(
        "--no-pager",
        is_flag=True,
        expose_value=False,
        callback=given,
        help="Do not page long output.",
    )
    return option(command)


def may_page() -> bool:
    """Whether to show what is longer than the screen through a pager.

    As git does: of commands that may be long, on a terminal, unless ``--no-pager`` is given, or
    ``INTEROPWATCH_PAGER``, or else ``PAGER``, is empty or ``cat``.
    """
    ctx = click.get_current_context(silent=True)
    is_dumb = os.environ.get("TERM") == "dumb"
    if ctx is None or not ctx.meta.get(_PAGED) or is_dumb or not sys.stdout.isatty():
        return False
    # Our own variable wins even if it is empty, so that it can turn off a pager for this tool only.
    named = os.environ.get(_OURS, os.environ.get("PAGER"))
    return named is None or named.strip() not in ("", "cat")


def screenful(texts: Iterable[str]) -> tuple[list[str], bool]:
    """As many texts as fill the screen, and whether they do."""
    from shutil import get_terminal_size

    size = get_terminal_size()
    begin: list[str] = []
    rows = 1  # the prompt that comes after
    for text in texts:
        begin.append(text)
        for line in click.unstyle(text).splitlines():
            # A long line takes as many rows as it wraps to; an empty one takes one.
            rows += max(1, -(-columns(line) // max(1, size.columns)))
        if rows > size.lines:
            return begin, True
    return begin, False


@contextmanager
def pager_environment() -> Iterator[None]:
    """The variables by which :func:`click.echo_via_pager` finds the pager and tells it how."""
    told = {"LESS": os.environ.get("LESS", _LESS)}
    if _OURS in os.environ:
        told["PAGER"] = os.environ[_OURS]
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
