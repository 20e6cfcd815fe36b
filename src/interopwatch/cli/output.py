"""Where results go (standard output or a file), and what a terminal shows beside them."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from interopwatch.cli.main import refuse_outdated
from interopwatch.cli.screen import colours, may_page
from interopwatch.cli.streams import is_log, say, show
from interopwatch.compare.options import unwatched
from interopwatch.package.labels import joined
from interopwatch.text import for_log, for_terminal, in_line, json_for_log

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.progress import Progress

    from interopwatch.compare.options import Watch
    from interopwatch.package.package import Package

_JSON: Final = ("json", "jsonl")
_WIDE: Final = 160
"""The width of a table outside a terminal, in columns, independent of the machine."""
_MOST_NOTES: Final = 12
"""The maximum number of notes shown, which fit on a screen beside the output."""
_MOST_NAMES: Final = 3
"""The maximum number of resources named in a note that they share; more are counted."""
_PATIENCE: Final = 1.0
"""Seconds before a progress bar appears: about as long as a person's flow of thought stays
uninterrupted (Nielsen, "Response Times: The 3 Important Limits", 1993)."""
_OFTEN: Final = 0.1
"""Seconds between two updates of the bar: faster changes cannot be seen."""


def note(text: str) -> None:
    """Print a note for the user on standard error."""
    say(f"note: {text}", err=True)


def notes_each_once() -> Callable[[str], None]:
    """Return a function that prints each note only once, on one line."""
    printed: set[str] = set()

    def print_once(text: str) -> None:
        if text not in printed:
            printed.add(text)
            note(in_line(text))

    return print_once


def emit(text: str | Iterable[bytes], output: Path | None, form: str) -> None:
    """Write a result as UTF-8 to a file or to standard output.

    Args:
        text: The result: a text, or blocks of complete lines in UTF-8, after everything is read
            from packages.
        output: The file, which is written completely or not at all; ``None`` for standard output.
        form: The format: ``terminal``, with colours and with data already escaped; ``json`` or
            ``jsonl``; ``github``, annotations for the workflow to obey; or any other name, for
            plain text such as CSV.

    Files and pipes get every character. A terminal gets no control character of the data's, and the
    log of a workflow no command either (:func:`interopwatch.text.for_log`). In a workflow
    (``GITHUB_ACTIONS``, ``TF_BUILD``), a pipe cannot be distinguished from the log, so output to
    pipes is escaped as well: other programs should read a file that ``--output`` or the shell
    names.

    Raises:
        OutputError: The file cannot be written; it is unchanged.
        UpdatedMeanwhileError: A package was updated while it was read; nothing has been written.
    """
    ctx = click.get_current_context(silent=True)
    if ctx is not None:
        refuse_outdated(ctx)
    blocks = (text.encode(),) if isinstance(text, str) else text
    styled = form == "terminal"
    if output is not None:
        from interopwatch.files import write_whole

        write_whole(output, map(_plain, blocks) if styled else blocks)
    elif styled:
        show(block.decode() for block in blocks)
    elif form != "github" and may_page():
        show(for_terminal(block.decode()) for block in blocks)
    else:
        sys.stdout.flush()
        # Unlike the text layer, it writes bytes unchanged.
        sys.stdout.buffer.writelines(blocks if form == "github" else _shown(blocks, form))
        sys.stdout.buffer.flush()


def _shown(blocks: Iterable[bytes], form: str) -> Iterable[bytes]:
    """Return blocks for standard output, escaped if people or a workflow read it."""
    if is_log():
        escape = json_for_log if form in _JSON else for_log
        # In JSON, control characters are already escaped.
        return (escape(for_terminal(block.decode())).encode() for block in blocks)
    if sys.stdout.isatty():
        return (for_terminal(block.decode()).encode() for block in blocks)
    return blocks


def _plain(block: bytes) -> bytes:
    return click.unstyle(block.decode()).encode()


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a table as text, as wide as the terminal; long cells are wrapped."""
    import io

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = io.StringIO()
    tty = sys.stdout.isatty()
    has_colours = colours()
    console = Console(
        file=out,
        width=None if tty else _WIDE,
        force_terminal=tty if has_colours is None else has_colours,
        legacy_windows=False,
    )
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in header:
        table.add_column(Text(in_line(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(in_line(cell)) for cell in row))
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().strip("\n").split("\n"))


class Notes:
    """Collects notes on what was not read as its descriptor declares, for standard error.

    Attributes:
        names: The resources noted, in order.
    """

    def __init__(self, lead: str = "not compared") -> None:
        """Create it without notes; ``lead`` is what was not done with a noted table."""
        self._lead = lead
        self._notes: list[tuple[str, str]] = []
        self.names: dict[str, None] = {}

    def __call__(self, resource: str, reason: str) -> None:
        """Note that something was not done with a resource, and why."""
        self.names[resource] = None
        self._notes.append((resource, reason))

    def write(
        self, packages: Iterable[Package] = (), resources: Collection[str] | None = None
    ) -> bool:
        """Write all notes, including those of the packages; return whether there are any."""
        of_packages = (
            (name, note)
            for package in packages
            for name, note in package.descriptor.notes
            if resources is None or name in resources
        )
        notes = [*_folded(of_packages), *(f"{self._lead}: {each}" for each in _folded(self._notes))]
        shown = notes if len(notes) <= _MOST_NOTES + 1 else notes[:_MOST_NOTES]
        for note in shown:
            say(in_line(f"note: {note}"), err=True)
        if more := len(notes) - len(shown):
            say(f"note: … and {more} more; `interopwatch validate` lists them all", err=True)
        return bool(notes)


def _folded(notes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Return notes on resources, with notes that several resources share as one."""
    names: dict[str, dict[str, None]] = {}
    for name, text in notes:
        names.setdefault(text, {})[name] = None
    yield from (f"{joined(list(group), _MOST_NAMES)}: {text}" for text, group in names.items())


class _Bar:
    """A progress bar on standard error, which appears late and leaves nothing behind."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._progress: Progress | None = None

    def show(self, step: str, share: float | None) -> None:
        """Show the current step, and the share of it that is done (0 to 1)."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _OFTEN
        if self._progress is None:
            from rich.console import Console
            from rich.progress import Progress

            # Refreshed on request, not in a thread: see `compare.processes`.
            self._progress = Progress(
                console=Console(stderr=True), transient=True, auto_refresh=False
            )
            self._progress.add_task(step)
            self._progress.start()
        total = None if share is None else 1.0
        task = self._progress.task_ids[0]
        self._progress.update(
            task, description=step, total=total, completed=share or 0.0, refresh=True
        )

    def remove(self) -> None:
        """Remove the bar, if there is one."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def progress() -> Iterator[Watch]:
    """Show the progress of a long comparison: a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield unwatched
        return
    bar = _Bar()
    try:
        yield bar.show
    finally:
        bar.remove()
