"""A pipe or device instead of a file is refused, without waiting for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")

DESCRIPTOR = """{"name": "seeds", "resources": [
    {"name": "beans", "path": "beans.csv", "schema": "beans.json"},
    {"name": "notes", "path": "notes.txt", "format": "txt", "hash": "sha256:00"}]}"""
SCHEMA = '{"fields": [{"name": "id"}, {"name": "colour"}], "primaryKey": ["id"]}'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "datapackage.json").write_text(DESCRIPTOR)
    (tmp_path / "beans.json").write_text(SCHEMA)
    (tmp_path / "beans.csv").write_text("id,colour\n1,green\n")
    (tmp_path / "notes.txt").write_text("dry\n")
    return tmp_path


def spoil(file: Path, how: str) -> None:
    file.unlink()
    if how == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero" if how == "device" else "nowhere")


@pytest.mark.parametrize("how", ["pipe", "device", "dangling"])
def test_a_table_that_is_none_is_refused_and_found(
    root: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(root / "beans.csv", how)
    cli = Cli(capsys, root)
    assert cli("show", "beans").code == 2
    ran = cli("validate")
    assert ran.code == 1
    assert "table-unreadable" in ran.out


@pytest.mark.parametrize("how", ["pipe", "device"])
def test_other_files_are_not_waited_for(
    root: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(root / "notes.txt", how)
    ran = Cli(capsys, root)("validate")
    assert ran.code == 1
    assert "not a regular file" in ran.out
    spoil(root / "beans.json", how)
    assert "not a regular file" in Cli(capsys, root)("validate").out


def test_a_descriptor_and_a_change_set_that_are_pipes_are_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(root / "changes.json")
    assert Cli(capsys, None)("invert", str(root / "changes.json")).code == 2
    spoil(root / "datapackage.json", "pipe")
    assert Cli(capsys, root)("validate").code == 2
