"""Runs the command line in a process of its own, without the time that a start takes."""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAULT: Final = 70
"""The status of a command that met a fault of its own."""
DOCUMENTED: Final = (0, 1, 2, 130)
LIMIT: Final = 90
"""Seconds after which a command is said to hang: an answer may take 60, all else about one."""
_MEMORY: Final = 4 << 30
"""Bytes of address space of a command, so that an attack cannot take down the machine."""


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        status: Its exit status; negative if a signal ended it.
        out: What it wrote to standard output.
        err: What it wrote to standard error.
        memory: The most memory that it held, in MiB.
    """

    status: int
    out: str
    err: str
    memory: int

    @property
    def hung(self) -> bool:
        """Whether it was ended since it took too long."""
        return self.status == -signal.SIGALRM

    @property
    def broke(self) -> bool:
        """Whether it met a fault of its own, or has a status that is not documented."""
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
        arguments: The words after ``interopwatch``.
        log: Where to keep what it writes: a name that others can be made from.
        before: Called in the process before the command.
        beside: Called with the number of the process, which is stopped, before the command
            begins; what it returns is called when the process has ended.
        early: Called in the process before it stops.
        memory: Bytes of address space that it may have beyond what its parent has.
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
            if before is None and beside is None:  # no step of it is counted
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


def _load(names: Path) -> None:
    """Load what a command loaded: half of the time of each later one went into that."""
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
    """The address space that the process has from its parent: a drawing engine reserves much."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _command(arguments: Sequence[str]) -> int:
    """Run the command as a start of the interpreter does; its status."""
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
        return 120  # what the interpreter answers with when it cannot write what is left
    return status
