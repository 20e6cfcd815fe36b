"""Times whole processes: the least of several runs, and the most memory any of them held."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_KIB: Final = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Timing:
    """What a command cost.

    Attributes:
        seconds: The least wall time of its runs.
        peak: The most bytes that one of its processes held in memory.
    """

    seconds: float
    peak: int


def timed(
    command: Sequence[str], runs: int = 7, cwd: Path | None = None, *, warm_up: bool = True
) -> Timing:
    """Run a command several times, after one run that does not count unless told otherwise.

    Raises:
        RuntimeError: It ended with a status other than 0 or 1.
    """
    if warm_up:
        _once(command, cwd)
    found = [_once(command, cwd) for _ in range(runs)]
    return Timing(min(t.seconds for t in found), max(t.peak for t in found))


def _once(command: Sequence[str], cwd: Path | None) -> Timing:
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=cwd) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Timing(seconds, usage.ru_maxrss * _KIB)


def machine() -> str:
    """The machine in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"{memory:.0f} GiB of memory, Python {platform.python_version()}"
    )


def table(timings: Mapping[str, Timing], to: str) -> str:
    """Timings side by side, each with its ratio to one of them, as a Markdown table."""
    base = timings[to]
    lines = [f"| command | seconds | of {to} | peak MiB |", "|---|---:|---:|---:|"]
    for name, timing in timings.items():
        ratio = timing.seconds / base.seconds
        peak = timing.peak / 2**20
        lines.append(f"| {name} | {timing.seconds:.3f} | {ratio:.2f} | {peak:.0f} |")
    return "\n".join(lines) + "\n"
