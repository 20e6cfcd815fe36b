"""Time complete processes: the least of several runs, and their peak memory."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ENOUGH: Final = 3.0
"""Seconds in total after which no further run starts: long runs differ little."""
_OFTEN: Final = 0.02
"""Seconds between two samples of the memory of all processes."""
_KIB: Final = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Timing:
    """The cost of a command.

    Attributes:
        seconds: The least wall time of its runs.
        peak: The peak memory of its processes together, in bytes.
    """

    seconds: float
    peak: int


def timed(
    args: Sequence[str],
    runs: int = 7,
    cwd: Path | None = None,
    budget: float | None = None,
    stdout: Path | None = None,
) -> Timing | None:
    """Run a command several times, or less often if it takes long.

    Args:
        args: The command.
        runs: The maximum number of runs.
        cwd: The folder to run it in.
        budget: The timeout of a run, in seconds.
        stdout: The file for its output; discarded if not given.

    Returns:
        Its cost; ``None`` if it timed out.

    Raises:
        RuntimeError: Its exit status is not 0.
    """
    found: list[Timing] = []
    while len(found) < runs and sum(t.seconds for t in found) < _ENOUGH:
        with Path(stdout or os.devnull).open("wb") as out:
            timing = _once(args, cwd, budget, out)
        if timing is None:
            return None
        found.append(timing)
    return Timing(min(t.seconds for t in found), max(t.peak for t in found))


def _once(
    args: Sequence[str], cwd: Path | None, budget: float | None, out: BinaryIO
) -> Timing | None:
    # Without cached bytecode, a command would compile its modules in every run and take several
    # times as long to start as when installed.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    with subprocess.Popen(args, stdout=out, cwd=cwd, env=kept) as process:
        watch = threading.Timer(budget, process.kill) if budget else None
        if watch is not None:
            watch.start()
        together = _Together(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    held = together.stop()
    if watch is not None:
        watch.cancel()
        if process.returncode == -signal.SIGKILL:
            return None
    if process.returncode != 0:  # a Python error exits with 1
        raise RuntimeError(f"{' '.join(args)} ended with {process.returncode}")
    # The system reports the peak of the largest single process.
    return Timing(seconds, max(usage.ru_maxrss * _KIB, held))


class _Together:
    """Samples the memory of a process and its children.

    Pages that they share count for each of them.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._most = pid, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Stop sampling and return the peak, in bytes."""
        self._done.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        try:
            import psutil
        except ImportError:  # the system's figure has to do
            return
        while not self._done.wait(_OFTEN):
            with suppress(psutil.Error):
                parent = psutil.Process(self._pid)
                children = parent.children(recursive=True)
                held = sum(each.memory_info().rss for each in (parent, *children))
                self._most = max(self._most, held)


def machine() -> str:
    """Describe the machine in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"{memory:.0f} GiB of memory, Python {platform.python_version()}"
    )


def table(timings: Mapping[str, Timing | str], to: Sequence[str]) -> str:
    """Return timings as a Markdown table, each with its ratio to some of them.

    Args:
        timings: The timings by name; a text says why there is none.
        to: The names of the timings to compare with.
    """
    ratios = "".join(f" of {name} |" for name in to)
    lines = [f"| command | seconds |{ratios} peak MiB |", f"|---|---:|{'---:|' * len(to)}---:|"]
    for name, timing in timings.items():
        if isinstance(timing, str):
            lines.append(f"| {name} | {timing} |{' |' * (len(to) + 1)}")
            continue
        told = "".join(f" {_ratio(timing, timings.get(base))} |" for base in to)
        lines.append(f"| {name} | {timing.seconds:.3f} |{told} {timing.peak / 2**20:.0f} |")
    return "\n".join(lines) + "\n"


def _ratio(timing: Timing, base: Timing | str | None) -> str:
    return f"{timing.seconds / base.seconds:.2f}" if isinstance(base, Timing) else ""
