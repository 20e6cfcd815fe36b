"""File names that some systems refuse or confuse: reported by validate, and never written."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from interopwatch import diff, open_package
from interopwatch.changeset.serialise import to_json
from interopwatch.errors import OutputError
from interopwatch.file_names import colliding, refuse_names, why_refused, within_files
from interopwatch.files import what_to_do
from interopwatch.validation import validate_package
from packages import Made, package, spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "path",
    ["CON", "tables/con.csv", "nul", "NUL.tar.gz", "Aux.", "com1.csv", "LPT¹", "a/PRN/b.csv",
     "a:b.csv", "a?.csv", "a*", "a|b", 'a"b', "a<b", "a\\b", "a\x01b", "a.", "a ",
     "a./b.csv", "b /c"],
)  # fmt: skip
def test_windows_refuses(path: str) -> None:
    assert "Windows" in why_refused(path)
    with pytest.raises(OutputError, match="Windows"):
        refuse_names([path])


@pytest.mark.parametrize(
    "path",
    ["console.csv", "tables/com10.csv", "com.csv", "null", ".hidden", "a.b.csv", "./a", "../a",
     "Türkiye.csv", "a b.csv", "aux-2.csv", "lpt", "x.con"],
)  # fmt: skip
def test_windows_takes(path: str) -> None:
    assert why_refused(path) == ""
    refuse_names([path])


def test_names_that_differ_in_case_or_form_alone_are_alike() -> None:
    names = ["tables/a.csv", "T\u00fcr.csv", "b.csv", "Tables/A.CSV", "Tu\u0308r.csv", "b.csv"]
    assert dict(colliding(names)) == {
        "Tables/A.CSV": "tables/a.csv",
        "Tu\u0308r.csv": "T\u00fcr.csv",
    }
    with pytest.raises(OutputError, match="case or form"):
        refuse_names(names)


def test_a_file_is_no_folder() -> None:
    names = ["tables-2", "tables", "Tables/b.csv", "tables/a.csv", "other"]
    assert list(within_files(names)) == [("tables/a.csv", "tables")]
    with pytest.raises(OutputError, match="is a file, not a folder"):
        refuse_names(["tables", "Tables/b.csv"])
    refuse_names(["tables-2", "tables/a.csv", "tables/b.csv"])


def test_validate_warns_of_a_path_that_lies_in_a_file(tmp_path: Path) -> None:
    _at("t").write(tmp_path)
    file = tmp_path / "datapackage.json"
    raw = json.loads(file.read_bytes())
    raw["resources"].append({**raw["resources"][0], "name": "s", "path": "t/a.csv"})
    file.write_text(json.dumps(raw), encoding="utf-8")
    found = validate_package(open_package(tmp_path))
    assert "/resources/1/path" in [f.field for f in found if f.code == "path-collision"]


def _at(*paths: str) -> Made:
    return package({f"r{i}": spec("id,x\nb,1\na,1\n", path=path) for i, path in enumerate(paths)})


@pytest.mark.parametrize(
    ("paths", "code"),
    [
        (["tables/aux.csv"], "path-unportable"),
        (["tables/a:b.csv"], "path-unportable"),
        (["a.csv", "A.csv"], "path-collision"),
    ],
)
def test_validate_warns_and_nothing_is_written(
    paths: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "home"
    _at(*paths).write(root)
    found = [f for f in validate_package(open_package(root)) if f.code == code]
    assert [(f.level, f.field) for f in found] == [("warning", f"/resources/{len(paths) - 1}/path")]
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    cli = Cli(capsys, root)
    for words in (("tidy",), ("freeze", "2020", "-m", "x")):
        ran = cli(*words)
        assert (ran.code, "Windows" in ran.err) == (2, True), ran
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before
    assert sorted(p.name for p in root.iterdir() if p.is_dir()) in ([], ["tables"])


def test_apply_makes_no_such_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    before, after = _at("tables/a.csv").write(old), _at("tables/nul.csv").write(new)
    (tmp_path / "changes").write_text(to_json(diff(before, after)), encoding="utf-8")
    made = tmp_path / "made"
    ran = Cli(capsys)("apply", str(tmp_path / "changes"), str(old), "-o", str(made))
    assert (ran.code, "'nul.csv' is a reserved device name on Windows" in ran.err) == (2, True), ran
    assert not made.exists()


def test_a_file_that_a_program_holds_open_on_windows_is_to_be_closed() -> None:
    error = PermissionError(errno.EACCES, "Access is denied", "r.csv")
    assert what_to_do(error, "Else.") == "Else."
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore]  # there is one on Windows only
    assert "Close the program that has the file open" in what_to_do(error, "Else.")
