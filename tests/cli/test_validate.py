"""`interopwatch validate`: three forms, three exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from book_package import edited, redescribed, shelf, tidy
from commands import Cli
from interopwatch import freeze
from interopwatch import open as open_store
from interopwatch.cli import run

WRONG = ("books", ",bob,", ",bib,")


class Ran:
    """A finished command: its exit status and its output."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        with pytest.raises(SystemExit) as ended:
            run(list(arguments))
        self.status = ended.value.code
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a valid package with a snapshot."""
    tidy(tmp_path, shelf())
    freeze(open_store(tmp_path), "2021", "first")
    return tmp_path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    edited(shelf(), *WRONG).write(tmp_path)
    return tmp_path


def test_a_sound_package_is_said_to_be_valid(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, "validate", str(folder))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "valid: 6 tables, 11 rows, 1 snapshot\n"


def test_the_path_takes_precedence_over_the_option(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path_factory.mktemp("other")
    edited(shelf(), *WRONG).write(other)
    assert Ran(capsys, "--package", str(other), "validate").status == 1
    assert Ran(capsys, "--package", str(other), "validate", str(folder)).status == 0
    assert Ran(capsys, "validate", str(other / "datapackage.json")).status == 1


def test_on_a_terminal_each_finding_is_one_line(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, "validate", str(broken))
    assert ran.status == 1
    first, second, last = ran.out.splitlines()
    assert first == (
        "tables/books.csv:3:author: error: 'bib' is not in people.person. Correct the cell, "
        "or add the row to tables/people.csv. [reference-missing]"
    )
    assert second.startswith("tables/people.csv:3:person: error: ")
    assert second.endswith(" [row-unused]")
    assert last == "invalid: 6 tables, 11 rows, 0 snapshots; 2 errors"


def test_json_holds_every_finding(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Ran(capsys, "validate", str(broken), "--format", "json")
    assert ran.status == 1
    shown = json.loads(ran.out)
    assert shown["valid"] is False
    assert shown["findings"][0] == {
        "code": "reference-missing",
        "level": "error",
        "file": "tables/books.csv",
        "line": 3,
        "field": "author",
        "message": "'bib' is not in people.person",
        "hint": "Correct the cell, or add the row to tables/people.csv.",
    }
    assert len(shown["findings"]) == 2


def test_a_workflow_gets_annotations_with_paths_from_where_it_is(
    broken: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = (
        "::error file={},line=3,title=reference-missing::author: 'bib' is not in people.person. "
        "Correct the cell, or add the row to tables/people.csv."
    )
    monkeypatch.chdir(broken)
    ran = Ran(capsys, "validate", "--format", "github")
    assert ran.status == 1
    assert ran.out.splitlines()[0] == expected.format("tables/books.csv")
    monkeypatch.chdir(broken / "tables")
    elsewhere = Ran(capsys, "validate", "--format", "github").out.splitlines()[0]
    assert elsewhere == expected.format("books.csv")
    monkeypatch.chdir(broken.parent)
    above = Ran(capsys, "validate", str(broken), "--format", "github").out.splitlines()[0]
    assert above == expected.format(f"{broken.name}/tables/books.csv")


def test_what_commands_a_workflow_is_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(raw: dict[str, object]) -> None:
        books = next(r for r in raw["resources"] if r["name"] == "books")  # type: ignore[attr-defined] # JSON
        books["path"] = "tables/a,b:100%.csv"

    made = redescribed(edited(shelf(), "books", ",bob,", ',"50%\n::error::x",'), rename)
    made.write(tmp_path)
    (tmp_path / "tables/books.csv").rename(tmp_path / "tables/a,b:100%.csv")
    monkeypatch.chdir(tmp_path)
    lines = Ran(capsys, "validate", "--format", "github").out.splitlines()
    first = next(line for line in lines if "reference-missing" in line)
    assert first.startswith(
        "::error file=tables/a%2Cb%3A100%25.csv,line=3,title=reference-missing::"
    )
    assert "50%25\\n::error::x" in first
    assert all(line.startswith(("::error file=", "::warning file=", "invalid: ")) for line in lines)


def test_warnings_leave_a_package_valid(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "snapshots/drafts").mkdir()
    ran = Ran(capsys, "validate", str(folder))
    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "valid: 6 tables, 11 rows, 1 snapshot; 1 warning"
    monkeypatch.chdir(folder)
    annotated = Ran(capsys, "validate", "--format", "github").out
    assert annotated.startswith("::warning file=snapshots/drafts,title=snapshot-ignored::")


def test_a_terminal_is_not_commanded_by_the_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    escape = "\x1b[31m"
    labelled = redescribed(
        shelf(),
        lambda raw: raw["resources"][3]["interopwatch"].update(label=f"{{{escape}}}"),
    )
    labelled.write(tmp_path)
    ran = Ran(capsys, "validate", str(tmp_path))
    assert ran.status == 1
    assert "\x1b" not in ran.out
    assert "[31m" in ran.out


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize("form", ["terminal", "json", "github"])
def test_a_file_name_that_is_no_text_can_be_reported(
    folder: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    Path(os.fsdecode(bytes(folder / "snapshots/2021") + b"/x\xff.csv")).touch()
    ran = Ran(capsys, "validate", str(folder), "--format", form)
    assert ran.status == 1
    assert "snapshots/2021/x\\" in ran.out
    assert "udcff.csv" in ran.out


def unreadable() -> list[tuple[str, bytes]]:
    return [
        ("not JSON", b'{"resources": [}'),
        ("not a package", b"[]"),
        ("no resources", b"{}"),
        ("not text", b"\xff\xfe"),
        ("nested too deeply", b"[" * 100_000),
    ]


@pytest.mark.parametrize("content", [c for _, c in unreadable()], ids=[n for n, _ in unreadable()])
def test_a_descriptor_that_cannot_be_read_could_not_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "datapackage.json").write_bytes(content)
    ran = Ran(capsys, "validate", str(tmp_path))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err


def test_a_package_that_is_not_there_could_not_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, "validate", str(tmp_path / "nothing"))
    assert (ran.status, ran.out) == (2, "")


def test_a_broken_descriptor_of_a_snapshot_is_a_finding(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "snapshots/2021/datapackage.json").write_text("{")
    ran = Ran(capsys, "validate", str(folder))
    assert ran.status == 1
    assert "[descriptor-unreadable]" in ran.out


def test_files_that_are_no_tables_are_counted_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.csv").write_text("id,x\na,1\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("One, two\n\nthree\n", encoding="utf-8")
    fields = [{"name": name, "type": "string"} for name in ("id", "x")]
    resources = [
        {"name": "r", "path": "r.csv", "schema": {"fields": fields, "primaryKey": "id"}},
        {"name": "notes", "path": "notes.txt"},
    ]
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"name": "p", "resources": resources}), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run(["validate", str(tmp_path)])
    assert ended.value.code in (0, None)
    assert "1 table, 1 other file, 1 row," in capsys.readouterr().out


def test_the_first_findings_of_each_kind_are_shown_and_the_rest_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fields = [{"name": "id"}, {"name": "size", "type": "integer"}]
    tables = {"crabs": 1_200, "whelks": 20}
    resources = []
    for name, wrong in tables.items():
        rows = [f"{name}{number},large\n" for number in range(wrong)]
        (tmp_path / f"{name}.csv").write_text(f"id,size\n{''.join(rows)}")
        schema = {"fields": fields, "primaryKey": "id"}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    cli = Cli(capsys, tmp_path)
    for form in ("terminal", "github"):
        ran = cli("validate", "--format", form)
        assert (ran.code, ran.out.count("'large' is no integer")) == (1, 40)
        [more] = [line for line in ran.out.splitlines() if "1,180 more like these" in line]
        assert "crabs.csv" in more
        assert "cell-type" in more
        assert "1,220 errors" in ran.out
        everything = cli("validate", "--format", form, "--all").out
        assert everything.count("'large' is no integer") == 1_220
        assert "more like these" not in everything
    found = json.loads(cli("validate", "--format", "json").out)["findings"]
    assert len(found) == 1_220


def test_what_an_archive_has_at_an_address_keeps_nothing_else_from_being_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "http://127.0.0.1:9/x.csv"  # not public, so that nothing is requested from it
    schema = {"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"}
    resources = [
        {"name": "there", "path": address, "schema": schema},
        {"name": "here", "path": "here.csv", "schema": schema},
    ]
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("datapackage.json", json.dumps({"name": "made", "resources": resources}))
        archive.writestr("here.csv", "id\nx\n")
    ran = Cli(capsys)("validate", str(tmp_path / "made.zip"), "--format", "json")
    found = [(f["code"], f["level"]) for f in json.loads(ran.out)["findings"]]
    assert ran.code == 1
    assert ("table-unread", "notice") in found
    assert [code for code, level in found if level == "error"] == ["cell-type"]
