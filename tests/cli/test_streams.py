"""Output of commands: a workflow that logs it obeys none of it, and a file has all of it."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import TYPE_CHECKING, Final

import pytest

from commands import Cli
from interopwatch.cli import run
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Buffer

OBEYED: Final = re.compile(r"^\s*::|##(?:vso)?\[|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", re.MULTILINE)
"""What a log or a terminal would take for a command."""


@pytest.fixture
def _workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")


@pytest.mark.usefixtures("_workflow")
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_that_is_written_in_blocks_stays_json_in_a_log(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = ",".join(f"field{i}" for i in range(30))
    for name, sign in (("old", "a"), ("new", "b")):
        row = ",".join([f"##[group]{sign}" * 9] * 30)
        rows = "".join(f"{i},{row}\n" for i in range(200))
        package({"r": f"id,{wide}\n{rows}"}).write(tmp_path / name)
    old, new, file = (str(tmp_path / name) for name in ("old", "new", "out"))
    cli = Cli(capsys)
    said = cli.good("diff", old, new, "--format", form)
    assert len(said) > 1 << 21
    assert not OBEYED.search(said)
    cli.good("diff", old, new, "--format", form, "-o", file)
    exact = (tmp_path / "out").read_text("utf-8")
    assert "##[group]" in exact
    if form == "json":
        assert json.loads(said) == json.loads(exact)
    else:
        assert [*map(json.loads, said.splitlines())] == [*map(json.loads, exact.splitlines())]


@pytest.mark.usefixtures("_workflow")
@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "tables", "##[error]\x1b[31m\n::error::x"),
        ("diff", "tables", "nowhere##[x]\n::error::\u202ex"),
        ("diff", "tables", "tables", "--format", "##[error]\n::error::x"),
        ("--\x1b[31m##[x]",),
        ("##vso[x]\x9b",),
        ("validate", "##[x]\n::error::x"),
        ("capture", "##[x]\n::error::x"),
        ("apply", "##[x]\n::error::x", "tables", "-o", "y"),
        ("as-of", "##[x]\n::error::x"),
        ("history", "##[x]\n::error::x"),
        ("freeze", "##[x]\n::error::x", "-m", "y"),
    ],
)
def test_an_error_says_what_was_given_and_gives_no_command(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = package({"r": "id,x\na,1\n"}).store(tmp_path / "home")
    ran = Cli(capsys, store.package.root)(*arguments)
    assert ran.code == 2
    assert re.search(r"\\x23#|\\x3a:|\\u0023#", ran.err), ran.err
    assert not OBEYED.search(ran.out + ran.err)


@pytest.mark.usefixtures("_workflow")
def test_names_of_files_that_were_written_give_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "\x1b[31m##[x]"
    cli = Cli(capsys, package({"r": spec('id,x\nb,"1"\na,1\n')}).store(home).package.root)
    for ran in (cli("tidy", "--check"), cli("tidy"), cli("freeze", "2024-01-02", "-m", "first")):
        assert r"\x1b[31m\x23#[x]" in ran.out
        assert not OBEYED.search(ran.out + ran.err)


class _Watched(io.RawIOBase):
    """A standard output that does something whenever it is written to."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens = happens
        self.said = b""

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer) -> int:
        self._happens()
        said = bytes(content)
        self.said += said
        return len(said)


@pytest.mark.parametrize("form", ["json", "terminal", "csv"])
def test_what_was_read_before_an_update_is_said_once(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = package({"r": "id,x\na,1\n"}).store(tmp_path / "old").package.root
    new = package({"r": "id,x\na,2\n"}).store(tmp_path / "new").package.root
    said = _Watched(lambda: (new / "tables" / "r.csv").write_bytes(b"id,x\na,meanwhile\n"))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(said), "utf-8"))
    Cli(capsys, new)("diff", str(old), "tables", "--format", form)
    text = said.said.decode()
    assert "2" in text
    assert "meanwhile" not in text
    if form == "json":
        assert len(json.loads(text)["rows"]) == 1


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "koi8-r"])
def test_what_the_encoding_of_a_pipe_lacks_is_spelled_otherwise(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, cell in (("old", "naïve"), ("new", "naïve Жук 漢")):
        package({"r": f"id,x\n1,{cell}\n"}).write(tmp_path / name)
    for command in ("diff", "report"):
        pipe = io.TextIOWrapper(io.BytesIO(), encoding, newline="")
        monkeypatch.setattr(sys, "stdout", pipe)
        with pytest.raises(SystemExit) as ended:
            run([command, str(tmp_path / "old"), str(tmp_path / "new")])
        pipe.seek(0)
        said = pipe.read()
        assert ended.value.code == 0
        assert "Жук" in said if encoding == "koi8-r" else "\\u0416\\u0443\\u043a" in said
        assert "\\u6f22" in said
        assert " -> " in said
