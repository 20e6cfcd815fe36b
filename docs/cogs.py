"""What the documents show of real runs; `make docs` writes it, the tests check it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
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
    _show(command, output(command, status=status), most)


def _show(command: str, text: str, most: int | None) -> None:
    lines = text.splitlines()
    cog.outl("```console")
    cog.outl(f"$ {command}")
    for line in lines[:most]:
        cog.outl(line)
    if most is not None and len(lines) > most:
        cog.outl(f"… {len(lines) - most} more lines")
    cog.outl("```")


class Copy:
    """A copy of the package that commands may change, for as long as a document is written."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="interopwatch-docs-")
        for name in ("tables", "snapshots", "docs"):
            shutil.copytree(ROOT / name, Path(self._folder.name) / name)
        shutil.copy(ROOT / "datapackage.json", self._folder.name)

    def run(self, command: str, *, most: int | None = None, status: int = 0) -> None:
        """Write a command and what it prints, as :func:`run` does."""
        _show(command, output(command, status=status, folder=Path(self._folder.name)), most)


def output(command: str, *, status: int = 0, folder: Path = ROOT) -> str:
    """What a command prints, on both streams; it must end with the status expected."""
    import shlex

    _, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "interopwatch", *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = done.stdout.decode().replace(f"{folder}/", "")
    if done.returncode != status:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{text}")
    return text
