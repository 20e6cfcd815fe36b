"""``apply``, ``invert`` and ``compose``: change sets as files, from and to the command line."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from commands import Cli
from interopwatch import diff, open_package
from interopwatch.changeset.serialise import read
from interopwatch.validation.profiles import published
from packages import package, spec
from small_packages import tidy

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import ChangeSet

STATES = ("id,x,n\nb,1,1\na,,2\n", "id,x,n\na,ü,2.0\nc,3,3\n", "n,id,y\n2.0,a,\n4,c,3\n")


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    for name, text in zip("abc", STATES, strict=True):
        package({"r": spec(text, types={"n": "number"})}).write(tmp_path / name)
    return Cli(capsys, tmp_path / "a")


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def written(cli: Cli, at: Path, old: str, new: str, form: str = "json") -> str:
    """Write a file with the diff of two of the packages."""
    file = at / f"{old}{new}.{form}"
    cli.good("diff", str(at / old), str(at / new), "--format", form, "-o", str(file))
    return str(file)


def between(at: Path, old: str, new: str) -> ChangeSet:
    one, other = (open_package(at / name, str(at / name)) for name in (old, new))
    return diff(one, other)


def given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Set the content of standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


# apply


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_apply_makes_the_newer_package_in_a_folder(cli: Cli, at: Path, form: str) -> None:
    changes = written(cli, at, "a", "c", form)
    said = cli.good("apply", changes, str(at / "a"), "-o", str(at / "made"))
    assert said == f"Wrote {at / 'made'}: 1 table and its descriptor.\n"
    assert files(at / "made") == tidy(open_package(at / "c"))
    assert cli("diff", str(at / "c"), str(at / "made"), "--exit-code").code == 0


def test_apply_tells_tables_from_other_files(cli: Cli, tmp_path: Path) -> None:
    for name, cell in (("a", "1"), ("b", "2")):
        made = package({"r": f"id,x\n1,{cell}\n", "s": "id\n1\n"})
        raw = json.loads(made.files["datapackage.json"])
        raw["resources"].append({"name": "terms", "path": "terms.txt", "format": "txt"})
        made.write(tmp_path / name)
        (tmp_path / name / "datapackage.json").write_text(json.dumps(raw), "utf-8")
        (tmp_path / name / "terms.txt").write_text("free", "utf-8")
    changes = written(cli, tmp_path, "a", "b")
    said = cli.good("apply", changes, str(tmp_path / "a"), "-o", str(tmp_path / "made"))
    made_of = "2 tables, 1 other file and their descriptor"
    assert said == f"Wrote {tmp_path / 'made'}: {made_of}.\n"


def test_apply_takes_snapshots_by_their_date(
    two_snapshots: Path, at: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(capsys, two_snapshots)
    cli.good("diff", "2020-06-30", "2024-03-07", "--format", "jsonl", "-o", str(at / "x"))
    cli.good("apply", str(at / "x"), "2020-06-30", "--output", str(at / "made"))
    assert files(at / "made") == tidy(open_package(two_snapshots / "snapshots" / "2024-03-07"))
    assert open_package(at / "made").descriptor.frozen is not None


def test_apply_reads_standard_input(cli: Cli, at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = cli.good("diff", str(at / "a"), str(at / "b"), "--format", "jsonl")
    given(monkeypatch, text.encode())
    cli.good("apply", "-", str(at / "a"), "-o", str(at / "made"))
    assert files(at / "made") == tidy(open_package(at / "b"))


def test_apply_to_the_wrong_package_writes_nothing(cli: Cli, at: Path) -> None:
    changes = written(cli, at, "a", "b")
    ran = cli("apply", changes, str(at / "b"), "-o", str(at / "made"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: the change set does not apply: r id='a': field 'x' has 'ü'; expected ''\n"
        f"Apply it to the package that it was made from, {str(at / 'a')!r}.\n"
    )
    assert sorted(p.name for p in at.iterdir()) == ["a", "ab.json", "b", "c"]


@pytest.mark.parametrize("kind", ["folder", "empty", "file", "link"])
def test_apply_overwrites_nothing(cli: Cli, at: Path, kind: str) -> None:
    changes = written(cli, at, "a", "b")
    new = at / "made"
    if kind == "folder":
        (new / "x").mkdir(parents=True)
    elif kind == "empty":
        new.mkdir()
    elif kind == "file":
        new.write_bytes(b"precious")
    else:
        new.symlink_to(at / "nowhere")
    ran = cli("apply", changes, str(at / "a"), "-o", str(new))
    assert ran.code == 2
    assert ran.err.startswith(f"error: {new}: exists already, and is not overwritten\n")
    assert not (new / "datapackage.json").exists()


def test_apply_into_a_folder_that_cannot_be_made(cli: Cli, at: Path) -> None:
    changes = written(cli, at, "a", "b")
    ran = cli("apply", changes, str(at / "a"), "-o", str(at / "ab.json" / "made"))
    assert ran.code == 2
    assert "made: cannot be written: " in ran.err
    assert "Nothing was written." in ran.err


def test_apply_needs_a_folder_to_make(cli: Cli, at: Path) -> None:
    ran = cli("apply", "x", str(at / "a"))
    assert ran.code == 2
    assert "Missing option '-o' / '--output'" in ran.err


# What is no change set


def test_a_file_that_is_no_change_set_is_reported_with_the_place(cli: Cli, at: Path) -> None:
    changes = json.loads((at / written(cli, at, "a", "b")).read_bytes())
    changes["rows"][0]["kind"] = "moved"
    (at / "x.json").write_text(json.dumps(changes))
    for command in (["invert"], ["compose", str(at / "ab.json")], ["apply"]):
        more = [str(at / "a"), "-o", str(at / "made")] if command == ["apply"] else []
        ran = cli(*command, str(at / "x.json"), *more)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"error: {at / 'x.json'}: /rows/0/kind: Invalid value 'moved'")


def test_a_change_set_that_cannot_be_read_is_one_message(
    cli: Cli, at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = cli("invert", str(at / "nowhere"))
    assert ran.err.startswith(f"error: {at / 'nowhere'}: there is no such file\n`interopwatch diff")
    (at / "x").write_bytes(b'{"format": "\xff"}')
    assert cli("invert", str(at / "x")).err == f"error: {at / 'x'}: byte 12 is not UTF-8\n"
    assert cli("invert", str(at / "a")).err.startswith(f"error: {at / 'a'}: ")
    given(monkeypatch, b"")
    assert cli("invert", "-").err.startswith("error: standard input:1:1: not JSON")


# invert and compose


def test_invert_leads_back(cli: Cli, at: Path) -> None:
    text = cli.good("invert", written(cli, at, "a", "c", "jsonl"))
    assert read(text, "x") == ~between(at, "a", "c") == between(at, "c", "a")
    (at / "back.json").write_text(text, encoding="utf-8")
    cli.good("apply", str(at / "back.json"), str(at / "c"), "-o", str(at / "made"))
    assert files(at / "made") == tidy(open_package(at / "a"))


def test_compose_does_both(cli: Cli, at: Path) -> None:
    first, second = written(cli, at, "a", "b", "jsonl"), written(cli, at, "b", "c")
    cli.good("compose", first, second, "-o", str(at / "both.json"))
    cli.good("apply", str(at / "both.json"), str(at / "a"), "-o", str(at / "made"))
    assert files(at / "made") == tidy(open_package(at / "c"))


def test_compose_refuses_what_does_not_follow(cli: Cli, at: Path) -> None:
    first, second = written(cli, at, "a", "b"), written(cli, at, "a", "c")
    ran = cli("compose", first, second, "-o", str(at / "both.json"))
    assert ran.code == 2
    assert ran.err.startswith("error: the two change sets are not consecutive: r id=")
    assert not (at / "both.json").exists()


def test_commands_make_a_pipe(cli: Cli, at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, cli.good("invert", written(cli, at, "b", "c")).encode())
    given(monkeypatch, cli.good("compose", "-", written(cli, at, "b", "a")).encode())
    cli.good("apply", "-", str(at / "c"), "-o", str(at / "made"))
    assert files(at / "made") == tidy(open_package(at / "a"))
    ran = cli("compose", "-", "-")
    assert ran.code == 2
    assert "Only one of the two can come from standard input." in ran.err


@pytest.mark.parametrize("command", ["invert", "compose"])
def test_the_result_is_lines_if_the_file_is_called_so(cli: Cli, at: Path, command: str) -> None:
    given = [written(cli, at, "a", "b"), *([written(cli, at, "b", "c")] * (command == "compose"))]
    text = cli.good(command, *given)
    assert cli.good(command, *given, "-o", str(at / "x.jsonl")) == ""
    lines = (at / "x.jsonl").read_bytes().decode()
    assert read(lines, "x") == read(text, "x")
    found = json.loads(text)
    assert list(Draft202012Validator(published("changes")).iter_errors(found)) == []
    assert lines.count("\n") == 1 + len(found["rows"]) + len(found["respelled"])
    assert {(row["sense"], row["sentence"]) for row in found["rows"]} == {("undated", "")}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_a_package_is_made_with_the_usual_permissions(cli: Cli, at: Path) -> None:
    cli.good("apply", written(cli, at, "a", "b"), str(at / "a"), "-o", str(at / "made"))
    assert (at / "made").stat().st_mode == (at / "a").stat().st_mode
