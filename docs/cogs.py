"""Output of real runs for the documents; `make docs` writes it, the tests check it."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Final

import cog

import interopwatch.cli

ROOT: Final = Path(__file__).parent.parent


def run(command: str, *, most: int | None = None, status: int = 0) -> None:
    """Write a command and its output as a console block.

    Args:
        command: A command line that begins with ``interopwatch``.
        most: The maximum number of lines to show, followed by the number of the others.
        status: The expected exit status.
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


def help_of(*words: str) -> None:
    """Write a command and its help; in this process, as each start takes longer."""
    command = ["interopwatch", *words, "--help"]
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")) as out, suppress(SystemExit):
        interopwatch.cli.run(command[1:])
    out.seek(0)
    _show(shlex.join(command), out.read(), None)


def run_in(folder: str, command: str) -> None:
    """Write any command and its output in a folder of this repository."""
    program, *arguments = shlex.split(command)
    found = Path(sys.executable).with_name(program)
    _show(command, _printed([str(found), *arguments], ROOT / folder, command), None)


def python_in(folder: str, program: str) -> None:
    """Write a program and its output in a folder of this repository."""
    cog.outl(f"```python\n{program.strip()}\n```\n")
    text = _printed([sys.executable, "-c", program], ROOT / folder, "the program")
    cog.outl(f"```text\n{text.rstrip()}\n```")


class Folder:
    """A temporary folder for commands, kept while a document is written."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="interopwatch-docs-")
        self.path = Path(self._folder.name)

    def write(self, name: str, text: str) -> None:
        """Create a file, and show it."""
        (self.path / name).write_text(text.lstrip(), encoding="utf-8")
        cog.outl(f"`{name}`:\n\n```{Path(name).suffix[1:]}\n{text.strip()}\n```")

    def copy(self, name: str, example: str) -> None:
        """Copy one of the examples beside this module into the folder."""
        shutil.copy(ROOT / "docs" / "examples" / example, self.path / name)

    def run(self, command: str, *, most: int | None = None, status: int = 0) -> None:
        """Write a command and its output, like :func:`run`."""
        _show(command, output(command, status=status, folder=self.path), most)

    def python(self, program: str) -> None:
        """Write a program and its output in the folder."""
        cog.outl(f"```python\n{program.strip()}\n```\n")
        text = _printed([sys.executable, "-c", program], self.path, "the program")
        cog.outl(f"```text\n{text.rstrip()}\n```")

    def quietly(self, *commands: str) -> None:
        """Write commands of other programs, without their output."""
        cog.outl("```console")
        for command in commands:
            cog.outl(f"$ {command}")
            subprocess.run(shlex.split(command), cwd=self.path, check=True, capture_output=True)
        cog.outl("```")


class Copy(Folder):
    """A copy of the package, which commands may change."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("tables", "snapshots", "docs"):
            shutil.copytree(ROOT / name, self.path / name)
        shutil.copy(ROOT / "datapackage.json", self.path)


def output(command: str, *, status: int = 0, folder: Path = ROOT) -> str:
    """Return a command's standard output and error, after checking its exit status."""
    _, *arguments = shlex.split(command)
    return _printed([sys.executable, "-m", "interopwatch", *arguments], folder, command, status)


def _printed(arguments: list[str], folder: Path, command: str, status: int = 0) -> str:
    done = subprocess.run(
        arguments,
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
