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
    """Replaces standard output if the caller has closed it."""

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(errno.EBADF, "standard output is closed")


_PLAIN: Final = str.maketrans(
    {"•": "*", "→": "->", "…": "...", "“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "−": "-"}
)
"""ASCII replacements for characters in our sentences that some encodings lack."""


def _replaced(error: UnicodeError) -> tuple[str, int]:
    r"""Replace characters that an encoding lacks by ASCII (:func:`codecs.register_error`).

    >>> "“a” → ж".encode("ascii", "interopwatch").decode()
    '"a" -> \\u0436'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "backslashreplace").decode(), error.end


codecs.register_error("interopwatch", _replaced)


def open_streams() -> None:
    """Replace streams that the caller has closed, which Python sets to None.

    Characters that the encoding of a stream lacks (that of a pipe on Windows, or of an old locale)
    are replaced instead of raising an error.
    """
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Closed()), "utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="interopwatch")


def say(text: str, *, err: bool = False, lead: str = "") -> None:
    """Print a message for people, on one or several lines.

    Neither a terminal nor the log of a workflow receives a control character or a command: file
    names and the quotations in errors are untrusted data, too.

    Args:
        text: The message, without colours.
        err: Whether it goes to standard error.
        lead: A word before it, which a terminal shows in red.
    """
    shown = for_terminal(text)
    if in_workflow():
        shown = for_log(f"{lead}{shown}")
    elif lead:
        shown = f"{click.style(lead, fg='red', bold=True)}{shown}"
    click.echo(shown, err=err, color=colours())


def say_error(message: str, hint: str = "") -> None:
    """Print on standard error what failed, and what the user can do about it."""
    say(message, err=True, lead="error: ")
    if hint:
        say(hint, err=True)


def show(texts: Iterable[str]) -> None:
    """Show texts of complete lines, with our own colours, in which all data is already escaped.

    If longer than the screen, they are paged, if the command allows it.
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
    """Yield texts without the final line feed, which the pager adds anyway."""
    pending: str | None = None
    # An empty text at the end would preserve the line feed of the one before.
    for text in filter(None, texts):
        if pending is not None:
            yield pending
        pending = text
    if pending is not None:
        yield pending.removesuffix("\n")


def in_workflow() -> bool:
    """Return whether a workflow runs the command and may obey its output (GitHub, Azure)."""
    return os.environ.get("GITHUB_ACTIONS") == "true" or os.environ.get("TF_BUILD") == "True"


def is_log() -> bool:
    """Return whether a workflow logs standard output, as far as can be determined.

    For the process, the log is a pipe like any other. Standard output is certainly not the log if
    it is a file, into which the shell redirected it. (A workflow has no terminal.)
    """
    if not in_workflow():
        return False
    try:
        return not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):  # it has no file descriptor
        return True
