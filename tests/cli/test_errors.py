"""Mistakes of users are reported in one message, with the place; a bug keeps its traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from commands import Cli
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Callable

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def cli(two_snapshots: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys, two_snapshots)


def edited(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Return a function that changes the descriptor of a package."""

    def edit(root: Path) -> None:
        file = root / "datapackage.json"
        raw = json.loads(file.read_bytes())
        change(raw)
        file.write_text(json.dumps(raw))

    return edit


def described(content: bytes) -> Callable[[Path], None]:
    """Return a function that replaces the descriptor of a package."""

    def write(root: Path) -> None:
        (root / "datapackage.json").write_bytes(content)

    return write


def gone(name: str) -> Callable[[Path], None]:
    """Return a function that removes a file from a package."""
    return lambda root: (root / name).unlink()


def a_folder_instead(root: Path) -> None:
    (root / "tables" / "clubs.csv").unlink()
    (root / "tables" / "clubs.csv").mkdir()


def table(content: bytes, name: str = "clubs") -> Callable[[Path], None]:
    """Return a function that replaces a table of a package."""

    def write(root: Path) -> None:
        (root / "tables" / f"{name}.csv").write_bytes(content)

    return write


def schema(raw: dict[str, Any], name: str = "clubs") -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in raw["resources"] if r["name"] == name)["schema"]
    return found


HEADER: Final = b"club,name,founded,closed,status,hall,position,source,locator\n"
BROKEN: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "not-json": (
        described(b'{"name": "x",\n}'),
        "datapackage.json:2:1: not JSON",
    ),
    "comma-too-many": (
        described(b'{"name": "x", "resources": [{},\n]}'),
        "JSON allows no comma before a closing bracket.",
    ),
    "not-utf8-descriptor": (
        described(b'{"name": "\xfc"}'),
        "datapackage.json: byte 10 is not UTF-8",
    ),
    "no-descriptor": (
        gone("datapackage.json"),
        "datapackage.json: there is no data package here",
    ),
    "no-resources": (edited(lambda raw: raw.pop("resources")), "/resources: it is missing"),
    "no-such-key": (
        edited(lambda raw: schema(raw).update(primaryKey="colour")),
        "/resources/3/schema/primaryKey: there is no field 'colour'",
    ),
    "outside": (
        edited(lambda raw: raw["resources"][3].update(path="../clubs.csv")),
        "/resources/3/path: '../clubs.csv' leads outside the package",
    ),
    "bad-template": (
        edited(lambda raw: raw["resources"][3]["interopwatch"].update(label="{name")),
        "in '{name': an unmatched {",
    ),
    "template-of-nothing": (
        edited(lambda raw: raw["resources"][3]["interopwatch"].update(label="{colour}")),
        "resource 'clubs' has no field 'colour'",
    ),
    "no-date": (
        table(HEADER + b"b,Beta,long ago,,big,,,b2,\n"),
        "clubs.csv:2:founded: 'long ago' is not an EDTF date",
    ),
    "directory": (a_folder_instead, "clubs.csv: "),
}
UNREADABLE: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "missing-table": (
        gone("tables/clubs.csv"),
        "clubs.csv: the file of resource 'clubs' is missing",
    ),
    "empty-table": (table(b""), "clubs.csv:1: the header row is missing"),
    "not-utf8": (table(HEADER + b"a,\xfc,,,,,,b1,\n"), "clubs.csv:2: byte 0xfc at offset"),
    "ragged": (table(HEADER + b"a,Alpha\n"), "clubs.csv:2: 2 cells, but the header has 9"),
    "open-quote": (table(HEADER + b'a,"Alpha\n'), "clubs.csv:2: not CSV: unexpected end of data"),
    "missing-field": (
        table(HEADER.replace(b",hall", b"")),
        "clubs.csv:1: the header lacks 'hall'",
    ),
    "extra-field": (
        table(HEADER.replace(b"name,", b"name,colour,")),
        "clubs.csv:1: the header also has 'colour'",
    ),
    "duplicate-header": (
        table(HEADER.replace(b"hall", b"name")),
        "clubs.csv:1: the field 'name' stands twice in the header",
    ),
    "wrong-type": (
        table(HEADER + b"b,Beta,2015,,big,,first,b2,\n"),
        "clubs.csv:2:position: 'first' is no integer",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_package_is_one_clear_message(cli: Cli, case: str) -> None:
    breaking, message = BROKEN[case]
    assert cli.root is not None
    breaking(cli.root)
    ran = cli("report", "2020-06-30", "tables")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) in (2, 3)  # what is wrong, and what to do
    assert str(cli.root) in ran.err or "template" in case


@pytest.mark.parametrize("case", UNREADABLE)
@pytest.mark.parametrize("command", ["diff", "report"])
def test_a_table_that_cannot_be_read_does_not_stop_the_others(
    cli: Cli, case: str, command: str
) -> None:
    breaking, message = UNREADABLE[case]
    assert cli.root is not None
    breaking(cli.root)
    ran = cli(command, "2020-06-30", "tables")
    assert ran.code == 0
    assert "clubs: file " in ran.out
    assert f"note: not compared: clubs: {cli.root}" in ran.err
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert cli(command, "2020-06-30", "tables", "--strict").code == 2
    ran = cli("diff", "2020-06-30", "tables", "--resource", "sources")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("command", ["show", "as-of", "history", "tidy"])
def test_every_command_reports_a_broken_table(cli: Cli, command: str) -> None:
    assert cli.root is not None
    table(HEADER + b"a,Alpha\n")(cli.root)
    more = {
        "show": ["tables", "clubs"],
        "as-of": ["2016"],
        "history": ["Pat"],
    }
    ran = cli(command, *more.get(command, []))
    assert ran.code == 2
    assert "clubs.csv:2: 2 cells, but the header has 9\nQuote cells that hold" in ran.err
    assert "Traceback" not in ran.err


def test_freeze_names_the_rows_that_are_not_fit(cli: Cli) -> None:
    assert cli.root is not None
    table(HEADER + b"b,Beta,2015,,big,,first,b9,\n")(cli.root)
    ran = cli("freeze", "2025", "-m", "x")
    assert ran.code == 2
    assert "the tables cannot be frozen: " in ran.err
    assert "tables/clubs.csv:2:position: 'first' is no integer\n" in ran.err
    assert "tables/clubs.csv:2:source: 'b9' is not in sources.source\n" in ran.err
    assert "interopwatch validate" in ran.err


# Names, dates and places


@pytest.mark.parametrize(
    "arguments",
    [("report", "2019"), ("diff", "2019", "tables"), ("show", "2019"), ("report", "2019", "2024")],
)
def test_an_unknown_snapshot_lists_those_that_exist(cli: Cli, arguments: tuple[str, ...]) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: there is no snapshot or data package '2019'\n"
        "Snapshots: 2020-06-30, 2024-03-07; `tables` is the working edition, git:REV a revision of "
        "git.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "tables", "pubs"), "has no resource 'pubs'\nIt has: sources, people,"),
        (("diff", "tables", "tables", "--resource", "pubs"), "has no resource 'pubs'"),
        (("as-of", "2016", "--resource", "pubs"), "has no resource 'pubs'"),
        (("as-of", "last year"), "'last year' is not an EDTF date\nWrite 2017, 2017-02"),
        (("as-of", "2016/.."), "'2016/..' has no end"),
        (("as-of", "2016-02-30"), "names a day that the calendar does not have"),
        (("freeze", "today", "-m", "x"), "'today' cannot name a snapshot\nGive a day, a month"),
        (("freeze", "2024-03-07", "-m", "x"), "exists already, and snapshots are never"),
        (("freeze", "2023", "-m", "x"), "from a source published on 2024-03-07, after 2023"),
        (("freeze", "2016", "-m", "x", "--from", "2020-06-30"), "add --basis reconstructed"),
        (("report", "--format", "pdf"), "'pdf' is not one of"),
        (("show",), "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    cli: Cli, arguments: tuple[str, ...], message: str
) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_package_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    ran = cli.at(tmp_path / "nowhere")("log")
    assert ran.code == 2
    assert ran.err.startswith(f"error: {tmp_path / 'nowhere'}: there is no data package here\n")


def test_a_snapshot_that_was_edited(cli: Cli) -> None:
    assert cli.root is not None
    file = cli.root / "snapshots" / "2020-06-30" / "tables" / "clubs.csv"
    file.write_bytes(file.read_bytes().replace(b"Alpha", b"Omega"))
    ran = cli("report")
    assert ran.code == 2
    assert f"error: {file}: changed since snapshot 2020-06-30 was frozen" in ran.err
    assert "restore the file from version control" in ran.err


# Output files


def test_an_output_file_is_whole_or_as_it_was(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "report.md"
    file.write_text("as it was")

    def fail(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        patch.setattr(Path, "replace", fail)
        ran = cli("report", "-o", str(file))
    assert ran.code == 2
    assert ran.err.startswith(f"error: {file}: cannot be written: No space left on device\n")
    assert file.read_text() == "as it was"
    assert [p.name for p in folder.iterdir()] == ["report.md"]
    file.chmod(0o640)
    cli.good("report", "-o", str(file))
    assert file.read_text().startswith("Changes from")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in folder.iterdir()] == ["report.md"]


def test_an_output_file_where_none_can_be(cli: Cli, tmp_path: Path) -> None:
    ran = cli("report", "-o", str(tmp_path / "nowhere" / "report.md"))
    assert ran.code == 2
    assert "report.md: cannot be written: No such file or directory" in ran.err
    assert cli("report", "-o", str(tmp_path)).code == 2


# Bugs and interruptions


class Raising:
    """A standard input that fails with an error that no command expects."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    @property
    def buffer(self) -> NoReturn:
        raise self._error


def test_a_bug_keeps_its_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Raising(RuntimeError("a bug")))
    with pytest.raises(RuntimeError, match="a bug"):
        cli("invert", "-")


def test_an_interruption_ends_with_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Raising(KeyboardInterrupt()))
    ran = cli("invert", "-")
    assert (ran.code, ran.out) == (130, "")
    assert "Traceback" not in ran.err


# Hostile data


def test_no_command_lets_data_speak_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "Alpha\x1b[35m\u202e\n  + forged"
    types, refs = {"since": "edtf"}, {"source": "sources.source"}
    cell = f'"{evil}"'
    ours = {"label": "{name}", "names": ["name"], "lifecycle": {"begin": "since"}}
    listed = spec(f"source,work,title,published\nb,{cell},{cell},2015\n", "source",
                  ours={"reference": True})  # fmt: skip
    rows = f"id,name,since,source,locator\na,{cell},2014,b,{cell}\n"
    store = package(
        {"sources": listed, "clubs": spec(rows, types=types, refs=refs, ours=ours, title=evil)},
        ours={"provenance": {"resource": "sources"}},
    ).store(tmp_path)
    cli = Cli(capsys, store.package.root)
    assert cli("freeze", "2016", "-m", evil).code == 0
    said = [cli("history", evil), cli("show", "2016"), cli("show", "2016", "clubs"), cli("log")]
    table(b"id,name,since,source,locator\nb,Beta,2014,b,\n")(tmp_path)
    said += [
        cli("status"), cli("as-of", "2016"), cli("report", "2016", "tables"),
        cli("diff", "2016", "tables"), cli("report", "2016", "tables", "-o", str(tmp_path / evil)),
    ]  # fmt: skip
    assert [ran.code for ran in said] == [0] * 9
    wrong = [
        cli("history", f"{evil}!"), cli("show", f"{evil}!"), cli("show", "2016", evil),
        cli("as-of", evil), cli("freeze", evil, "-m", "x"),
        cli("report", "2016", "tables", "-o", str(tmp_path / evil / evil)),
    ]  # fmt: skip
    assert [ran.code for ran in wrong] == [2] * 6
    for ran in (*said, *wrong):
        assert not CONTROLS.search(ran.out + ran.err)
        assert not any(line.startswith("  + forged") for line in ran.out.splitlines())


def test_half_a_character_in_a_descriptor_is_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package({"r": "id,x\na,1\n"}).write(tmp_path)
    edited(lambda raw: raw["resources"][0].update(title="\ud800"))(tmp_path)
    ran = Cli(capsys, tmp_path)("show", "tables")
    assert ran.code in (0, 2)
    assert ran.err == "" or ran.err.startswith("error: ")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to the limit")
def test_too_little_memory_is_an_error_without_a_traceback(tmp_path: Path) -> None:
    import resource

    package({"a": "id,x\n1,p\n"}).write(tmp_path)
    with (tmp_path / "tables/a.csv").open("ab") as out:
        out.truncate(900 << 20)
    ran = subprocess.run(
        [sys.executable, "-m", "interopwatch", "--package", str(tmp_path), "show", "tables", "a"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (800 << 20, 800 << 20)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "error: out of memory" in ran.stderr) == (2, True), ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_path_that_is_not_there_is_answered_with_what_may_be_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = package({"a": "id\n1\n"}).write(tmp_path / "p").root
    ran = Cli(capsys)("diff", str(made), "nope")
    assert (ran.code, "Give the folder of a datapackage.json" in ran.err) == (2, True)
    ran = Cli(capsys)("diff", str(made), "2024-03-01")
    assert (ran.code, "interopwatch --package PATH" in ran.err) == (2, True)


def test_a_folder_is_no_change_set(cli: Cli, tmp_path: Path) -> None:
    ran = cli("apply", str(tmp_path), "tables", "-o", str(tmp_path / "out"))
    assert (ran.code, "makes a change set" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("mistyped", "meant"), [("dif", "diff"), ("reprot", "report"), ("as_of", "as-of")]
)
def test_a_mistyped_command_is_answered_with_the_one_that_is_meant(
    cli: Cli, mistyped: str, meant: str
) -> None:
    ran = cli(mistyped)
    assert (ran.code, ran.err.strip().endswith(f"Did you mean '{meant}'?")) == (2, True)


def test_a_command_that_is_like_no_other_is_only_refused(cli: Cli) -> None:
    assert cli("zebra").err.strip().endswith("No such command 'zebra'.")


def test_a_field_of_a_key_that_its_resource_has_not(cli: Cli) -> None:
    ran = cli("diff", "2020-06-30", "2024-03-07", "--key", "clubs.colour")
    assert ran.code == 2
    assert "--key clubs.colour: 'clubs' has no field 'colour'\nIts fields are: " in ran.err


def test_a_snapshot_has_a_reason(cli: Cli) -> None:
    ran = cli("freeze", "2025-01-01", "-m", " ")
    assert (ran.code, "it must not be empty" in ran.err) == (2, True)
