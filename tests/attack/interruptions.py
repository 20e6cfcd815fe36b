"""Kill or interrupt a command that writes, or fill or fail its disk, at each step.

A step is a system call that writes. If strace is available, it fails each of these calls (``-e
inject``) or ends the process there; everywhere, the steps that Python audits are failed inside the
process (:mod:`faults`), which are fewer.
"""

from __future__ import annotations

import ctypes
import errno
import re
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from attack.child import Ended, run, run_here
from attack.tally import Tally
from attack.worlds import SCENARIOS, Scenario, files, is_pending, recover, visible
from faults import KILLED, arm
from interopwatch.errors import InteropwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLS: Final = (
    "openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "close_range",
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat",
)  # fmt: skip
"""The calls that write; for ``openat``, only those that open to write."""
FAULTS: Final = ("signal=KILL", "error=ENOSPC", "error=EIO", "signal=INT")
_LINE: Final = re.compile(r"(\w+)\((.*)")
_TO_WRITE: Final = re.compile(r"\bO_(?:CREAT|WRONLY|RDWR)\b")
_PTRACER: Final = 0x59616D61
"""PR_SET_PTRACER: allow another process to trace this one (prctl(2))."""
_DONE: Final = re.compile(r"^(?:wrote|Wrote|Froze) ", re.MULTILINE)
_NOTHING: Final = re.compile(r"Nothing was (?:changed|frozen|written)")
_INTERRUPTED: Final = 130


@dataclass(frozen=True)
class _Wanted:
    """The states that a world may be in."""

    old: dict[str, bytes]
    new: dict[str, bytes]


def by_hook(scenario: Scenario, every: int = 1) -> Tally:
    """Fail a command at the steps that Python audits, one after the other.

    Args:
        scenario: The command.
        every: Try one step in this many: 1 for all, 3 for every third.
    """
    tally = Tally(f"{scenario.name}: steps in the process")
    faults: tuple[Literal["kill"] | int, ...] = ("kill", errno.ENOSPC, errno.EIO)
    with TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name)
        wanted = _wanted(scenario, folder)
        for what in faults:
            step = 0
            while (struck := _at_step(scenario, folder, wanted, tally, step, what)) and step < 500:
                step += every
            assert struck or step, "a command that writes has steps"
    return tally


def _at_step(
    scenario: Scenario,
    folder: Path,
    wanted: _Wanted,
    tally: Tally,
    step: int,
    what: Literal["kill"] | int,
) -> str:
    """Fail a command at a step; return the name of the step, or empty if there are fewer."""
    world = _built(scenario, folder)
    mark = folder / "mark"
    mark.unlink(missing_ok=True)

    def before() -> None:
        arm(step, what, str(world), lambda event: _write(mark, event))

    ended = run(scenario.arguments(world), folder / "said", before)
    if not mark.exists():
        return ""
    if what == "kill" and ended.status == KILLED:
        ended = Ended(-9, ended.out, ended.err, ended.memory)
    named = what if isinstance(what, str) else errno.errorcode[what]
    _check(scenario, folder, wanted, ended, tally, f"{named} at step {step} ({mark.read_text()})")
    return mark.read_text()


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def by_strace(scenario: Scenario, every: int = 1) -> Tally:
    """Fail a command at each system call that writes.

    Args:
        scenario: The command.
        every: Try one call in this many: 1 for all, 3 for every third.
    """
    tally = Tally(f"{scenario.name}: calls to the system")
    if (why := _without_strace()) is not None:
        tally.skipped = why
        return tally
    with TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name)
        wanted = _wanted(scenario, folder)
        world = _built(scenario, folder)
        _traced(scenario, folder, world, [])
        steps = list(_steps(folder / "trace"))
        assert steps, "a command that writes makes calls"
        for fault in FAULTS:
            for call, number in steps[::every]:
                world = _built(scenario, folder)
                inject = [f"--inject={call}:{fault}:when={number}"]
                ended = _traced(scenario, folder, world, inject)
                trace = (folder / "trace").read_text("utf-8", "replace")
                if _struck(trace, fault):
                    _check(scenario, folder, wanted, ended, tally, f"{fault} at {call} {number}")
    return tally


def _without_strace() -> str | None:
    strace = shutil.which("strace")
    if strace is None:
        return "there is no strace"
    tried = subprocess.run(
        [strace, "-qq", "-e", "trace=none", "true"], check=False, capture_output=True
    )
    return None if tried.returncode == 0 else "strace may not trace here"


def _struck(trace: str, fault: str) -> bool:
    if fault.startswith("error"):
        return "(INJECTED)" in trace
    return f"SIG{fault.rpartition('=')[2]}" in trace


def _traced(scenario: Scenario, folder: Path, world: Path, inject: list[str]) -> Ended:
    """Run a command under strace, which is attached before the command begins."""
    trace = folder / "trace"
    calls = ",".join(f"?{call}" for call in CALLS)

    def beside(process: int) -> Callable[[], None]:
        words = ["strace", "-qq", "-o", str(trace), f"--trace={calls}", *inject]
        tracing = subprocess.Popen([*words, "-p", str(process)])
        status = Path(f"/proc/{process}/status")
        while "TracerPid:\t0\n" in status.read_text():
            assert tracing.poll() is None, "strace ended"
            time.sleep(0.002)

        def after() -> None:
            tracing.wait()

        return after

    return run(scenario.arguments(world), folder / "said", beside=beside, early=_allow_tracing)


def _allow_tracing() -> None:
    ctypes.CDLL(None).prctl(_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)


def _steps(trace: Path) -> Iterator[tuple[str, int]]:
    """Yield the calls that write, each with its number among the calls of its name."""
    numbers: dict[str, int] = {}
    for line in trace.read_text("utf-8", "replace").splitlines():
        if (found := _LINE.match(line)) is None:
            continue
        call, arguments = found.groups()
        numbers[call] = numbers.get(call, 0) + 1
        if call != "openat" or _TO_WRITE.search(arguments):
            yield call, numbers[call]


def _built(scenario: Scenario, folder: Path) -> Path:
    """Return a world as it is before the command."""
    world = folder / "world"
    shutil.rmtree(world, ignore_errors=True)
    template = folder / "template"
    if not scenario.name.startswith("finish") and template.exists():
        shutil.copytree(template, world)
        return world
    world.mkdir()
    scenario.build(world)  # a copy of a journal is invalid
    if not template.exists():
        shutil.copytree(world, template)
    return world


def _wanted(scenario: Scenario, folder: Path) -> _Wanted:
    world = _built(scenario, folder)
    recover(world)
    old = files(world)
    world = _built(scenario, folder)
    ended = run_here(scenario.arguments(world))
    assert ended.status == 0, f"{scenario.name}: {ended}"
    new = files(world)
    assert old != new or scenario.name == "finish, by tidy", scenario.name
    return _Wanted(old, new)


def _check(
    scenario: Scenario,
    folder: Path,
    wanted: _Wanted,
    ended: Ended,
    tally: Tally,
    where: str,
) -> None:
    """Check the state after an interrupted command, and its messages."""
    tally.tried += 1
    world = folder / "world"
    told = f"{where}: {ended}"
    pending = is_pending(world)
    now = visible(world)
    states = (wanted.old, wanted.new)
    if ended.hung:
        tally.wrong("hangs", told)
    if ended.broke or ended.status == 1:
        tally.wrong("tracebacks", told)
    if ended.status == _INTERRUPTED and "signal=INT" not in where:
        tally.wrong("tracebacks", told)
    if not pending and now not in states:
        tally.wrong("mixed", f"{told}: {_difference(now, wanted)}")
    is_new = now == wanted.new or pending
    if (
        _NOTHING.search(ended.err)
        and is_new
        and wanted.old != wanted.new
        and not (scenario.name.startswith("finish") and pending)
    ):
        tally.wrong("untrue", told)
    said_done = ended.status == 0 or _DONE.search(ended.out)
    if "and is there" in ended.err and not scenario.name.startswith("finish"):
        said_done = True
    _heal(scenario, folder, tally, told)
    after = files(world)
    if after not in states:
        tally.wrong("lost", f"{told}: after the next command: {_difference(after, wanted)}")
    elif said_done and after != wanted.new:
        tally.wrong("lost" if ended.status == 0 else "untrue", told)
    elif is_new and not pending and after != wanted.new:
        tally.wrong("lost", told)


def _heal(scenario: Scenario, folder: Path, tally: Tally, told: str) -> None:
    """Run the next command that writes."""
    world = folder / "world"
    if not scenario.output:
        with suppress(InteropwatchError):
            recover(world)
        return
    exists = scenario.output == "new" and (world / "new").exists()
    again = run(scenario.arguments(world), folder / "said")
    if again.status != (2 if exists else 0):
        tally.wrong("lost", f"{told}: the same command again: {again}")


def _difference(found: dict[str, bytes], wanted: _Wanted) -> str:
    """Describe the files that are in neither or only one of the two states."""
    told = []
    for name in sorted(found.keys() | wanted.old.keys() | wanted.new.keys()):
        content = found.get(name)
        if content not in (wanted.old.get(name), wanted.new.get(name)):
            told.append(f"{name} is neither")
        elif wanted.old.get(name) != wanted.new.get(name):
            told.append(f"{name} is {'old' if content == wanted.old.get(name) else 'new'}")
    return ", ".join(told)


def attacks(every: int = 2) -> list[Callable[[], Tally]]:
    """Return one attack for each command and way of failing it.

    Every second step is tried: some 1,900, which take 180 seconds of processor time. Capture is
    tried at a fourth of these: it takes twice as long as any other, and writes as tidy does.
    """
    return [
        partial(way, scenario, every * (4 if "capture" in scenario.name else 1))
        for scenario in SCENARIOS
        for way in (by_strace, by_hook)
    ]
