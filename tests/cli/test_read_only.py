"""Nothing writes to installed data, to snapshots, or for days that are not over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import club_package
from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path

WRITING = [("tidy",), ("freeze", "2024-12", "-m", "x")]


def files(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


@pytest.mark.parametrize("place", ["", "/datapackage.json", "/snapshots/2024-03-07"])
def test_installed_data_is_never_written_to(root: Path, tmp_path: Path, place: str) -> None:
    source = tmp_path / "site" / "interopwatch"
    shutil.copytree(
        root / "src" / "interopwatch", source, ignore=shutil.ignore_patterns("__pycache__")
    )
    club_package.store(source / "data")
    before = files(source / "data")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
    for words in WRITING:
        ran = subprocess.run(
            [sys.executable, "-m", "interopwatch", "--package", f"{source}/data{place}", *words],
            capture_output=True,
            check=False,
            env=env,
        )
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert b"ships with interopwatch, and is read-only" in ran.stderr
    assert files(source / "data") == before


@pytest.mark.parametrize("words", WRITING)
def test_a_snapshot_is_never_edited(
    words: tuple[str, ...], two_snapshots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(two_snapshots)
    ran = Cli(capsys, two_snapshots / "snapshots" / "2024-03-07")(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "this is a snapshot, and snapshots are never edited" in ran.err
    assert "--package" in ran.err
    assert files(two_snapshots) == before


@pytest.mark.parametrize("date", ["9999", "9999-12", "9999-12-31"])
def test_no_snapshot_is_made_of_a_day_that_is_not_over(
    date: str, two_snapshots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(two_snapshots)
    ran = Cli(capsys, two_snapshots)("freeze", date, "-m", "x")
    assert (ran.code, ran.out) == (2, "")
    assert ": not over yet" in ran.err
    assert files(two_snapshots) == before
