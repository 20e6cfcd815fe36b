"""``interopwatch show --fields``: the fields of any edition."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], two_snapshots: Path) -> Cli:
    return Cli(capsys, two_snapshots)


def test_each_field_has_a_line(cli: Cli) -> None:
    lines = cli.good("show", "--fields", "members").split("\n")
    lines = [line for line in lines if line.strip()]
    assert lines[0].split() == ["field", "title", "type", "rules", "description", "example"]
    assert any("joined" in line and "EDTF date" in line for line in lines)
    assert any("club" in line and "part of the key; refers to clubs.club" in line for line in lines)


def test_a_snapshot_has_fields_of_its_own(cli: Cli, two_snapshots: Path) -> None:
    file = two_snapshots / "datapackage.json"
    raw = json.loads(file.read_text("utf-8"))
    people = next(r for r in raw["resources"] if r["name"] == "people")
    people["schema"]["fields"][0] |= {"title": "=1+1", "description": "Who it is."}
    file.write_text(json.dumps(raw), "utf-8")
    now = json.loads(cli.good("show", "--fields", "people", "--format", "json"))
    assert (now[0]["field"], now[0]["title"], now[0]["rules"]) == ("person", "=1+1", "key")
    then = json.loads(cli.good("show", "2020-06-30", "--fields", "people", "--format", "json"))
    assert then[0]["title"] == ""
    rows = list(csv.reader(io.StringIO(cli.good("show", "--fields", "people", "--format", "csv"))))
    assert rows[1][:2] == ["person", "'=1+1"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show"], "Missing argument 'SNAPSHOT'"),
        (["show", "tables", "people", "--fields", "people"], "Name RESOURCE once"),
        (["show", "--fields", "hats"], "has no resource 'hats'"),
    ],
)
def test_what_cannot_be_shown_ends_with_2(cli: Cli, arguments: list[str], said: str) -> None:
    ran = cli(*arguments)
    assert ran.code == 2
    assert said in ran.err
