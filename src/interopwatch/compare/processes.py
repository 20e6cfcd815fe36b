"""Work that a copy of this process does while this one goes on.

A copy (:func:`os.fork`) has all that this process holds: nothing is loaded or passed to it, and
only its result comes back. Where no process can be copied, work is done here, one piece after
another, with the same result.
"""

from __future__ import annotations

import os
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Work = Callable[[], bytes]

_MOST: Final = 3
"""Processes to work with: each holds some 10 MiB of its own, and memory is to stay flat. On the two
threads of one core, a million rows in one order took a tenth to a quarter less time with two."""
_DONE: Final = b"."
"""What follows a result that is whole."""
_PIPE: Final = 1 << 20
"""Bytes of a result that are read at a time."""


def number(size: int, each: int) -> int:
    """How many processes to work with, this one included.

    Args:
        size: How much there is to do.
        each: How much of it is worth a process of its own.
    """
    return max(1, min(most(), size // each))


def most() -> int:
    """How many processes to work with where there is much to do."""
    return min(_MOST, processors()) if can_copy() else 1


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_copy() -> bool:
    """Whether this process can be copied, and nothing that waits for a thread is copied with it.

    A thread is not copied, but a lock that it holds is, which nobody would ever release.
    """
    return hasattr(os, "fork") and threading.active_count() == 1


@contextmanager
def meanwhile(work: Work) -> Iterator[Work]:
    """Have a copy of this process do some work.

    Args:
        work: What to do. It may be done twice, and so begins anew what it wrote.

    Yields:
        What waits for the result. If the copy came to no end, the work is done here, and what
        goes wrong in it is raised.
    """
    reader, pid = _begun(work) if hasattr(os, "fork") else (None, 0)

    def result() -> bytes:
        nonlocal pid
        if reader is None:
            return work()
        found = _all_of(reader)
        ended, pid = pid, 0
        _reap(ended)
        return found[:-1] if found.endswith(_DONE) else work()

    try:
        yield result
    finally:
        if reader is not None:
            os.close(reader)
        if pid:
            import signal

            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            _reap(pid)


def end_with(parent: int) -> None:
    """End this process if it is a copy of one that runs no longer."""
    if os.getpid() != parent != os.getppid():
        os._exit(1)


def _begun(work: Work) -> tuple[int | None, int]:
    """A copy of this process, and from where to read its result; nothing if there is no room."""
    reader, writer = os.pipe()
    try:
        with warnings.catch_warnings():
            # Of threads that Python has not begun; see :func:`can_copy` for the others.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None, 0
    if pid == 0:
        os.close(reader)  # or it would wait for itself to read, if its parent ends
        _work(work, writer)
    os.close(writer)
    return reader, pid


def _work(work: Work, writer: int) -> NoReturn:
    """Do the work of a copy, and end it without what this process would do at its end."""
    status = 1
    try:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent to handle
        found = memoryview(work() + _DONE)
        while found:
            found = found[os.write(writer, found) :]
        status = 0
    finally:
        os._exit(status)


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):  # where the system does so, as whoever began this one said
        os.waitpid(pid, 0)


def _all_of(reader: int) -> bytes:
    parts = []
    while part := os.read(reader, _PIPE):
        parts.append(part)
    return b"".join(parts)
