"""Run something in a child process that is killed, or fails, at its nth step.

A step is a call that Python audits before making it (PEP 578): opening, renaming, removing and
creating files, and changing their mode.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: Final = (
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "shutil.rmtree",
)
KILLED: Final = 9
REFUSED: Final = 3
ENDED: Final = 0
BROKEN: Final = 4


def run_until(
    step: int, what: Literal["kill"] | int, action: Callable[[], object], below: str
) -> int:
    """Run an action in a child process until a step.

    Args:
        step: The number of the step, from 0, among those on paths below a folder.
        what: Whether to kill the process there, or the error number with which the step fails.
        action: The action.
        below: The folder.

    Returns:
        KILLED; ENDED if there were fewer steps and all went well, REFUSED if the action raised an
        error of interopwatch or of the system, BROKEN if any other.
    """
    child = os.fork()
    if child == 0:
        status = BROKEN
        try:
            status = _run(step, what, action, below)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _run(step: int, what: Literal["kill"] | int, action: Callable[[], object], below: str) -> int:
    from interopwatch.errors import InteropwatchError

    arm(step, what, below)
    try:
        action()
    except (InteropwatchError, OSError):
        return REFUSED
    return ENDED


def arm(
    step: int,
    what: Literal["kill"] | int,
    below: str,
    struck: Callable[[str], object] = lambda _: None,
) -> None:
    """Make this process be killed, or fail, at a step; this cannot be undone.

    Args:
        step: The number of the step, from 0, among those on paths below a folder.
        what: Whether to kill the process there, or the error number with which the step fails.
        below: The folder.
        struck: Called with the name of the step when it is reached.
    """
    left = [step]

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS or not any(below in str(each) for each in arguments):
            return
        left[0] -= 1
        if left[0] == -1:
            struck(event)
            if what == "kill":
                os._exit(KILLED)
            raise OSError(what, os.strerror(what), str(arguments[0]))

    sys.addaudithook(count)
