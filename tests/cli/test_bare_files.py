"""Two bare CSV files, compared by a key."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path

OLD = "id,name,x\n1,a,5\n2,b,6\n"
NEW = "id,name,x\n2,b,6.0\n3,c,7\n"


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    (tmp_path / "old.csv").write_text(OLD)
    (tmp_path / "new.csv").write_text(NEW)
    return Cli(capsys, None)


def test_rows_are_matched_by_the_key_and_compared_as_text(cli: Cli, tmp_path: Path) -> None:
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--key", "id", "--exit-code",
              "--format", "csv")  # fmt: skip
    assert ran.code == 1
    assert [line.split(",")[1:7] for line in ran.out.splitlines()[1:]] == [
        ["1", "removed", "retracted", "id", "1", ""],
        ["1", "removed", "retracted", "name", "a", ""],
        ["1", "removed", "retracted", "x", "5", ""],
        ["2", "changed", "updated", "x", "6", "6.0"],
        ["3", "added", "undated", "id", "", "3"],
        ["3", "added", "undated", "name", "", "c"],
        ["3", "added", "undated", "x", "", "7"],
    ]


def test_stat_only_counts(cli: Cli, tmp_path: Path) -> None:
    paths = (f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--key", "id", "--format", "stat")
    ran = cli("diff", *paths)
    assert (ran.code, ran.out) == (0, "table: 1 added, 1 removed, 1 changed\n  x  1 cell\n")
    assert cli("diff", *paths, "--exit-code").code == 1
    same = (f"{tmp_path}/old.csv", f"{tmp_path}/old.csv", "--key", "id", "--format", "stat")
    ran = cli("diff", *same, "--exit-code")
    assert (ran.code, ran.out) == (0, "")


def test_a_composite_key(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("a,b,x\n1,1,p\n1,2,q\n")
    (tmp_path / "new.csv").write_text("a,b,x\n1,1,p\n1,2,r\n")
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--key", "a", "--key", "b",
              "--format", "stat")  # fmt: skip
    assert ran.out == "table: 1 changed\n  x  1 cell\n"


def test_without_a_key_one_is_found(cli: Cli, tmp_path: Path) -> None:
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--format", "stat")
    assert (ran.code, ran.out) == (0, "table: 1 added, 1 removed, 1 changed\n  x  1 cell\n")
    assert "matched by id" in ran.err


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        (OLD, ("--key", "nope"), "no field 'nope'"),
        ("id;x\n1;a\n", ("--key", "id", "--delimiter", ","), "--delimiter"),
        ("", ("--key", "id"), "no header"),
        ("id,name,x\n1,a\n", ("--key", "id"), "old.csv:2"),
        (OLD, ("--key", "id", "--delimiter", "xx"), "one character"),
    ],
)
def test_what_is_wrong_is_said(
    cli: Cli, tmp_path: Path, text: str, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "old.csv").write_text(text)
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_delimiter_can_be_given_and_a_tab_is_known(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("id;x\n1;a,b\n")
    (tmp_path / "new.csv").write_text("id;x\n1;c\n")
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--key", "id", "--delimiter",
              ";", "--format", "stat")  # fmt: skip
    assert ran.out == "table: 1 changed\n  x  1 cell\n"
    for side in ("old", "new"):
        (tmp_path / f"{side}.tsv").write_text(f"id\tx\n1\t{side}\n")
    ran = cli("diff", f"{tmp_path}/old.tsv", f"{tmp_path}/new.tsv", "--key", "id", "--format",
              "stat")  # fmt: skip
    assert ran.out == "table: 1 changed\n  x  1 cell\n"


def test_a_key_is_for_tables_that_declare_none(cli: Cli) -> None:
    ran = cli("diff", "2014", "2023", "--key", "project")
    assert ran.code == 2
    assert "every resource of 2014 declares its primary key" in ran.err
    assert "--key RESOURCE.FIELD" in ran.err


def keyless(folder: Path, text: str) -> str:
    package({"a": spec(text, ""), "b": "id,x\n1,1\n"}).write(folder)
    return str(folder)


def test_a_key_is_named_for_a_resource_without_one(cli: Cli, tmp_path: Path) -> None:
    old = keyless(tmp_path / "old", "n,x\n1,1\n2,2\n")
    new = keyless(tmp_path / "new", "n,x\n1,1\n2,3\n")
    ran = cli("diff", old, new)
    assert ran.code == 0
    assert "a: matched by n; declare it as primaryKey, or give --key" in ran.err
    for key in ("n", "a.n"):
        ran = cli("diff", old, new, "--key", key)
        assert (ran.code, ran.out.splitlines()) == (
            0,
            ["a", "  ~ 2  updated", "      x: “2” → “3”"],
        )
    ran = cli("diff", old, new, "--key", "m")
    assert ran.code == 2
    assert "no resource" in ran.err
    assert "a: n, x" in ran.err


def test_ignored_fields_and_tolerances_on_the_command_line(cli: Cli, tmp_path: Path) -> None:
    kinds = {"n": "number"}
    texts = {"old": "id,n,at\n1,1,a\n2,5,a\n", "new": "id,n,at\n1,1.01,b\n2,7,b\n"}
    for side, text in texts.items():
        package({"r": spec(text, types=kinds)}).write(tmp_path / side)
    sides = (str(tmp_path / "old"), str(tmp_path / "new"))
    ran = cli("diff", *sides, "--ignore", "at", "--tolerance", "r.n=1%", "--exit-code")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "r",
        "  ~ 2  updated",
        "      n: “5” → “7”",
        "ignored: 1 row of r differs only in at and n (within 1%)",
    ]
    ran = cli("report", *sides, "--ignore", "r.at", "--tolerance", "n=2")
    assert "Ignored: 2 rows of r differ only in at" in " ".join(ran.out.split())
    for options, said in (
        (("--ignore", "x"), "--ignore x: no resource has such a field"),
        (("--tolerance", "n"), "expected FIELD=NUMBER"),
        (("--tolerance", "n=x"), "'x' is not a tolerance"),
        (("--tolerance", "at=1"), "a field of type string cannot have a tolerance"),
        (("--ignore", "id"), "a field of the primary key must be compared exactly"),
    ):
        ran = cli("diff", *sides, *options)
        assert ran.code == 2
        assert said in ran.err


def bare(cli: Cli, folder: Path, old: str, new: str, *arguments: str) -> str:
    """Return what `diff` prints for two bare files."""
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.csv").write_bytes(text.encode())
    return cli.good("diff", f"{folder}/old.csv", f"{folder}/new.csv", *arguments)


def test_a_tolerance_says_that_a_field_holds_numbers(cli: Cli, tmp_path: Path) -> None:
    old, new = "id,price\n1,10.000\n2,5.00\n", "id,price\n1,10.001\n2,5.50\n"
    for name in ("price", "table.price"):
        said = bare(cli, tmp_path, old, new, "--key", "id", "--tolerance", f"{name}=0.01")
        assert said.splitlines() == [
            "table", "  ~ 2  updated", "      price: “5.00” → “5.50”",
            "ignored: 1 row of table differs only in price (within 0.01)",
        ]  # fmt: skip


def test_letter_case_and_white_space_may_not_count(cli: Cli, tmp_path: Path) -> None:
    old = "id,a,b\n1,Ann,x\n2,Ann  Lee,x\n3,c,x\n"
    new = "id,a,b\n1,ANN,x\n2, Ann Lee,x\n3,d,x\n"
    rows = {"--ignore-case": ["2", "3"], "--ignore-space": ["1", "3"]}
    for option, left in rows.items():
        said = bare(cli, tmp_path, old, new, "--key", "id", option)
        assert [line[4] for line in said.splitlines() if line.startswith("  ~")] == left
    said = bare(cli, tmp_path, old, new, "--key", "id", *rows)
    assert "  ~ 3  updated\n" in said
    assert "ignored: 2 rows of table differ only in" in said


def test_only_some_fields_are_compared(cli: Cli, tmp_path: Path) -> None:
    old, new = "id,a,b\n1,p,x\n2,q,x\n", "id,a,b\n1,p,y\n2,r,y\n"
    said = bare(cli, tmp_path, old, new, "--key", "id", "--only", "a")
    assert said.splitlines()[1:3] == ["  ~ 2  updated", "      a: “q” → “r”"]
    assert cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--only", "c").code == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(cli: Cli, tmp_path: Path, delimiter: str) -> None:
    old = "id,a b;c\n1,x\n" if delimiter == "," else f"id{delimiter}a,b\n1{delimiter}x\n"
    assert "  ~ 1  updated\n" in bare(cli, tmp_path, old, old.replace("x", "y"), "--key", "id")


def test_a_bare_file_is_read_in_the_encoding_given(cli: Cli, tmp_path: Path) -> None:
    for name, text in (("old", "id,né\n1,é\n"), ("new", "id,né\n1,è\n")):
        (tmp_path / f"{name}.csv").write_bytes(text.encode("latin-1"))
    paths = (f"{tmp_path}/old.csv", f"{tmp_path}/new.csv")
    assert "né: “é” → “è”" in cli.good("diff", *paths, "--key", "id", "--encoding", "latin-1")
    ran = cli("diff", *paths)
    assert ran.code == 2
    assert "utf-8" in ran.err
    assert "unknown encoding 'nope'" in cli("diff", *paths, "--encoding", "nope").err


def test_a_key_that_was_renamed(cli: Cli, tmp_path: Path) -> None:
    old, new = "a,x\n1,p\n2,q\n", "b,x\n7,p\n2,r\n"
    said = bare(cli, tmp_path, old, new, "--key", "a=b")
    assert "schema field table.b renamed (it was a)" in said
    assert "  ~ 2  updated\n" in said


def test_a_key_for_status(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made = package({"r": spec("n,x\n1,1\n2,2\n", "")}).store(tmp_path)
    cli = Cli(capsys, tmp_path)
    assert cli("freeze", "2025-01-01", "-m", "first").code == 0
    file = made.package.path("r")
    file.write_text(file.read_text().replace("2,2", "2,3"))
    ran = cli("status")
    assert (ran.code, "1 row changed" in ran.out, "matched by n" in ran.err) == (0, True, True)
    assert "The tables differ from it: 1 row changed" in cli.good("status", "--key", "n")
    assert "1 row added and 1 removed" in cli.good("status", "--key", "r.n", "--key", "r.x")


def test_status_of_a_table_whose_header_is_no_longer_its_schema(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = package({"r": spec("n,x\n1,1\n2,2\n", "n")}).store(tmp_path)
    cli = Cli(capsys, tmp_path)
    assert cli("freeze", "2025-01-01", "-m", "first").code == 0
    made.package.path("r").write_text("n,x,y\n1,1,a\n2,3,b\n")
    ran = cli("status")
    assert (ran.code, "The tables differ from it" in ran.out) == (0, True)
    assert "its header also has 'y'" in ran.err


HEADLESS = {"was": "7|north|1.5\n8|south|2\n", "now": "8|south|2.001\n9|Øst|3\n"}


def headless(folder: Path, suffix: str = "csv") -> tuple[str, str]:
    for side, text in HEADLESS.items():
        (folder / f"{side}.{suffix}").write_text(text, encoding="latin-1")
    return str(folder / f"was.{suffix}"), str(folder / f"now.{suffix}")


@pytest.mark.parametrize(
    ("options", "counted"),
    [
        (("--key", "1"), "table: 1 added, 1 removed, 1 changed\n  field3  1 cell\n"),
        (("--key", "1,2"), "table: 1 added, 1 removed, 1 changed\n  field3  1 cell\n"),
        (("--key", "1=1"), "table: 1 added, 1 removed, 1 changed\n  field3  1 cell\n"),
        (("--key", "field1"), "table: 1 added, 1 removed, 1 changed\n  field3  1 cell\n"),
        (("--key", "1", "--only", "2"), "table: 1 added, 1 removed\n"),
        (("--key", "1", "--ignore", "3"), "table: 1 added, 1 removed\n"),
        (("--key", "1", "--tolerance", "3=1%"), "table: 1 added, 1 removed\n"),
    ],
)
def test_without_a_header_fields_are_given_by_position(
    cli: Cli, tmp_path: Path, options: tuple[str, ...], counted: str
) -> None:
    how = ("--no-header", "--encoding", "latin-1", "--format", "stat")
    ran = cli("diff", *headless(tmp_path), *how, *options)
    assert (ran.code, ran.out) == (0, counted)


def test_without_a_header_the_first_record_is_a_row(cli: Cli, tmp_path: Path) -> None:
    sides = headless(tmp_path)
    ran = cli(
        "diff", *sides, "--no-header", "--encoding", "latin-1", "--key", "1", "--format", "csv"
    )
    rows = [line.split(",")[1:7] for line in ran.out.splitlines()[1:]]
    assert ["7", "removed", "retracted", "field2", "north", ""] in rows
    assert ["9", "added", "undated", "field2", "", "Øst"] in rows
    ran = cli("diff", *sides, "--no-header", "--encoding", "latin-1", "--key", "4")
    assert ran.code == 2
    assert "was.csv:1: there is no field 'field4'" in ran.err


def test_a_header_is_only_missing_in_bare_files(cli: Cli) -> None:
    ran = cli("diff", "2014", "2023", "--no-header")
    assert ran.code == 2
    assert "--no-header is for two bare CSV files" in ran.err


@pytest.mark.parametrize("command", [("validate", "a"), ("show", "a")])
def test_a_bare_file_is_no_package(cli: Cli, tmp_path: Path, command: tuple[str, ...]) -> None:
    sides = {"a": f"{tmp_path}/old.csv", "b": f"{tmp_path}/new.csv"}
    ran = cli(command[0], *(sides[name] for name in command[1:]))
    assert ran.code == 2
    assert "old.csv: this is a bare table, not a data package" in ran.err
    assert "interopwatch diff OLD NEW" in ran.err
    assert "not JSON" not in ran.err


def test_the_keys_that_are_found_are_one_note(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tables = {"a": "n,x\n1,p\n2,p\n", "b": "n,x\n1,p\n1,q\n", "c": "n\n1\n1\n", "d": "n\n1\n1\n"}
    old, new = tmp_path / "old", tmp_path / "new"
    for side, more in ((old, {"gone": "n\n1\n"}), (new, {"came": "q,r\n7,8\n"})):
        side.mkdir()
        every = {**tables, **more}
        listed = [{"name": name, "path": f"{name}.csv"} for name in every]
        (side / "datapackage.json").write_text(json.dumps({"resources": listed}))
        for name, text in every.items():
            last = "" if side == old else "3" + text.splitlines()[-1][1:] + "\n"
            (side / f"{name}.csv").write_text(text + last)
    ran = Cli(capsys)("diff", str(old), str(new))
    notes = [line for line in ran.err.splitlines() if line.startswith("note: ")]
    found = "keys that were found: a by n; b by n, x"
    assert notes == [
        f"note: matched by {found}; declare them as primaryKey, or give --key",
        "note: c and d: no fields tell the rows apart, so whole rows are compared",
    ]


def test_a_report_takes_two_bare_files(cli: Cli, tmp_path: Path) -> None:
    ran = cli("report", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--tolerance", "x=0.5")
    assert ran.code == 0
    assert "  1 row added and 1 removed." in ran.out.splitlines()
    assert "• c (3)\n" in ran.out
    assert "• a (1)\n" in ran.out
    page = tmp_path / "page.html"
    done = cli("report", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv", "--key", "id",
               "--format", "html", "-o", str(page))  # fmt: skip
    assert done.code == 0
    assert "6.0" in page.read_text(encoding="utf-8")


def test_a_bare_file_alone_is_no_report(cli: Cli, tmp_path: Path) -> None:
    ran = cli("report", f"{tmp_path}/old.csv")
    assert ran.code == 2
    assert "there is no other to compare it with" in ran.err


@pytest.mark.parametrize("command", ["diff", "report"])
def test_both_commands_read_files_as_the_user_says(cli: Cli, tmp_path: Path, command: str) -> None:
    how = ("--no-header", "--encoding", "latin-1", "--delimiter", "|", "--tolerance", "3=0.01")
    said = cli.good(command, *headless(tmp_path, "txt"), "--key", "1", *how)
    assert "Øst" in said
    assert "2.001" not in said  # within the tolerance of the third field


@pytest.mark.parametrize("command", ["diff", "report", "check"])
def test_how_a_file_is_written_is_asked_of_bare_files_alone(cli: Cli, command: str) -> None:
    ran = cli(command, "2014", "2023", "--encoding", "latin-1")
    assert ran.code == 2
    assert "--encoding is for two bare CSV files" in ran.err


def test_an_encoding_that_is_not_the_default_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    for encoding in ("latin-1", "utf-16"):
        file.write_bytes("id,né\n1,é\n".encode(encoding))
        ran = cli("diff", str(file), str(file))
        assert ran.code == 2
        assert "--encoding" in ran.err
        assert cli("diff", str(file), str(file), "--encoding", encoding).code == 0


def test_the_column_in_which_pandas_writes_its_index_is_a_key(cli: Cli, tmp_path: Path) -> None:
    for name, rows in (("old", "0,x,2\n1,x,4\n"), ("new", "0,x,2\n1,x,5\n2,y,8\n")):
        (tmp_path / f"{name}.csv").write_text(f",a,b\n{rows}")
    sides = (f"{tmp_path}/old.csv", f"{tmp_path}/new.csv")
    ran = cli("diff", *sides)
    assert "table: matched by (no name); declare it as primaryKey" in ran.err
    assert ran.out.splitlines() == [
        "matched table by (no name)",
        "table",
        "  ~ 1  updated",
        "      b: “4” → “5”",
        "  + 2  added",
        "      (no name): “2”",
        "      a: “y”",
        "      b: “8”",
    ]
    told = cli("report", *sides).out
    assert "1 row added and 1 changed." in told
    assert "Matched without a declared key: table by (no name)." in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no header: the file or its first line is empty"),
        ("\nid\n1\n", "there is no header: the file or its first line is empty"),
        ("id,x,,\n1,a,,\n", "several columns have no name in the header"),
        ("id,x,x\n1,a,b\n", "the field 'x' stands twice in the header"),
    ],
)
def test_a_header_that_is_none_is_told_as_what_it_is(
    cli: Cli, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "old.csv").write_text(text)
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/new.csv")
    assert ran.code == 2
    assert f"old.csv:1: {message}" in ran.err


@pytest.mark.parametrize("suffix", ["CSV", "TSV", "tab", "Txt"])
def test_a_bare_file_ends_as_the_system_of_the_user_writes_it(
    cli: Cli, tmp_path: Path, suffix: str
) -> None:
    for name, text in (("a", "id\tx\n1\tp\n"), ("b", "id\tx\n1\tq\n")):
        (tmp_path / f"{name}.{suffix}").write_text(text)
    said = cli.good("diff", f"{tmp_path}/a.{suffix}", f"{tmp_path}/b.{suffix}", "--key", "id")
    assert "x: “p” → “q”" in said


@pytest.mark.parametrize("name", ["table.xlsx", "table.ods"])
def test_what_is_neither_table_nor_package_is_told_with_what_to_name(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8b\x00\xff")
    ran = cli("diff", f"{tmp_path}/{name}", f"{tmp_path}/{name}")
    assert ran.code == 2
    assert "name the CSV file that is saved of it" in ran.err


def test_a_tab_may_be_written_as_people_write_it(cli: Cli, tmp_path: Path) -> None:
    for name, cell in (("a", "p"), ("b", "q")):
        (tmp_path / f"{name}.csv").write_text(f"id,no\tx\n1,5\t{cell}\n")
    how = ("--delimiter", "\\t", "--key", "id,no")
    said = cli.good("diff", f"{tmp_path}/a.csv", f"{tmp_path}/b.csv", *how)
    assert "x: “p” → “q”" in said


def test_bare_files_may_be_compressed_with_gzip(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "old.csv.gz").write_bytes(gzip.compress(OLD.encode()))
    (tmp_path / "new.TSV.GZ").write_bytes(gzip.compress(NEW.replace(",", "\t").encode()))
    paths = (f"{tmp_path}/old.csv.gz", f"{tmp_path}/new.TSV.GZ", "--key", "id", "--format", "stat")
    ran = cli("diff", *paths)
    assert (ran.code, ran.out) == (0, "table: 1 added, 1 removed, 1 changed\n  x  1 cell\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLD.encode(), "not gzip data, although declared or named so"),
        (gzip.compress(OLD.encode())[:-9], "truncated gzip data"),
        (None, "No such file"),
    ],
    ids=["plain", "cut", "missing"],
)
def test_what_cannot_be_unpacked_is_said(
    cli: Cli, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "bad.csv.gz").write_bytes(content)
    ran = cli("diff", f"{tmp_path}/old.csv", f"{tmp_path}/bad.csv.gz", "--key", "id")
    assert ran.code == 2
    assert f"{tmp_path}/bad.csv.gz: {said}" in ran.err
