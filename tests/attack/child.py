"""Run the command line in a forked process, without the time of an interpreter start."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from interopwatch.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAULT: Final = 70
"""The exit status of a command with a bug."""
DOCUMENTED: Final = (0, 1, 2, 130)
LIMIT: Final = 90
"""Seconds after which a command counts as hanging: a response may take 60, all else about one."""
_MEMORY: Final = 4 << 30
"""The address space of a command in bytes, so that an attack cannot bring down the machine."""


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        status: Its exit status; negative if a signal ended it.
        out: Its standard output.
        err: Its standard error.
        memory: Its peak memory, in MiB.
    """

    status: int
    out: str
    err: str
    memory: int

    @property
    def hung(self) -> bool:
        """Whether it timed out."""
        return self.status == -signal.SIGALRM

    @property
    def broke(self) -> bool:
        """Whether it hit a bug, or its exit status is not documented."""
        is_known = self.status in DOCUMENTED or self.status < 0
        return not is_known or "Traceback (most recent" in self.err

    def __str__(self) -> str:
        last = (self.err or self.out).strip().splitlines()[-1:]
        return f"exit {self.status}: {last[0][:300] if last else ''}"


def run(
    arguments: Sequence[str],
    log: Path,
    before: Callable[[], None] | None = None,
    beside: Callable[[int], Callable[[], None]] | None = None,
    early: Callable[[], None] | None = None,
    memory: int = _MEMORY,
) -> Ended:
    """Run a command.

    Args:
        arguments: The arguments after ``interopwatch``.
        log: A path from which the names of files for its output are made.
        before: Called in the process before the command.
        beside: Called with the id of the stopped process before the command begins; its result is
            called after the process has ended.
        early: Called in the process before it stops.
        memory: Its address space in bytes, beyond that of its parent.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        status = FAULT
        try:
            _prepare(log, memory)
            if early is not None:
                early()
            if beside is not None:
                os.kill(os.getpid(), signal.SIGSTOP)
            if before is not None:
                before()
            status = _command(arguments)
            if before is None and beside is None:  # not counted as a step of it
                own = (name for name in tuple(sys.modules) if name.startswith("interopwatch."))
                _name(log, "loaded").write_text("\n".join(own), "utf-8")
        finally:
            os._exit(status)
    if beside is not None:
        os.waitpid(child, os.WUNTRACED)
        after = beside(child)
        os.kill(child, signal.SIGCONT)
    _, status, usage = os.wait4(child, 0)
    if beside is not None:
        after()
    _load(_name(log, "loaded"))
    out, err = (_name(log, end).read_text("utf-8", "replace") for end in ("out", "err"))
    return Ended(os.waitstatus_to_exitcode(status), out, err, usage.ru_maxrss >> 10)


def run_here(arguments: Sequence[str]) -> Ended:
    """Run a command in this process, so that all that are forked from it later need not import and
    compile what it did: a command took up to four times as long as with that done.

    Whatever is wrong with it is raised.
    """
    out, err = _Stream(), _Stream()
    status = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main.run(list(arguments))
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else FAULT
    return Ended(status, out.text, err.text, 0)


class _Stream(io.TextIOWrapper):
    """A stream in memory that holds bytes, like a real one."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
        self.kept = self.buffer

    @property
    def text(self) -> str:
        """What was written to it."""
        assert isinstance(self.kept, io.BytesIO)
        return "" if self.kept.closed else self.kept.getvalue().decode("utf-8", "replace")


def _load(names: Path) -> None:
    """Import what a command imported, which took half of the time of each later one."""
    if names.exists():
        for name in names.read_text("utf-8").split():
            import_module(name)
        names.unlink()


def _name(log: Path, end: str) -> Path:
    return log.with_name(f"{log.name}.{end}")


def _prepare(log: Path, memory: int) -> None:
    for number, end in ((1, "out"), (2, "err")):
        handle = os.open(_name(log, end), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, number)
        os.close(handle)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LIMIT)
    most = _reserved() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), "utf-8")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), "utf-8", "backslashreplace", line_buffering=True
    )


def _reserved() -> int:
    """Return the address space inherited from the parent: a drawing engine reserves much."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _command(arguments: Sequence[str]) -> int:
    """Run the command as the interpreter would at its start; return its status."""
    from interopwatch.cli import run as interopwatch

    sys.argv = ["interopwatch", *arguments]
    try:
        interopwatch()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    else:
        status = 0
    try:
        if not sys.stdout.closed:
            sys.stdout.flush()
    except OSError:
        return 120  # the interpreter's status if it cannot flush its output
    return status
