"""Standard output and standard error: the one way out for everything that a command prints."""

from __future__ import annotations

import codecs
import errno
import io
import os
import stat
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from interopwatch.cli.screen import colours, may_page, pager_environment, screenful
from interopwatch.text import for_log, for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Closed(io.RawIOBase):
    """What stands for standard output if the caller has closed it."""

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(errno.EBADF, "standard output is closed")


_PLAIN: Final = str.maketrans(
    {"•": "*", "→": "->", "…": "...", "“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "−": "-"}
)
"""What stands in our sentences and not in every encoding, as one writes it on a typewriter."""


def _spelled(error: UnicodeError) -> tuple[str, int]:
    r"""What an encoding lacks, in characters that all of them have (:func:`codecs.register_error`).

    >>> "“a” → ж".encode("ascii", "interopwatch").decode()
    '"a" -> \\u0436'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "backslashreplace").decode(), error.end


codecs.register_error("interopwatch", _spelled)


def open_streams() -> None:
    """Stand in for streams that the caller has closed, which Python sets to None.

    What the encoding of a stream lacks (that of a pipe in Windows, or of an old locale) is spelled
    otherwise, and no reason to stop.
    """
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Closed()), "utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="interopwatch")


def say(text: str, *, err: bool = False, lead: str = "") -> None:
    """Tell a person something, on a line of its own or several.

    Neither a terminal nor the log of a workflow finds a control character or a command in it:
    names of files, and what errors quote, are somebody's data, too.

    Args:
        text: What to say, without colours.
        err: Whether it goes to standard error.
        lead: A word before it that a terminal shows in red.
    """
    shown = for_terminal(text)
    if in_workflow():
        shown = for_log(f"{lead}{shown}")
    elif lead:
        shown = f"{click.style(lead, fg='red', bold=True)}{shown}"
    click.echo(shown, err=err, color=colours())


def say_error(message: str, hint: str = "") -> None:
    """Say on standard error what could not be done, and what the user can do about it."""
    say(message, err=True, lead="error: ")
    if hint:
        say(hint, err=True)


def show(texts: Iterable[str]) -> None:
    """Show texts of whole lines, with colours of our own, in which all data was escaped already.

    What is longer than the screen goes through a pager, if the command may use one.
    """
    if is_log():
        texts = (for_log(click.unstyle(text)) for text in texts)
    if may_page():
        begin, is_long = screenful(texts := iter(texts))
        texts = chain(begin, texts)
        if is_long:
            with pager_environment():
                click.echo_via_pager(_without_last_break(texts), color=colours() is not False)
            return
    for text in texts:
        click.echo(text, nl=False, color=colours())


def _without_last_break(texts: Iterable[str]) -> Iterator[str]:
    """Texts without the line feed at their end, which the pager is given in any case."""
    held: str | None = None
    # An empty text at the end would keep the line feed of the one before.
    for text in filter(None, texts):
        if held is not None:
            yield held
        held = text
    if held is not None:
        yield held.removesuffix("\n")


def in_workflow() -> bool:
    """Whether a workflow runs the command, and may obey what it says (GitHub, Azure Pipelines)."""
    return os.environ.get("GITHUB_ACTIONS") == "true" or os.environ.get("TF_BUILD") == "True"


def is_log() -> bool:
    """Whether a workflow logs standard output, as far as can be seen.

    To the process, the log is a pipe like any other. What is no pipe for certain is a terminal,
    which a workflow has none of, or a file, into which the shell sent the output.
    """
    if not in_workflow():
        return False
    try:
        return not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):  # it is no file of the system
        return True
