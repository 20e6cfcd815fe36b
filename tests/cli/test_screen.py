"""Output on a terminal: colours where they are wanted, wrapped lines, and a pager."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from typing import TYPE_CHECKING, Final

import pytest

from commands import Cli
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COLOUR: Final = "\x1b["
VARIABLES: Final = (
    "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "LINES", "LESS", "PAGER",
    "INTEROPWATCH_PAGER", "GITHUB_ACTIONS", "TF_BUILD",
)  # fmt: skip


SIDES: Final = ("old", "new")
REPORT: Final = ("report", *SIDES)
DIFF: Final = ("diff", *SIDES)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with two packages that differ in many rows."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{n},Place number {n}\n" for n in range(40))
    package({"places": spec("id,name\n0,Place\n")}).write(tmp_path / "old")
    package({"places": spec(f"id,name\n{rows}")}).write(tmp_path / "new")
    return tmp_path


def on_terminal(*arguments: str, size: str = "24x80", **environment: str) -> str:
    """Return what a terminal of a size (rows and columns) shows of a successful command."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", *map(int, size.split("x")), 0, 0))
    command = [sys.executable, "-m", "interopwatch", *arguments]
    pid = os.posix_spawn(
        sys.executable,
        command,
        {**os.environ, "TERM": "xterm", **environment},
        file_actions=[(os.POSIX_SPAWN_DUP2, child, at) for at in range(3)],
    )
    os.close(child)
    said = b""
    while True:
        try:
            block = os.read(parent, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not block:
            break
        said += block
    os.close(parent)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said
    return said.decode().replace("\r\n", "\n")


def marked(tmp_path: Path) -> str:
    """Return a pager that marks its output, with the options of ``less``."""
    script = tmp_path / "pager"
    script.write_text('#!/bin/sh\necho "PAGED $LESS"\ncat\n')
    script.chmod(0o755)
    return str(script)


# Colours


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_on_a_terminal(environment: Mapping[str, str], *, is_coloured: bool) -> None:
    for arguments in (REPORT, DIFF, ("show", SIDES[0])):
        said = on_terminal(*arguments, PAGER="cat", **environment)
        assert (COLOUR in said) is is_coloured, arguments


@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [
        ({}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_in_a_pipe(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    environment: Mapping[str, str],
    *,
    is_coloured: bool,
) -> None:
    cli = Cli(capsys)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (COLOUR in cli.good(*REPORT)) is is_coloured
    cli.good(*REPORT, "-o", "file")
    assert COLOUR not in (home / "file").read_text("utf-8")


# Width


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("width", [40, 72])
def test_lines_are_as_wide_as_the_terminal(width: int) -> None:
    said = on_terminal(*REPORT, size=f"200x{width}", NO_COLOR="1")
    assert width - 25 < max(map(len, said.splitlines())) <= width


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "command",
    [("log",), ("status",), ("history",), ("history", "FIN"), ("as-of", "2022"), ("report",)],
    ids=" ".join,
)
def test_every_command_that_tells_something_fits_a_narrow_terminal(
    command: tuple[str, ...],
) -> None:
    said = on_terminal("--no-pager", *command, size="200x40", NO_COLOR="1")
    told = [line for line in said.splitlines() if not line.startswith("note: ")]
    assert 30 < max(map(len, told)) <= 40


@pytest.mark.usefixtures("home")
def test_lines_are_never_wider_than_is_good_to_read() -> None:
    said = on_terminal(*REPORT, size="200x250", NO_COLOR="1")
    assert 80 < max(map(len, said.splitlines())) <= 100


def test_columns_say_how_wide_a_terminal_is_and_leave_a_pipe_alone(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = on_terminal(*REPORT, size="200x80", NO_COLOR="1", COLUMNS="40")
    assert 25 < max(map(len, said.splitlines())) <= 40
    cli = Cli(capsys)
    plain = cli.good(*REPORT)
    monkeypatch.setenv("COLUMNS", "40")
    assert cli.good(*REPORT) == plain
    cli.good(*REPORT, "-o", "file")
    assert (home / "file").read_text("utf-8") == plain


# The pager


def test_what_is_longer_than_the_screen_goes_through_the_pager(home: Path) -> None:
    pager = marked(home)
    paged = on_terminal(*DIFF, PAGER=pager)
    assert paged.startswith("PAGED FRX\n")
    plain = on_terminal(*DIFF, PAGER="cat")
    assert paged == f"PAGED FRX\n{plain}"
    assert COLOUR in paged


def test_what_fits_is_shown_at_once(home: Path) -> None:
    said = on_terminal(*DIFF, size="400x80", PAGER=marked(home))
    assert "PAGED" not in said


@pytest.mark.parametrize(
    "arguments",
    [("--no-pager", "diff"), ("diff", "--no-pager")],
    ids=["before the command", "after it"],
)
def test_no_pager(home: Path, arguments: tuple[str, ...]) -> None:
    assert "PAGED" not in on_terminal(*arguments, *SIDES, PAGER=marked(home))


@pytest.mark.parametrize(
    ("environment", "is_paged"),
    [
        ({"PAGER": "cat"}, False),
        ({"PAGER": ""}, False),
        ({"PAGER": "cat", "INTEROPWATCH_PAGER": "PAGER"}, True),
        ({"PAGER": "PAGER", "INTEROPWATCH_PAGER": ""}, False),
        ({"PAGER": "PAGER", "TERM": "dumb"}, False),
    ],
)
def test_which_pager(home: Path, environment: Mapping[str, str], *, is_paged: bool) -> None:
    pager = marked(home)
    named = {k: pager if v == "PAGER" else v for k, v in environment.items()}
    assert ("PAGED" in on_terminal(*DIFF, **named)) is is_paged


def test_the_user_says_what_less_is_asked_for(home: Path) -> None:
    said = on_terminal(*DIFF, PAGER=marked(home), LESS="-S")
    assert said.startswith("PAGED -S\n")


@pytest.mark.usefixtures("home")
def test_a_pager_that_ends_early_is_no_error() -> None:
    said = on_terminal(*DIFF, PAGER="true")
    assert said == ""


def test_what_a_cell_would_have_a_terminal_do_reaches_no_pager(home: Path) -> None:
    hostile = "\x1b]0;title\x07\x1b[8m"
    rows = "".join(f'{n},"{hostile}{n}"\n' for n in range(40))
    package({"places": spec("id,name\n")}).write(home / "old")
    package({"places": spec(f"id,name\n{rows}")}).write(home / "new")
    pager = marked(home)
    for command in (DIFF, (*DIFF, "--format", "csv"), REPORT):
        said = on_terminal(*command, size="5x80", PAGER=pager)
        assert "PAGED" in said
        ours = re.compile(r"\x1b\[\d*m")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", ours.sub("", said))


def test_scripts_and_files_get_no_pager(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", marked(home))
    assert "PAGED" not in Cli(capsys).good(*DIFF)
    said = on_terminal(*DIFF, "-o", "f", PAGER=marked(home))
    assert said == ""
    assert "PAGED" not in (home / "f").read_text("utf-8")
