"""Write the manual page from the help of all commands: `python docs/man_page.py FILE`.

The existing click-man truncates summaries and does not find lazily loaded commands; and it dates
pages by the clock, whereas these are always the same.
"""

from __future__ import annotations

import re
import sys
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from interopwatch import __version__
from interopwatch.cli.main import COMMANDS, NAME, main

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUMMARY: Final = "say what changed between two editions of a data package"
STATUS: Final = (
    ("0", "The same, or fine."),
    ("1", "Different, or invalid; each command says when."),
    ("2", "It could not be done. The message says why, and what to do."),
    ("70", "A fault of the program itself."),
    ("130", "Interrupted."),
)


def page() -> str:
    """Return the page in roff, for the macros of man(7)."""
    with click.Context(main, info_name=NAME, **main.context_settings) as ctx:
        return "".join(f"{line}\n" for line in lines(ctx))


def lines(ctx: click.Context) -> Iterator[str]:
    """Yield the lines of the page."""
    yield f'.TH "{NAME.upper()}" "1" "" "{NAME} {escaped(__version__)}" "User Commands"'
    yield from (".nh", ".ad l")  # do not hyphenate addresses and names
    yield from (".SH NAME", f"{NAME} \\- {SUMMARY}", ".SH SYNOPSIS", *synopsis(ctx))
    yield from (".SH DESCRIPTION", *paragraphs(main.help or ""), ".SH OPTIONS", *options(ctx))
    yield ".SH COMMANDS"
    for name in COMMANDS:
        command = main.get_command(ctx, name)
        assert command is not None, "it is in the list of commands"
        with click.Context(command, info_name=name, parent=ctx) as inner:
            yield f".SS {NAME} {escaped(name)}"
            yield from synopsis(inner)
            yield from (".PP", *paragraphs(command.help or ""), *options(inner))
    yield ".SH EXIT STATUS"
    for number, meaning in STATUS:
        yield from (".TP", f".B {number}", escaped(meaning))
    yield from (".SH SEE ALSO", ".BR git (1),", ".BR diff (1)")


def synopsis(ctx: click.Context) -> Iterator[str]:
    """Yield the synopsis of a command."""
    pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
    yield f"\\fB{escaped(ctx.command_path)}\\fR {escaped(pieces)}"


def paragraphs(text: str) -> Iterator[str]:
    """Yield a help text; parts that click must not wrap keep their lines."""
    for at, part in enumerate(re.split(r"\n\s*\n", cleandoc(text))):
        if at:
            yield ".PP"
        if part.startswith("\b\n"):
            yield from (".nf", *map(escaped, part[2:].split("\n")), ".fi")
        else:
            yield escaped(" ".join(part.split()))


def options(ctx: click.Context) -> Iterator[str]:
    """Yield the options of a command."""
    params = (each for each in ctx.command.get_params(ctx) if isinstance(each, click.Option))
    records = (each.get_help_record(ctx) for each in params)
    yield from listed(record for record in records if record is not None)


def listed(records: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a list of names with their meanings."""
    for name, meaning in records:
        yield from (".TP", f".B {escaped(name)}", escaped(" ".join(meaning.split())))


def escaped(text: str) -> str:
    r"""Escape text for roff, on a line of its own.

    >>> escaped("--in-place C:\\ .ext")
    '\\-\\-in\\-place C:\\e .ext'
    >>> escaped(".PP")
    '\\&.PP'
    """
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    plain = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", plain)
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
