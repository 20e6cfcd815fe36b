"""A cell that is not of its type is reported with file, line and field by every strategy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = [{"name": "id"}, {"name": "size", "type": "integer"}]


def written(folder: Path, key: str, **tables: str) -> str:
    folder.mkdir()
    resources = []
    for name, text in {"whelks": "id,size\na,1\n", **tables}.items():
        (folder / f"{name}.csv").write_text(text)
        schema = {"fields": FIELDS, **({"primaryKey": key} if key else {})}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
    return str(folder)


@pytest.mark.parametrize("engine", ["local", "duckdb"])
@pytest.mark.parametrize("key", ["id", ""])
def test_a_wrong_cell_is_named_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, engine: str, key: str
) -> None:
    old = written(tmp_path / "old", key, crabs='id,size\n"a\nb",1\nc,2\nd,3\n')
    new = written(tmp_path / "new", key, crabs='id,size\n"a\nb",1\nc,large\nd,3\n')
    ran = Cli(capsys)("diff", old, new, "--engine", engine)
    assert (ran.code, f"{new}/crabs.csv:4:size: 'large' is no integer" in ran.err) == (0, True)


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_a_wrong_cell_of_a_new_table_is_noted_and_its_rows_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, engine: str
) -> None:
    old = written(tmp_path / "old", "id")
    new = written(tmp_path / "new", "id", crabs="id,size\na,1\nb,large\n")
    ran = Cli(capsys)("diff", old, new, "--engine", engine, "--format", "stat")
    assert (ran.code, "crabs: 2 added" in ran.out) == (0, True)
    assert f"note: {new}/crabs.csv:3:size: 'large' is no integer" in ran.err
    assert "is no" not in Cli(capsys)("diff", new, old, "--engine", engine).err
