"""Draw pictures in a process that can be stopped, since specifications may be hostile.

An expression in a specification can take any amount of time, and a scale any amount of memory. So
vl-convert runs in a separate process (:mod:`interopwatch.report.vega_worker`) with limits; one
process draws all pictures of a command, as it takes half a second to start.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

from interopwatch.extras import extra
from interopwatch.package.labels import counted
from interopwatch.report import vega_worker

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS: Final = 30.0
"""The time limit for the pictures of a command in seconds, beyond what is usual. It is wall time
and generous, for machines that are busy with other things; the worker limits processor time
(:data:`vega_worker.SECONDS`)."""
_USUAL: Final = 1.0
"""Seconds for each picture that do not count: 0.02 is usual, and the first takes 0.7."""
_MOST: Final = 16 << 20
"""The maximum size of a picture in bytes: 50,000 marks take 11 million."""

_TOO_LONG: Final = -signal.SIGXCPU if sys.platform != "win32" else None
"""The exit status of a process that exceeded its limit of processor time."""


class DrawingError(Exception):
    """A specification could not be drawn, or not within the limits."""


class Drawer:
    """Draws Vega-Lite specifications within a time limit.

    Args:
        seconds: The limit for all pictures together, beyond what is usual.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def svg(self, spec: Mapping[str, Any], version: str) -> str:
        """Draw a picture as SVG.

        Args:
            spec: Its specification, with all data.
            version: The version of Vega-Lite for which it is written.

        Raises:
            DrawingError: It cannot be drawn, or takes too much time or memory.
            MissingExtraError: vl-convert is not installed.
        """
        return self._drawn({"spec": spec, "version": version, "scale": 0})

    def png(self, spec: Mapping[str, Any], version: str, scale: float) -> bytes:
        """Draw a picture as PNG, with ``scale`` pixels for each of its own.

        Raises:
            DrawingError: It cannot be drawn, or takes too much time or memory.
            MissingExtraError: vl-convert is not installed.
        """
        return base64.b64decode(self._drawn({"spec": spec, "version": version, "scale": scale}))

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            # Drains the pipes and waits, so that neither a pipe nor a zombie is left.
            process.kill()
            process.communicate()

    def _drawn(self, request: Mapping[str, Any]) -> str:
        folder = _installed_in()
        limit = self._seconds
        if limit <= 0:
            raise DrawingError("other pictures used up the time limit")
        process = self._process
        if process is None or process.poll() is not None:
            process = self._started(folder)
        assert process.stdin is not None
        assert process.stdout is not None
        timer = Timer(limit + _USUAL, process.kill)
        began = time.monotonic()
        timer.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            # A longer answer is cut off before its line feed.
            line = process.stdout.readline(_MOST)
        except OSError:  # it ended before it had read everything
            line = b""
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()
            took = time.monotonic() - began
            self._seconds -= max(0.0, took - _USUAL)
        if not line.endswith(b"\n"):
            self.close()
            if line:
                raise DrawingError(f"it is larger than {_MOST:,} bytes")
            seconds = limit if took >= limit else vega_worker.SECONDS
            if took >= limit or process.returncode == _TOO_LONG:
                most = counted(max(1, round(seconds)), ("second", "seconds"))
                raise DrawingError(f"it takes more than {most}")
            most = f"{vega_worker.MEMORY >> 30} GiB of memory"
            raise DrawingError(f"its process ended early, as it does beyond {most}")
        answer = json.loads(line)
        if "refused" in answer:
            raise DrawingError(answer["refused"])
        drawn: str = answer["drawn"]
        return drawn

    def _started(self, folder: Path) -> subprocess.Popen[bytes]:
        if not sys.executable or getattr(sys, "frozen", False):
            raise DrawingError("no process with a time limit can be started for it")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very Python, and a module of ours
                # `-I`: neither the working folder nor the environment affects what it imports, so
                # it is given the folder of vl-convert.
                (sys.executable, "-I", vega_worker.__file__, folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, ValueError) as error:
            raise DrawingError(
                f"no process with a time limit can be started for it: {error}"
            ) from None
        return self._process


def _installed_in() -> Path:
    with extra("pictures", "pictures"):
        found = find_spec("vl_convert")
        if found is None or found.origin is None:
            raise ModuleNotFoundError(name="vl_convert")
    return Path(found.origin).parents[1]


def shared_drawer() -> Drawer:
    """Return the drawer of this process, which is closed at exit."""
    return _drawer_of(os.getpid())  # a forked process does not share its parent's


@cache
def _drawer_of(_process: int) -> Drawer:
    drawer = Drawer()
    atexit.register(drawer.close)
    return drawer
