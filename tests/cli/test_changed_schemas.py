"""Looking back over editions whose tables had other columns, keys and vocabularies."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

import pytest

from commands import Cli
from packages import Spec, package, spec

if TYPE_CHECKING:
    from pathlib import Path

ROWS: Final = "1,Ann,2020-01-01\n2,Bob,2021-01-01\n"
DATED: Final = {"lifecycle": {"begin": "founded"}}
EDITIONS: Final[dict[str, Spec]] = {
    "keyless": spec(f"id,name,founded\n{ROWS}", ""),
    "key renamed": spec(f"code,name,founded\n{ROWS}", "code", {"founded": "date"}),
    "one column": spec("name\nAnn\nZoe\n", "name"),
    "unreadable": spec("id,name\n1,Ann\nx,Bob\n", types={"id": "integer"}),
    "dated": spec(f"id,name,founded\n{ROWS}", types={"founded": "edtf"}, ours=DATED),
}


@pytest.mark.parametrize(("was", "now"), list(permutations(EDITIONS, 2)))
def test_no_change_of_a_schema_keeps_anyone_from_looking_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], was: str, now: str
) -> None:
    cli = Cli(capsys, tmp_path)
    package({"people": EDITIONS[was], "other": "id\n1\n"}).write(tmp_path)
    assert cli("freeze", "2023-01-01", "-m", "first").code == 0
    package({"people": EDITIONS[now], "other": "id\n1\n2\n"}).write(tmp_path)
    looks = "as-of 2023-06-01", "report 2023-01-01 tables", "log", "status", "history"
    assert [cli(*look.split()).code for look in looks] == [0] * len(looks)


def test_rows_are_followed_under_a_key_that_was_renamed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(capsys, tmp_path)
    package({"people": EDITIONS["key renamed"]}).write(tmp_path)
    assert cli("freeze", "2023-01-01", "-m", "first").code == 0
    package({"people": EDITIONS["dated"]}).write(tmp_path)
    told = cli.good("history")
    assert [line.split()[0] for line in told.splitlines() if line.startswith("  20")] == [
        "2020",
        "2021",
    ]


def test_status_tells_of_files_that_are_no_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli, notes = Cli(capsys, tmp_path), tmp_path / "notes.md"
    made = package({"people": EDITIONS["one column"]})
    made.edited(lambda raw: raw["resources"].append({"name": "notes", "path": notes.name})).write(
        tmp_path
    )
    notes.write_text("one\n")
    assert cli("freeze", "2023-01-01", "-m", "first").code == 0
    assert "there is 1 snapshot, but 2 are needed" in cli("report").err
    notes.write_text("two\n")
    assert "differ from it: 1 file compared by its bytes." in cli.good("status")
