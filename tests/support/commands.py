"""Run the command line inside the test process."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from interopwatch.cli import run
from validated import is_change_set, validate


@dataclass(frozen=True)
class Ran:
    """How a command ended, and its output."""

    code: int
    out: str
    err: str


class Cli:
    """The command line for one package."""

    def __init__(self, capsys: pytest.CaptureFixture[str], root: Path | None = None) -> None:
        self._capsys = capsys
        self.root = root

    def at(self, root: Path) -> Cli:
        """Return the same for another package."""
        return Cli(self._capsys, root)

    def __call__(self, *arguments: str) -> Ran:
        """Run a command; a bug in it raises here."""
        self._capsys.readouterr()
        package = [] if self.root is None else ["--package", str(self.root)]
        with pytest.raises(SystemExit) as ended:
            run([*package, *arguments])
        said = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        if is_change_set(said.out):
            validate(said.out)
        for option, name in pairwise(arguments):
            written = option in ("-o", "--output") and Path(name).is_file()
            if written and is_change_set(text := Path(name).read_text("utf-8", "replace")):
                validate(text)
        return Ran(ended.value.code, said.out, said.err)

    def good(self, *arguments: str) -> str:
        """Return the output of a command that must succeed without messages."""
        ran = self(*arguments)
        assert (ran.code, ran.err) == (0, "")
        return ran.out
