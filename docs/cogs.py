"""What the documents show of real runs; `make docs` writes it, the tests check it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import cog

ROOT: Final = Path(__file__).parent.parent


def run(command: str, *, most: int | None = None, status: int = 0) -> None:
    """Write a command and what it prints as a console block.

    Args:
        command: A command line that begins with ``interopwatch``.
        most: How many lines to show; what is left out is said.
        status: The exit status that it must have.
    """
    lines = output(command, status=status).splitlines()
    cog.outl("```console")
    cog.outl(f"$ {command}")
    for line in lines[:most]:
        cog.outl(line)
    if most is not None and len(lines) > most:
        cog.outl(f"… {len(lines) - most} more lines")
    cog.outl("```")


def output(command: str, *, status: int = 0) -> str:
    """What a command prints, on both streams; it must end with the status expected."""
    import shlex

    _, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "interopwatch", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = done.stdout.decode()
    if done.returncode != status:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{text}")
    return text
