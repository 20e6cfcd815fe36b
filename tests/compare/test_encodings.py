"""Large tables in other encodings and dialects compare like those in UTF-8."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from interopwatch import Package, diff, open_package
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.errors import KeyProblemError, TableError
from packages import Unheld

if TYPE_CHECKING:
    from pathlib import Path

LARGE: Final = DiffOptions(in_memory=-1)
"""Every table counts as large."""

DIALECTS: list[dict[str, Any]] = [
    {"encoding": "latin-1"},
    {"encoding": "cp1252", "dialect": {"delimiter": ";"}},
    {"encoding": "utf-16"},
    {"dialect": {"escapeChar": "\\", "doubleQuote": False}},
    {"dialect": {"skipInitialSpace": True}},
]


def written(folder: Path, lines: list[str], told: dict[str, Any]) -> Package:
    """Write a package of one table that must not be held; ``|`` separates cells in lines."""
    folder.mkdir()
    dialect = told.get("dialect", {})
    kinds = {"k": "integer", "x": "number", "y": "string"}
    schema = {"fields": [{"name": n, "type": t} for n, t in kinds.items()], "primaryKey": "k"}
    resource = {"name": "r", "path": "r.csv", "schema": schema, **told}
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))
    between = dialect.get("delimiter", ",") + " " * dialect.get("skipInitialSpace", False)
    quote = '\\"' if "escapeChar" in dialect else '""'
    text = "".join(line.replace("|", between).replace("''", quote) + "\n" for line in lines)
    (folder / "r.csv").write_bytes(text.encode(told.get("encoding", "utf-8")))
    return Unheld(open_package(folder, folder.name))


OLD = ["k|x|y", *(f"{n}|1.0|\"né ''{n}''\"" for n in range(300))]
NEW = [
    *(line.replace("1.0", "1") for line in OLD[:100]),
    *(line.replace("né", "ne") for line in OLD[110:200]),
    *OLD[200:],
    "300|2|",
]


@pytest.mark.parametrize("told", DIALECTS)
@pytest.mark.parametrize("also", [{}, {"encoding": "latin-1"}])
def test_tables_written_in_any_way_are_compared_without_being_held(
    tmp_path: Path, told: dict[str, Any], also: dict[str, Any]
) -> None:
    old, new = written(tmp_path / "old", OLD, told), written(tmp_path / "new", NEW, also)
    found = diff(old, new, options=LARGE)
    assert (found.count("added"), found.count("removed"), found.count("changed")) == (1, 10, 90)
    assert {change.fields for change in found.rows if change.kind == "changed"} == {("y",)}
    assert len(found.reformatted) == 99
    assert count(old, new, options=LARGE)["r"].cells == {"y": 90}


def test_what_differs_in_its_form_only_is_told_so(tmp_path: Path) -> None:
    old = written(tmp_path / "old", OLD, {"encoding": "latin-1"})
    new = written(tmp_path / "new", OLD, {})
    found = diff(old, new, options=LARGE)
    assert (found.rows, found.form) == ((), ("r",))


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("7|1|twice", KeyProblemError, r"r\.csv:302: the key k='7' is already used on line 9"),
        ("300|1", TableError, r"r\.csv:302: 2 cells, but the header has 3"),
        ("300|one|a", TableError, r"r\.csv.*'one' is no number"),
    ],
)
def test_what_is_wrong_is_told_in_the_file_that_the_user_knows(
    tmp_path: Path, line: str, error: type[TableError], message: str
) -> None:
    old = written(tmp_path / "old", OLD, {"encoding": "latin-1"})
    lines = [*OLD[:-1], OLD[-1].replace("1.0", "3"), line]
    new = written(tmp_path / "new", lines, {"encoding": "latin-1"})
    if "one" in line:
        old = written(tmp_path / "older", [*OLD, "300|2|a"], {"encoding": "latin-1"})
    with pytest.raises(error, match=message):
        diff(old, new, options=LARGE)


@pytest.mark.parametrize("lines", [OLD, NEW])
def test_only_files_that_differ_are_rewritten(tmp_path: Path, lines: list[str]) -> None:
    old = written(tmp_path / "old", OLD, {"encoding": "latin-1"})
    new = written(tmp_path / "new", lines, {"encoding": "latin-1"})
    seen: set[str] = set()
    options = DiffOptions(trust_keys=True, in_memory=-1, watch=lambda what, _: seen.add(what))
    assert bool(diff(old, new, options=options)) is (lines is NEW)
    assert ("rewriting" in seen) is (lines is NEW)
