"""How far a long comparison is, for whoever looks at a terminal."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from interopwatch.compare.options import nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

    from interopwatch.compare.options import Watch

_PATIENCE: Final = 1.0
"""Seconds after which somebody might like to know."""


class _Bar:
    """A bar on standard error, which appears late and leaves nothing behind."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._progress: Progress | None = None

    def show(self, what: str, share: float | None) -> None:
        """Show what is being done, and how much of it is done."""
        if self._progress is None:
            if time.monotonic() - self._begin < _PATIENCE:
                return
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._progress.add_task(what)
            self._progress.start()
        total = None if share is None else 1.0
        task = self._progress.task_ids[0]
        self._progress.update(task, description=what, total=total, completed=share or 0.0)

    def remove(self) -> None:
        """Take the bar away, if there is one."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def watching() -> Iterator[Watch]:
    """What shows on a terminal how far things are; it shows nothing anywhere else."""
    if not sys.stderr.isatty():
        yield nobody
        return
    bar = _Bar()
    try:
        yield bar.show
    finally:
        bar.remove()
