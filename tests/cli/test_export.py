"""``interopwatch export``: which edition is written, where, and the messages."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], two_snapshots: Path) -> Cli:
    return Cli(capsys, two_snapshots)


def clubs(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT club FROM clubs ORDER BY 1")]


def test_any_edition_can_be_exported(
    cli: Cli, two_snapshots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clubs.db"
    assert cli.good("export", "sqlite", str(file)) == f"Wrote {file}.\n"
    assert clubs(file) == ["a", "b", "c"]
    cli.good("export", "sqlite", str(file), "2020-06-30")
    assert clubs(file) == ["a", "b"]
    archive = tmp_path / "clubs.zip"
    cli.good("export", "zip", str(archive), "2024-03-07")
    cli.good("export", "sqlite", str(file), str(archive))
    assert clubs(file) == ["a", "b", "c"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *command], cwd=two_snapshots, check=True)
    monkeypatch.chdir(two_snapshots)
    cli.good("export", "sqlite", str(file), "git:HEAD:snapshots/2020-06-30")
    assert clubs(file) == ["a", "b"]


def test_what_a_user_has_to_know_is_said_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = package({"t": spec("id,n\na,1\nb,\x1b[31mred\n", types={"n": "integer"})})
    home = made.write(tmp_path / "home").root
    ran = Cli(capsys, home)("export", "sqlite", str(tmp_path / "made.db"))
    where = home / "tables" / "t.csv"
    assert (ran.code, ran.err) == (
        0,
        f"note: {where}:3:n: '\\x1b[31mred' is no integer; the column is written as text\n",
    )


def test_what_cannot_be_written_ends_with_2_and_leaves_all_as_it_was(
    cli: Cli, tmp_path: Path
) -> None:
    ran = cli("export", "sqlite", str(tmp_path / "nowhere" / "clubs.db"))
    assert (ran.code, "cannot be written: No such file or directory" in ran.err) == (2, True)
    ran = cli("export", "zip", str(tmp_path))
    assert (ran.code, "cannot be written: not a regular file" in ran.err) == (2, True)
    ran = cli("export", "zip", str(tmp_path / "clubs.zip"), "1999")
    assert (ran.code, "there is no snapshot or data package '1999'" in ran.err) == (2, True)
    ran = cli("export", "docx", str(tmp_path / "clubs.docx"))
    assert (ran.code, "'docx' is not one of 'sqlite'" in ran.err) == (2, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home"]


@pytest.mark.parametrize(("form", "module"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_without_the_extra_the_error_names_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    ran = cli("export", form, str(tmp_path / "out"))
    assert ran.code == 2
    assert f"pip install 'interopwatch[{form}]'" in ran.err
    assert not (tmp_path / "out").exists()
