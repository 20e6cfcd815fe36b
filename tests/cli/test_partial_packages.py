"""Packages in which some tables are missing or unreadable: the rest is processed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = [{"name": "id"}, {"name": "size", "type": "integer"}]
MENDED = "id,size\na,1\nb,2\n"


def table(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    schema = {"fields": FIELDS, "primaryKey": "id"}
    return {"name": name, "path": f"{name}.csv", "schema": schema, **more}


def written(folder: Path, files: dict[str, str], *resources: object) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    raw = {"name": "shore", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(raw))
    return folder


BROKEN = [
    pytest.param(None, "missing", id="missing"),
    pytest.param("id,size\nx,1,2\n", "3 cells, but the header has 2", id="ragged"),
    pytest.param('id,size\nx,1\ny,2\nx"y,3,\n', "3 cells", id="late"),
]


def broken(folder: Path, text: str | None, **more: object) -> Path:
    files = {"shells.csv": "id,size\nb,2\na,1\n", **({} if text is None else {"crabs.csv": text})}
    return written(folder, files, table("shells"), table("crabs", **more))


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_tidy_leaves_what_it_cannot_read_and_names_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, why: str
) -> None:
    root = broken(tmp_path / "shore", text)
    ran = Cli(capsys, root)("tidy")
    assert (ran.code, "note: left as it is: crabs: " in ran.err, why in ran.err) == (0, True, True)
    assert (root / "shells.csv").read_text() == MENDED
    assert text is None or (root / "crabs.csv").read_text() == text
    again = Cli(capsys, root)("tidy", "--check")
    assert (again.code, again.out) == (0, "Everything else is in canonical form already.\n")


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_tidy_refuses_a_broken_table_of_a_package_that_says_what_its_rows_mean(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, why: str
) -> None:
    root = broken(tmp_path / "shore", text, interopwatch={"label": "{id}"})
    ran = Cli(capsys, root)("tidy")
    assert (ran.code, why in ran.err) == (2, True)
    assert (root / "shells.csv").read_text() == "id,size\nb,2\na,1\n"


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_package_whose_only_table_lacks_its_file_is_reported_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str
) -> None:
    path = f"data.{ending}"
    old = written(tmp_path / "old", {}, table("shells", path=path))
    new = written(tmp_path / "new", {}, table("shells", path=path, title="Shells"))
    ran = Cli(capsys, old)("report", str(old), str(new))
    assert (ran.code, path in ran.err, "missing" in ran.err) == (0, True, True)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_report_of_a_table_that_came_without_its_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str
) -> None:
    shells = {"shells.csv": MENDED}
    old = written(tmp_path / "old", shells, table("shells"))
    new = written(tmp_path / "new", shells, table("shells"), table("crabs", path=f"crabs.{ending}"))
    ran = Cli(capsys, old)("report", str(old), str(new))
    assert (ran.code, "crabs" in ran.out, "missing" in ran.err) == (0, True, True)
    assert "2 rows" in ran.out  # unchanged rows are counted all the same


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_a_snapshot_says_what_it_does_not_hold(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, why: str
) -> None:
    root = broken(tmp_path / "shore", text)
    cli = Cli(capsys, root)
    ran = cli("freeze", "2025-01-01", "-m", "first")
    assert (ran.code, "note: not in the snapshot: crabs: " in ran.err) == (0, True)
    made = root / "snapshots" / "2025-01-01"
    lacks = json.loads((made / "datapackage.json").read_text())["interopwatch"]["lacks"]
    assert (list(lacks), why in lacks["crabs"], str(root) in lacks["crabs"]) == (
        ["crabs"],
        True,
        False,
    )
    assert (made / "shells.csv").read_text() == MENDED
    assert text is None or (made / "crabs.csv").read_text() == text
    found = json.loads(cli("validate", "--format", "json").out)["findings"]
    own = [each for each in found if each["file"].startswith("snapshots/")]
    assert "error" not in [each["level"] for each in own]
    assert [e["level"] for e in own if e["code"] == "table-unreadable"] == ["notice"]


def test_snapshots_that_lack_a_table_are_compared_and_followed_by_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = broken(tmp_path / "shore", None)
    cli = Cli(capsys, root)
    assert cli("freeze", "2025-01-01", "-m", "first").code == 0
    (root / "shells.csv").write_text("id,size\na,1\nb,3\n")
    status = cli("status")
    assert (status.code, "1 row changed" in status.out) == (0, True)
    assert cli("freeze", "2025-02-01", "-m", "second").code == 0
    (root / "crabs.csv").write_text("id,size\nx,1\n")
    assert cli("freeze", "2025-03-01", "-m", "third").code == 0
    log = cli("log")
    assert (log.code, "since 2025-01-01: 1 row changed." in log.out) == (0, True)
    report = cli("report", "2025-01-01", "2025-02-01")
    assert (report.code, "2 → 3" in report.out) == (0, True)
    shown = cli("show", "2025-01-01")
    assert (shown.code, "not read" in shown.out) == (0, True)


def test_a_snapshot_of_a_table_whose_header_is_not_its_schema_describes_it_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = written(tmp_path / "shore", {"shells.csv": "id,size,sand\na,1,fine\n"}, table("shells"))
    cli = Cli(capsys, root)
    assert cli("freeze", "2025-01-01", "-m", "first").code == 0
    made = json.loads((root / "snapshots/2025-01-01/datapackage.json").read_text())
    names = [field["name"] for field in made["resources"][0]["schema"]["fields"]]
    assert (names, "lacks" in made["interopwatch"]) == (["id", "size", "sand"], False)
    assert "The tables have not changed since." in cli("status").out


def test_a_report_tells_a_table_once_whose_cells_are_not_of_their_type(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """This is discovered only when the rows are compared; it is then a file without rows."""
    files = {"shells.csv": MENDED, "crabs.csv": "id,size\nx,1\n"}
    wrong = "id,size\nx,large\n"
    old = written(tmp_path / "old", files, table("shells"), table("crabs"))
    new = written(
        tmp_path / "new",
        {**files, "crabs.csv": wrong, "snails.csv": wrong},
        table("shells"),
        table("crabs"),
        table("snails"),
    )
    said = Cli(capsys, old)("report", str(old), str(new)).out
    assert "Table crabs was not compared, as it could not be read; its file changed." in said
    assert "Table snails is new" in said
    assert "File snails" not in said
    assert "Unchanged: all 2 rows" not in said
    assert "2 rows" in said


WRONG = [
    pytest.param("id,size\nx,large\ny,1\nz,\nq,huge\n", ["crabs.csv:2:size", "1 more"], id="type"),
    pytest.param(
        "id,size\nx,1\nx,2\ny,3\n", ["crabs.csv:3:id", "already used on line 2"], id="key"
    ),
    pytest.param("id,weight\nx,1\ny,2\n", ["crabs.csv:1:", "its header lacks 'size'"], id="header"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_package_is_frozen_as_people_publish_it_and_the_snapshot_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: list[str]
) -> None:
    root = broken(tmp_path / "shore", text)
    cli = Cli(capsys, root)
    ran = cli("freeze", "2025-01-01", "-m", "first")
    assert (ran.code, "warning: frozen with these problems" in ran.err) == (0, True)
    made = json.loads((root / "snapshots/2025-01-01/datapackage.json").read_text())
    [forced] = made["interopwatch"]["forced"]
    assert forced in ran.err
    assert str(root) not in forced
    assert [part for part in said if part not in forced] == []
    written_rows = (root / "snapshots/2025-01-01/crabs.csv").read_text().splitlines()
    assert sorted(written_rows) == sorted(text.splitlines())
    assert "The tables have not changed since." in cli("status").out
    (root / "shells.csv").write_text("id,size\na,1\nb,3\n")
    assert cli("freeze", "2025-02-01", "-m", "second").code == 0
    assert "shells: 1 changed" in cli("diff", "--format", "stat", "2025-01-01", "2025-02-01").out
    found = json.loads(cli("validate", "--format", "json").out)["findings"]
    errors = {each["file"] for each in found if each["level"] == "error"}
    assert errors == {"crabs.csv"}  # the snapshots cannot be repaired, and are what was published


def test_a_table_whose_keys_are_not_of_their_type_is_in_a_snapshot_as_it_stands(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "id,size\nx,7\nb,  \nc,2\n"
    key = {"schema": {"fields": FIELDS, "primaryKey": ["size"]}}
    root = broken(tmp_path / "shore", text, **key)
    cli = Cli(capsys, root)
    ran = cli("freeze", "2025-01-01", "-m", "first")
    assert (ran.code, "not in the snapshot: crabs: crabs.csv:3:size" in ran.err) == (0, True)
    assert (root / "snapshots/2025-01-01/crabs.csv").read_text() == text
    assert "The tables have not changed since." in cli("status").out


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_package_that_says_what_its_rows_mean_is_frozen_when_it_is_right(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: list[str]
) -> None:
    root = broken(tmp_path / "shore", text, interopwatch={"label": "{id}"})
    ran = Cli(capsys, root)("freeze", "2025-01-01", "-m", "first")
    assert (ran.code, said[0].rstrip(":") in ran.err) == (2, True)
    assert not (root / "snapshots").exists()


def test_a_report_does_not_say_that_nothing_changed_of_what_it_could_not_compare(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old, new = (broken(tmp_path / name, None) for name in ("old", "new"))
    said = Cli(capsys)("report", str(old), str(new)).out
    assert "Nothing changed in what could be compared." in said
    assert "Not compared, as it could not be read: crabs." in said
    page = Cli(capsys)("report", str(old), str(new), "--format", "html").out
    assert "Not compared, as it could not be read: crabs." in page
    for folder in (old, new):
        (folder / "shells.csv").unlink()
    said = Cli(capsys)("report", str(old), str(new)).out
    assert "Nothing could be compared." in said
    assert "Not compared, as they could not be read: shells and crabs." in said


def test_status_log_and_history_do_not_say_so_either(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = broken(tmp_path / "shore", None)
    cli = Cli(capsys, root)
    for date in ("2025-01-01", "2025-02-01"):
        assert cli("freeze", date, "-m", "kept").code == 0
    assert "What could be compared has not changed since." in cli("status").out
    assert "since 2025-01-01: no change in what could be compared" in cli("log").out
    ran = cli("history")
    assert (ran.code, "no edition changed any row" in ran.err) == (2, True)


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_an_edition_that_cannot_be_read_keeps_no_later_one_from_being_frozen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, why: str
) -> None:
    files = {} if text is None else {"crabs.csv": text}
    root = written(tmp_path / "shore", files, table("crabs"))
    cli = Cli(capsys, root)
    ran = cli("freeze", "2025-01-01", "-m", "first")
    assert (ran.code, why in ran.err) == (0, True)
    (root / "crabs.csv").write_text(MENDED)
    assert cli("status").code == 0
    assert cli("freeze", "2025-02-01", "-m", "mended").code == 0
    assert cli("log").code == 0
    assert cli("history").code == 0


def test_a_key_that_is_declared_later_and_stands_twice_is_frozen_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plain = {"name": "crabs", "path": "crabs.csv", "schema": {"fields": FIELDS}}
    root = written(tmp_path / "shore", {"crabs.csv": "id,size\na,1\na,2\n"}, plain)
    cli = Cli(capsys, root)
    assert cli("freeze", "2025-01-01", "-m", "first").code == 0
    raw = {"name": "shore", "resources": [table("crabs")]}
    (root / "datapackage.json").write_text(json.dumps(raw))
    ran = cli("freeze", "2025-02-01", "-m", "keyed")
    assert (ran.code, "is already used on line 2" in ran.err) == (0, True)


def test_a_history_goes_by_the_columns_that_stand_in_the_tables(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = written(
        tmp_path / "shore", {"crabs.csv": "id,size\na,1\n"}, {"name": "crabs", "path": "crabs.csv"}
    )
    cli = Cli(capsys, root)
    assert cli("freeze", "2025-01-01", "-m", "first").code == 0
    (root / "crabs.csv").write_text("id,size\na,1\nb,2\n")
    assert cli("freeze", "2025-02-01", "-m", "second").code == 0
    said = cli("history").out
    assert "1 February 2025  1 row added." in said
    assert "column" not in said.lower()


def test_a_folder_where_a_file_is_named_is_called_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    notes = {"name": "notes", "path": "notes"}
    root = written(tmp_path / "shore", {"shells.csv": MENDED}, table("shells"), notes)
    (root / "notes").mkdir()
    ran = Cli(capsys)("diff", str(root), str(root))
    assert (ran.code, "notes: it is a folder, and not a file" in ran.err) == (0, True)


def test_a_table_with_a_dot_in_its_name_is_not_taken_for_a_column(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old, new = (
        written(tmp_path / title, {"crabs-v1.2.csv": MENDED}, table("crabs-v1.2", title=title))
        for title in ("old", "new")
    )
    said = Cli(capsys)("report", str(old), str(new)).out
    assert "Changed in the descriptor: table crabs-v1.2;" in said


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_what_was_true_is_told_of_the_tables_that_can_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, why: str
) -> None:
    ran = Cli(capsys, broken(tmp_path / "shore", text))("as-of", "2024")
    assert (ran.code, "shells: 2 rows" in ran.out) == (0, True)
    assert ("note: left out: crabs: " in ran.err, why in ran.err) == (True, True)


def test_many_notes_are_cut_short_and_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tables = [table(f"t{number}") for number in range(30)]
    root = written(tmp_path / "shore", {"shells.csv": MENDED}, table("shells"), *tables)
    ran = Cli(capsys)("diff", str(root), str(root))
    assert (ran.code, ran.err.count("note: not compared: ")) == (0, 12)
    assert ran.err.endswith("note: … and 18 more; `interopwatch validate` lists them all\n")


def test_what_is_noted_of_many_tables_alike_is_one_note(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = [f"t{number}" for number in range(5)]
    files = dict.fromkeys([f"{name}.csv" for name in names], "id,size,more\nx,1,2\n")
    root = written(tmp_path / "shore", files, *map(table, names))
    ran = Cli(capsys)("diff", str(root), str(root))
    assert ran.err == "note: t0, t1, t2 and 2 more: its header also has 'more'\n"


def test_a_snapshot_says_which_other_files_it_lacks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    notes = {"name": "notes", "path": "notes.pdf"}
    root = written(tmp_path / "shore", {"shells.csv": MENDED}, table("shells"), notes)
    cli = Cli(capsys, root)
    ran = cli("freeze", "2025-01-01", "-m", "first")
    assert (ran.code, "not in the snapshot: notes: notes.pdf: the file is missing" in ran.err) == (
        0,
        True,
    )
    made = json.loads((root / "snapshots/2025-01-01/datapackage.json").read_text())
    assert made["interopwatch"]["lacks"] == {"notes": "notes.pdf: the file is missing"}
    (root / "notes.pdf").write_bytes(b"%PDF")
    ran = cli("validate")
    assert (ran.code, "snapshots/2025-01-01/notes.pdf: notice: " in ran.out) == (0, True)
    assert cli("freeze", "2025-02-01", "-m", "second").code == 0
    assert "notes: file added" in cli("diff", "2025-01-01", "2025-02-01").out
