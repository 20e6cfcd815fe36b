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
"""Processes to work with: each holds some 10 MiB of its own, and memory is to stay flat. On the two
threads of one core, a million rows in one order took a tenth to a quarter less time with two."""
_LENGTH: Final = 8
"""The bytes of a number that says how many bytes follow."""


def number(size: int, each: int) -> int:
    """How many processes to work with, this one included.

    Args:
        size: How much there is to do.
        each: How much of it is worth a process of its own.
    """
    return max(1, min(most(), size // each))


def most() -> int:
    """How many processes to work with where there is much to do."""
    # A thread is not copied, but a lock that it holds is, which nobody would ever release.
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    has_affinity = hasattr(os, "sched_getaffinity")
    return min(_MOST, len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1)


class Worker:
    """A copy of this process that answers questions, one after another.

    It begins with its first question, which need not be passed. To copy this process for each of
    six took a tenth more processor time in all: what either of the two writes to after that, the
    system copies first.
    """

    def __init__(self, work: Work) -> None:
        """Say what to do.

        Args:
            work: Answers a question. It may be done twice, and so begins anew what it wrote.
        """
        self._work = work
        self._question: Any = None
        self._pid, self._questions, self._answers = 0, -1, -1
        self._is_asked = self._is_of_no_use = False

    def ask(self, question: Any = None) -> None:  # noqa: ANN401 - what can be pickled
        """Have a question answered; the answer to the one before has been taken."""
        self._question, self._is_asked = question, True
        if self._pid:
            import pickle

            with suppress(OSError):  # it has ended, which shows when it is to answer
                _send(self._questions, pickle.dumps(question))
        elif not self._is_of_no_use:
            self._is_of_no_use = not (hasattr(os, "fork") and self._began())

    def answer(self) -> bytes:
        """Wait for the answer.

        If the copy came to no end, the question is answered here, and what goes wrong in it is
        raised.
        """
        found = _received(self._answers) if self._pid else None
        self._is_asked = False
        if found is None:
            self._is_of_no_use = True
            self.end()
            found = self._work(self._question)
        return found

    def end(self) -> None:
        """End the copy, whatever it does."""
        if not self._pid:
            return
        os.close(self._questions)
        os.close(self._answers)
        ended, self._pid = self._pid, 0
        if self._is_asked:
            import signal

            with suppress(ProcessLookupError):
                os.kill(ended, signal.SIGKILL)
        # Whoever began this process may have told the system to take its children's ends itself.
        with suppress(ChildProcessError):
            os.waitpid(ended, 0)

    def _began(self) -> bool:
        """Copy this process; return whether there was room for it."""
        questions, self._questions = os.pipe()
        self._answers, answers = os.pipe()
        try:
            with warnings.catch_warnings():
                # Of threads that Python has not begun; see :func:`most` for the others.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._pid = os.fork()
        except OSError:
            for each in (questions, self._questions, self._answers, answers):
                os.close(each)
            return False
        if self._pid == 0:
            # Or it would wait for itself, if its parent ends.
            os.close(self._questions)
            os.close(self._answers)
            self._serve(questions, answers)
        os.close(questions)
        os.close(answers)
        return True

    def _serve(self, questions: int, answers: int) -> NoReturn:
        """Answer questions, and end without what this process would do at its end."""
        status = 1
        try:
            import signal

            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent to handle
            _send(answers, self._work(self._question))
            while (question := _received(questions)) is not None:
                import pickle

                _send(answers, self._work(pickle.loads(question)))  # noqa: S301 - of our parent
            status = 0
        finally:
            os._exit(status)


@contextmanager
def worker(work: Work) -> Iterator[Worker]:
    """A copy of this process to ask, until the context ends; see :class:`Worker`."""
    made = Worker(work)
    try:
        yield made
    finally:
        made.end()


def end_with(parent: int) -> None:
    """End this process if it is a copy of one that runs no longer."""
    if os.getpid() != parent != os.getppid():
        os._exit(1)


def _send(pipe: int, text: bytes) -> None:
    left = memoryview(len(text).to_bytes(_LENGTH) + text)
    while left:
        left = left[os.write(pipe, left) :]


def _received(pipe: int) -> bytes | None:
    """What was sent; ``None`` if the other end was closed before it was whole."""
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
