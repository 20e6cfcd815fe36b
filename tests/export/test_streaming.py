"""No format holds a table in memory: a package may be larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import exported
from interopwatch.export.formats import FORMATS, export
from packages import Unheld, package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package

MODULES = {"parquet": "pyarrow", "xlsx": "xlsxwriter", "metadata": "rdflib"}


@pytest.fixture
def made(tmp_path: Path) -> Package:
    other = spec("id,all\na,1\nb,2\n", refs={"all": "all.id"}, types={"all": "integer"})
    typed = exported.typed()
    both = package({"other": other})
    files = {**typed.files, "tables/other.csv": both.files["tables/other.csv"]}
    raw = typed.descriptor
    raw["resources"] += both.descriptor["resources"]
    return type(typed)(files).edited(lambda d: d.update(raw)).write(tmp_path / "package")


@pytest.mark.parametrize("form", FORMATS)
def test_every_table_is_read_row_by_row(made: Package, form: str, tmp_path: Path) -> None:
    if form in MODULES:
        pytest.importorskip(MODULES[form])
    notes: list[str] = []
    export(Unheld(made), form, tmp_path / "out", notes.append)
    assert (tmp_path / "out").exists()
    assert [note for note in notes if "not exported" in note] == []
