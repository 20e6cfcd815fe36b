"""Helpers: processes that compare pieces while this one compares another."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

import msgspec

from interopwatch.compare import helper
from interopwatch.compare.comparing import compare
from interopwatch.compare.records import Torn
from interopwatch.compare.route import NotThisWay

if TYPE_CHECKING:
    from types import TracebackType

    from interopwatch.compare.comparing import Work

_LIBRARIES: Final = str(Path(msgspec.__file__).parents[1])
"""Where a helper finds msgspec; looking for it in the usual way takes as long as its start."""
_MOST: Final = 3
"""More processes than this would hold more memory than is promised."""
_EACH: Final = 16 << 20
"""How many bytes of both files are worth a process of their own."""


def processes(size: int) -> int:
    """How many processes to compare so many bytes with, this one included."""
    can_start = bool(sys.executable) and not getattr(sys, "frozen", False)
    if not (can_start and Path(helper.__file__).is_file()):
        return 1
    return max(1, min(_MOST, processors(), size // _EACH))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Helper:
    """A process that compares a piece.

    Attributes:
        found: What it wrote, once it was waited for.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.found: IO[bytes] = tempfile.TemporaryFile(prefix="interopwatch-")  # noqa: SIM115 - closed on exit
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # What goes wrong in it goes wrong here again, where a traceback is seen.
        with suppress(OSError):
            self._process = subprocess.Popen(  # noqa: S603 - this very Python, and a module of ours
                (sys.executable, "-I", "-S", helper.__file__, _LIBRARIES),
                stdin=subprocess.PIPE,
                stdout=self.found,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt is for this process to handle
            )
            assert self._process.stdin is not None, "it was asked for"
            packed = self._work.packed()
            # It stays open: when this process ends, however it does, the other one sees that.
            self._process.stdin.write(len(packed).to_bytes(helper.LENGTH) + packed)
            self._process.stdin.flush()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdin is not None, "it was asked for"
            with suppress(OSError):
                self._process.stdin.close()
        self.found.close()

    def wait(self) -> None:
        """Wait until it has written all that it found; if it fails, do its work.

        Raises:
            NotThisWay: The piece cannot be compared.
            Torn: It begins or ends within a record.
            Exception: What :func:`interopwatch.compare.comparing.compare` raises, if it has to be
                done here.
        """
        status = 1 if self._process is None else self._process.wait()
        if status == helper.TORN:
            raise Torn
        if status == helper.NOT_THIS_WAY:
            raise NotThisWay
        if status:
            self.found.seek(0)
            self.found.truncate()
            compare(self._work, self.found, lambda _: None)
