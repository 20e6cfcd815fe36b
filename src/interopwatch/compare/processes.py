"""Run work in forked copies of this process.

A copy (:func:`os.fork`) shares the memory of this process: it need not import or load anything, and
only questions and answers are sent between the two. Where it cannot be forked, the work runs in
this process, one question after another, with the same result.
"""

from __future__ import annotations

import os
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Work = Callable[[Any], bytes]

_MOST: Final = 3
"""The maximum number of processes: each takes some 10 MiB, and memory is to stay flat. On the two
threads of one core, a million sorted rows took a tenth to a quarter less time with two."""
_LENGTH: Final = 8
"""The size of the length prefix in bytes."""


def number(size: int, each: int) -> int:
    """Return how many processes to use, including this one.

    Args:
        size: The amount of work.
        each: The amount of work that is worth a process of its own, in the same unit.
    """
    return max(1, min(most(), size // each))


def most() -> int:
    """Return how many processes to use for any amount of work."""
    # A fork copies no other thread, but the locks that it holds, which would never be released.
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    has_affinity = hasattr(os, "sched_getaffinity")
    return min(_MOST, len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1)


class Worker:
    """A forked copy of this process that answers questions, one after another.

    It is forked for the first question, which it inherits. To fork for each of six questions took a
    tenth more processor time in all, since memory is copied when either process writes to it.
    """

    def __init__(self, work: Work) -> None:
        """Set the work, without forking yet.

        Args:
            work: Answers a question. It may be repeated, and must then overwrite its output.
        """
        self._work = work
        self._question: Any = None
        self._pid, self._questions, self._answers = 0, -1, -1
        self._is_asked = self._is_of_no_use = False

    def ask(self, question: Any = None) -> None:  # noqa: ANN401 - any picklable value
        """Ask a question, which can be pickled, after the previous one was answered."""
        self._question, self._is_asked = question, True
        if self._pid:
            import pickle

            with suppress(OSError):  # the copy has ended: see answer()
                _send(self._questions, pickle.dumps(question))
        elif not self._is_of_no_use:
            self._is_of_no_use = not (hasattr(os, "fork") and self._began())

    def answer(self) -> bytes:
        """Wait for the answer.

        If there is no copy or it failed, the work is done here, and its exceptions are raised.
        """
        found = _received(self._answers) if self._pid else None
        self._is_asked = False
        if found is None:
            self._is_of_no_use = True
            self.end()
            found = self._work(self._question)
        return found

    def end(self) -> None:
        """End the copy, even while it is working."""
        if not self._pid:
            return
        os.close(self._questions)
        os.close(self._answers)
        ended, self._pid = self._pid, 0
        if self._is_asked:
            import signal

            with suppress(ProcessLookupError):
                os.kill(ended, signal.SIGKILL)
        # Where the parent of this process set SIGCHLD to be ignored, the system reaps its children.
        with suppress(ChildProcessError):
            os.waitpid(ended, 0)

    def _began(self) -> bool:
        """Fork this process; return whether that succeeded."""
        questions, self._questions = os.pipe()
        self._answers, answers = os.pipe()
        try:
            with warnings.catch_warnings():
                # It warns of threads that Python did not start; :func:`most` excludes all others.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._pid = os.fork()
        except OSError:
            for each in (questions, self._questions, self._answers, answers):
                os.close(each)
            return False
        if self._pid == 0:
            # Otherwise, the copy would never see the end of its questions when the parent ends.
            os.close(self._questions)
            os.close(self._answers)
            self._serve(questions, answers)
        os.close(questions)
        os.close(answers)
        return True

    def _serve(self, questions: int, answers: int) -> NoReturn:
        """Answer questions until there are no more, and exit without any clean-up handlers."""
        status = 1
        try:
            import signal

            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent to handle
            _send(answers, self._work(self._question))
            while (question := _received(questions)) is not None:
                import pickle

                _send(answers, self._work(pickle.loads(question)))  # noqa: S301 - from the parent
            status = 0
        finally:
            os._exit(status)


@contextmanager
def worker(work: Work) -> Iterator[Worker]:
    """Provide a :class:`Worker` that is ended with the context."""
    made = Worker(work)
    try:
        yield made
    finally:
        made.end()


def end_with(parent: int) -> None:
    """End this process if it is a copy of a parent, given by its id, that is no longer running."""
    if os.getpid() != parent != os.getppid():
        os._exit(1)


def _send(pipe: int, text: bytes) -> None:
    left = memoryview(len(text).to_bytes(_LENGTH) + text)
    while left:
        left = left[os.write(pipe, left) :]


def _received(pipe: int) -> bytes | None:
    """Return the next message; ``None`` if the other end was closed before it was complete."""
    length = _read(pipe, _LENGTH)
    return None if length is None else _read(pipe, int.from_bytes(length))


def _read(pipe: int, number: int) -> bytes | None:
    parts = []
    while number:
        part = os.read(pipe, number)
        if not part:
            return None
        parts.append(part)
        number -= len(part)
    return b"".join(parts)
