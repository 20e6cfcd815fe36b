"""The command line: the output and exit status of each command."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import interopwatch
from commands import Cli
from interopwatch.cli.main import COMMANDS, main
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cli(two_snapshots: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys, two_snapshots)


def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return the command line for a package without snapshots."""
    return Cli(capsys, package({"r": "id,x\na,1\n"}).store(tmp_path / "bare").package.root)


# report


def test_report_compares_the_last_two_snapshots(cli: Cli) -> None:
    said = cli.good("report")
    assert said.startswith("Changes from 30 June 2020 to 7 March 2024\n")
    assert "New club: Gamma; none closed." in said
    assert "• Quin left Beta (2022): moved away" in said
    assert "The Book, 7 March 2024" in said
    assert (
        said == cli.good("report", "2020-06-30") == cli.good("report", "2020-06-30", "2024-03-07")
    )


def test_report_takes_tables_and_paths_for_snapshots(cli: Cli, tmp_path: Path) -> None:
    assert "Changes since 30 June 2020, not yet frozen\n" in cli.good(
        "report", "2020-06-30", "tables"
    )
    package({"r": "id,x\na,1\n"}).write(tmp_path / "one")
    package({"r": "id,x\na,2\n"}).write(tmp_path / "two")
    said = cli.good("report", str(tmp_path / "one"), str(tmp_path / "two"))
    assert "1 row changed." in said


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_report_writes_every_format_to_a_file_as_to_the_terminal(
    cli: Cli, tmp_path: Path, form: str
) -> None:
    file = tmp_path / "report"
    assert cli.good("report", "--format", form, "-o", str(file)) == ""
    assert file.read_bytes().decode() == cli.good("report", "--format", form)
    assert b"\x1b" not in file.read_bytes()


def test_report_needs_two_snapshots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = bare(tmp_path, capsys)
    ran = cli("report")
    assert (ran.code, ran.out) == (2, "")
    assert "there are 0 snapshots, but 2 are needed" in ran.err
    assert "interopwatch freeze" in ran.err
    assert "Nothing changed" in cli.good("report", "tables", "tables")


# diff


def test_diff_shows_every_change(cli: Cli) -> None:
    said = cli.good("diff", "2020-06-30", "2024-03-07")
    assert "clubs\n  ~ b  updated\n      status: “small” → “big”\n" in said
    assert "  + c  began\n" in said
    assert "      left: (empty) → “2022”\n" in said
    assert cli.good("diff", "2020-06-30", "2020-06-30") == ""


def test_diff_ends_with_1_only_if_asked_to(cli: Cli) -> None:
    assert cli("diff", "2020-06-30", "2024-03-07").code == 0
    assert cli("diff", "2020-06-30", "2024-03-07", "--exit-code").code == 1
    assert cli("diff", "2024-03-07", "tables", "--exit-code").code == 0
    assert cli("diff", "2020-06-30", "2024-03-07", "--exit-code", "--resource", "people").code == 0


def test_diff_in_json_and_csv(cli: Cli) -> None:
    found = json.loads(cli.good("diff", "2020-06-30", "2024-03-07", "--format", "json"))
    assert found["format"] == "interopwatch-changes/2"
    assert {"old", "new", "schema", "rows"} <= set(found)
    began = next(row for row in found["rows"] if row["sense"] == "began")
    assert (began["resource"], began["key"], began["kind"]) == ("clubs", {"club": "c"}, "added")
    assert began["sentence"] == "New club: Gamma, founded 2022"
    assert began["before"] is None
    assert set(began) >= {"resource", "key", "kind", "sense", "before", "after", "fields"}
    text = cli.good("diff", "2020-06-30", "2024-03-07", "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {"clubs", "members", "games", "sources"} == {line["resource"] for line in lines}
    only = cli.good("diff", "2020-06-30", "2024-03-07", "--format", "csv", "--resource", "clubs")
    assert {line["resource"] for line in csv.DictReader(io.StringIO(only))} == {"clubs"}


# log, status, show


def test_log_lists_the_newest_first(cli: Cli) -> None:
    cli.good("freeze", "2016", "-m", "looking back", "--basis", "reconstructed")
    lines = [line for line in cli.good("log").splitlines() if not line.startswith(" ")]
    assert lines == [
        "2024-03-07  1.1.0, observed, covers book",
        "2020-06-30  1.0.0, observed, covers book",
        "2016  1.1.0+as-of.2016, reconstructed from 2024-03-07, covers book",
    ]
    assert "    a second look\n    since 2020-06-30: New club: Gamma; none closed. " in cli.good(
        "log"
    )


def test_log_without_snapshots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "There are no snapshots yet" in bare(tmp_path, capsys).good("log")


def test_status_compares_the_tables_with_the_last_observed_snapshot(cli: Cli) -> None:
    cli.good("freeze", "2016", "-m", "looking back", "--basis", "reconstructed")
    assert cli.good("status") == (
        "Last observed snapshot: 2024-03-07 (1.1.0)\nThe tables have not changed since.\n"
    )
    assert cli.root is not None
    file = cli.root / "tables" / "clubs.csv"
    file.write_text(file.read_text().replace("big", "huge"))
    said = cli.good("status")
    assert "The tables differ from it: 1 row changed.\n  clubs: 1 row changed\n" in said
    assert "interopwatch report 2024-03-07 tables" in said


def test_status_without_snapshots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no observed snapshot yet" in bare(tmp_path, capsys).good("status")


def test_show_lists_resources_and_rows(cli: Cli) -> None:
    sizes = [line.split()[:2] for line in cli.good("show", "2020-06-30").splitlines()]
    assert ["clubs", "2"] in sizes
    assert ["games", "0"] in sizes
    said = cli.good("show", "2020-06-30", "clubs")
    rows = [line for line in said.splitlines() if line.strip()]
    assert rows[0].split()[:3] == ["club", "name", "founded"]
    assert [row.split()[:2] for row in rows[2:]] == [["a", "Alpha"], ["b", "Beta"]]


def test_show_as_csv_is_the_canonical_table(cli: Cli) -> None:
    assert cli.root is not None
    file = cli.root / "snapshots" / "2024-03-07" / "tables" / "clubs.csv"
    said = cli.good("show", "2024-03-07", "clubs", "--format", "csv")
    assert said == file.read_text()


def test_show_as_csv_loses_no_character(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = package({"r": 'id,x\na,"\x1b[31mred\x1b[0m"\n'}).store(tmp_path / "home")
    cli, file = Cli(capsys, store.package.root), tmp_path / "r.csv"
    cli.good("show", "tables", "r", "--format", "csv", "-o", str(file))
    assert file.read_bytes() == b"id,x\na,\x1b[31mred\x1b[0m\n"


def test_show_as_csv_has_no_formula_and_as_json_every_cell_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = package({"r": "id,x\na,=1+1\nb,-5\n"}).store(tmp_path / "home")
    cli = Cli(capsys, store.package.root)
    assert cli.good("show", "tables", "r", "--format", "csv") == "id,x\na,'=1+1\nb,-5\n"
    found = json.loads(cli.good("show", "tables", "r", "--format", "json"))
    assert found == [{"id": "a", "x": "=1+1"}, {"id": "b", "x": "-5"}]


@pytest.mark.parametrize("form", ["csv", "json", "terminal"])
def test_the_log_of_a_workflow_gets_no_command_and_no_control(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    rows = 'id,x\n::error::no,"\x1b[31m\u202e##[group]x\n::warning::y"\n'
    store = package({"r": rows}).store(tmp_path / "home")
    cli, file = Cli(capsys, store.package.root), tmp_path / "out"
    said = cli.good("show", "tables", "r", "--format", form)
    assert not re.search(r"^\s*::|##\[|[\x00-\x09\x0b-\x1f\u202e]", said, re.MULTILINE)
    cli.good("show", "tables", "r", "--format", form, "-o", str(file))
    cell = "\x1b[31m\u202e##[group]x\n::warning::y"
    if form == "json":
        assert (
            json.loads(said) == json.loads(file.read_bytes()) == [{"id": "::error::no", "x": cell}]
        )
    if form == "csv":
        assert file.read_bytes().decode() == rows


def test_show_lists_files_that_are_no_tables_in_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = package({"shops": "id,name\nx,Corner\n"}).edited(
        lambda raw: raw["resources"].append({"name": "map", "path": "map.geojson", "title": "=A"})
    )
    (tmp_path / "map.geojson").write_text("{}")
    cli = Cli(capsys, made.write(tmp_path).root)
    assert "map        no table   =A" in cli.good("show", "tables")
    assert json.loads(cli.good("show", "tables", "--format", "json")) == [
        {"resource": "shops", "rows": 1, "title": ""},
        {"resource": "map", "rows": None, "title": "=A"},
    ]
    said = cli.good("show", "tables", "--format", "csv")
    assert said == "resource,rows,title\nshops,1,\nmap,no table,'=A\n"


# as-of, history


def test_as_of_lists_what_held_and_apart_what_the_sources_cannot_tell(cli: Cli) -> None:
    said = cli.good("as-of", "2016-06")
    held, unknown = said.split("SOURCES CANNOT TELL")
    assert said.startswith("What was true at the end of June 2016\n\nTRUE\n")
    assert "    Alpha (2014)\n    Beta (2015)\n" in held
    assert "Pat in Alpha (2015)" in held
    assert "Quin in Beta (2016)" in unknown
    assert "Gamma" not in said
    assert "Quin in Beta (2016)" in cli.good("as-of", "2016").split("SOURCES CANNOT TELL")[0]


def test_as_of_a_day_after_the_last_report_vouches_for_nothing(cli: Cli) -> None:
    said = cli.good("as-of", "2025")
    true, _, rest = said.partition("TRUE AT LAST REPORT (7 March 2024)")
    assert "Gamma" not in true
    assert "Gamma (2022)" in rest.partition("SOURCES CANNOT TELL")[0]
    found = json.loads(cli.good("as-of", "2025", "--resource", "clubs", "--format", "json"))
    assert found["last_reports"] == {"book": "2024-03-07"}
    clubs = found["resources"]["clubs"]
    assert clubs["yes"] == clubs["unknown"] == []
    assert [(e["day"], [row["club"] for row in e["rows"]]) for e in clubs["at_last_report"]] == [
        ("2024-03-07", ["b", "c"])
    ]
    text = cli.good("as-of", "2025", "--resource", "clubs", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["club"], row["holds"], row["last_report"]) for row in rows] == [
        ("b", "at_last_report", "2024-03-07"),
        ("c", "at_last_report", "2024-03-07"),
    ]


def test_as_of_says_so_if_nothing_held(cli: Cli) -> None:
    said = cli.good("as-of", "1900")
    assert said.endswith("\nTRUE\n  nothing\n\nSOURCES CANNOT TELL\n  nothing\n")
    assert "nothing" not in cli.good("as-of", "2016-06").split("SOURCES CANNOT TELL")[0]


def test_as_of_names_rows_by_what_they_say_and_lists_no_more_than_helps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"k{n},Shop number {n}\n" for n in range(20))
    root = package({"shops": f"id,name\n{rows}"}).store(tmp_path / "shops").package.root
    cli = Cli(capsys, root)
    said = cli("as-of", "2024").out
    assert "  shops: 20 rows\n    Shop number 0 (k0)\n    Shop number 1 (k1)\n" in said
    assert said.endswith("    … and 10 more; --resource shops lists all\n")
    assert cli("as-of", "2024", "--resource", "shops").out.endswith("    Shop number 19 (k19)\n")


def test_as_of_says_why_a_package_without_dates_and_snapshots_tells_nothing(
    cli: Cli, tmp_path: Path
) -> None:
    plain = cli.at(package({"r": "id\n1\n"}).store(tmp_path / "plain").package.root)
    assert (
        "note: no table says when its rows were true, and there are no"
        in plain("as-of", "2024").err
    )
    assert plain("freeze", "2023", "-m", "First").code == 0
    assert plain("as-of", "2023").err == cli("as-of", "2016").err == ""


def test_as_of_in_json_and_csv(cli: Cli) -> None:
    found = json.loads(cli.good("as-of", "2016-06", "--format", "json"))
    assert found["date"] == "2016-06"
    assert [row["club"] for row in found["resources"]["clubs"]["yes"]] == ["a", "b"]
    assert [row["person"] for row in found["resources"]["members"]["unknown"]] == ["q"]
    text = cli.good("as-of", "2016-06", "--format", "csv", "--resource", "members")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["person"], line["holds"], line["left"]) for line in lines] == [
        ("p", "yes", ""), ("q", "unknown", "2022"),
    ]  # fmt: skip


def test_as_of_as_csv_is_one_table_and_reads_back(cli: Cli, tmp_path: Path) -> None:
    ran = cli("as-of", "2016", "--format", "csv")
    assert ran.code == 2
    assert "--resource" in ran.err
    text = 'id,x\na,"one\rtwo"\nb,=1+1\n'
    other = cli.at(package({"r": text}).store(tmp_path / "other").package.root)
    said = other("as-of", "2016", "--format", "csv", "--resource", "r", "-o", str(tmp_path / "x"))
    assert said.out == ""
    lines = list(csv.reader(io.StringIO((tmp_path / "x").read_bytes().decode(), newline="")))
    assert lines[1:] == [["a", "one\rtwo", "unknown", ""], ["b", "'=1+1", "unknown", ""]]


def test_history_reports_one_subject(cli: Cli) -> None:
    said = cli.good("history", "quin")
    assert said.startswith("Quin\n\nIN ORDER OF TIME\n  2016  Quin joined Beta (2016)\n")
    assert "  2022  Quin left Beta (2022): moved away\n" in said
    assert "The Book, 7 March 2024 (recorded since 30 June 2020)\n" in said
    found = json.loads(cli.good("history", "Beta", "--format", "json"))
    assert found["subject"] == "Beta"
    assert {"date": "2030", "kind": "expected"}.items() <= found["entries"][-2].items()
    standing = {"date": "", "kind": "standing", "until": "2024-03-07"}
    assert standing.items() <= found["entries"][-1].items()
    assert "\nTRUE AT LAST REPORT (7 March 2024)\n  Beta exists\n" in cli.good("history", "Beta")
    assert "2030  expected: Planned game" in cli.good("history", "Beta")


def test_history_of_nobody(cli: Cli) -> None:
    ran = cli("history", "Betta")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: nothing is called 'Betta'\nSimilar names: Beta.\n"


# freeze, tidy


def test_freeze_makes_a_snapshot_and_says_what_next(cli: Cli) -> None:
    said = cli.good("freeze", "2024-04", "-m", "checked, nothing new")
    assert said.startswith("Froze 2024-04 as version 1.1.0 in ")
    assert said.endswith("Next: interopwatch report 2024-03-07 2024-04\n")
    assert "    checked, nothing new\n    since 2024-03-07: no change\n" in cli.good("log")


def test_freeze_wants_a_reason(cli: Cli) -> None:
    ran = cli("freeze", "2024-04")
    assert ran.code == 2
    assert "--message" in ran.err


def test_tidy_writes_the_canonical_form_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = package({"r": spec('id,x\r\nb,"2"\r\na,1\r\n')}).store(tmp_path)
    cli, file = Cli(capsys, tmp_path), store.package.path("r")
    before = file.read_bytes()
    checked = cli("tidy", "--check")
    assert checked.code == 1
    assert f"would write {file}" in checked.out
    assert file.read_bytes() == before
    assert f"wrote {file}" in cli.good("tidy")
    assert file.read_bytes() == b"id,x\na,1\nb,2\n"
    described = interopwatch.open_package(tmp_path).resource("r")
    assert described.bytes == len(b"id,x\na,1\nb,2\n")
    assert cli.good("tidy", "--check") == "Everything is in canonical form already.\n"
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == [
        "datapackage.json", "r.csv",
    ]  # fmt: skip


def test_tidy_leaves_alone_what_has_no_canonical_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doubled = package({"q": "id\nb\na\n", "r": "id,x\na,1\na,2\n"}).store(tmp_path / "doubled")
    before = doubled.package.path("q").read_bytes()
    ran = Cli(capsys, tmp_path / "doubled")("tidy")
    assert ran.code == 2
    assert "r.csv:3: the key id='a' is already used on line 2" in ran.err
    assert doubled.package.path("q").read_bytes() == before
    keyless = package({"r": spec('id\n"b"\na\na\n', key=())}).store(tmp_path / "keyless")
    Cli(capsys, tmp_path / "keyless").good("tidy")
    assert keyless.package.path("r").read_bytes() == b"id\nb\na\na\n"


# Help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    ran = CliRunner().invoke(main, [name, "--help"])
    assert ran.exit_code == 0
    assert ran.output.startswith(f"Usage: main {name} ")
    command = main.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    assert command.help.splitlines()[0].split()[0] in ran.output
    assert "\\" not in ran.output, "a mark by which lines are kept as they are"
    assert CliRunner().invoke(main, [name, "-h"]).output == ran.output


def test_help_lists_every_command_and_the_exit_codes() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for name, summary in COMMANDS.items():
        assert f"  {name}" in said
        assert summary.split(",")[0][:40] in said
    assert "0 the same or fine, 1 different or invalid, 2 it could not be" in said


def test_a_command_that_there_is_not(cli: Cli) -> None:
    ran = cli("frobnicate")
    assert ran.code == 2
    assert "No such command 'frobnicate'" in ran.err


def test_the_version_is_the_one_of_the_distribution(cli: Cli) -> None:
    from importlib.metadata import version

    assert cli.good("--version") == f"interopwatch {version('interopwatch')}\n"


def test_as_of_counts_what_only_keeps_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = spec("id\nc1\nc2\n", ours={"bookkeeping": True})
    made = package({"shops": "id\ns1\n", "checks": checks}).store(tmp_path / "shops")
    cli = Cli(capsys, made.package.root)
    said = cli("as-of", "2024").out
    assert "  checks: 2 rows\n    not listed here; --resource checks lists all\n" in said
    assert "    c1\n" in cli("as-of", "2024", "--resource", "checks").out
