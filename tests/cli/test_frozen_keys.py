"""``freeze --key``: a snapshot declares the key that distinguishes its rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path

WAS = "id,part,size\n1,a,3\n1,b,3\n2,a,4\n"
NOW = "id,part,size\n1,a,3\n1,b,5\n2,a,4\n"
FIELDS = [{"name": "id", "type": "integer"}, {"name": "part"}, {"name": "size"}]


def written(folder: Path, *resources: dict[str, Any], text: str = WAS) -> Path:
    folder.mkdir(exist_ok=True)
    for resource in resources:
        (folder / resource["path"]).write_text(text)
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
    return folder


def schemas(root: Path, date: str) -> dict[str, Any]:
    raw = json.loads((root / "snapshots" / date / "datapackage.json").read_text())
    return {item["name"]: item["schema"] for item in raw["resources"]}


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="no schema"),
        pytest.param({"schema": {"fields": FIELDS}}, id="no key"),
        pytest.param({"dialect": {"commentChar": "#"}}, id="another form"),
        pytest.param({"interopwatch": {}, "schema": {"fields": FIELDS}}, id="meanings"),
    ],
)
def test_a_snapshot_declares_the_key_that_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: dict[str, Any]
) -> None:
    parts = {"name": "parts", "path": "parts.csv", **more}
    cli = Cli(capsys, written(tmp_path / "shore", parts))
    ran = cli("freeze", "2025-01-01", "-m", "first", "--key", "parts.id", "--key", "parts.part")
    assert (ran.code, ran.err) == (0, "")
    schema = schemas(tmp_path / "shore", "2025-01-01")["parts"]
    assert schema["primaryKey"] == ["id", "part"]
    assert [field["name"] for field in schema["fields"]] == ["id", "part", "size"]
    assert not more.get("schema") or schema["fields"] == FIELDS
    written(tmp_path / "shore", parts, text=NOW)
    ran = cli("diff", "2025-01-01", "tables", "--format", "jsonl")
    changed = [json.loads(line) for line in ran.out.splitlines()]
    rows = [each for each in changed if each.get("kind") == "changed"]
    assert [row["key"] for row in rows] == [{"id": "1", "part": "b"}]
    assert "matched by" not in ran.err
    assert cli("validate", "--format", "json").code == 0


def test_the_key_is_that_of_every_table_that_declares_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = {"name": "own", "path": "own.csv", "schema": {"fields": FIELDS, "primaryKey": "part"}}
    other = {"name": "other", "path": "other.csv"}
    root = written(tmp_path / "shore", own, other, {"name": "third", "path": "third.csv"})
    (root / "own.csv").write_text("id,part,size\n1,a,\n")
    (root / "third.csv").write_text("code\nx\n")
    ran = Cli(capsys, root)("freeze", "2025-01-01", "-m", "first", "--key", "id", "--key", "part")
    assert ran.code == 0
    assert "without a primary key: third;" in ran.err
    made = schemas(root, "2025-01-01")
    assert {name: schema.get("primaryKey") for name, schema in made.items()} == {
        "own": "part",
        "other": ["id", "part"],
        "third": None,
    }


def test_a_key_of_one_table_replaces_the_one_that_it_declares(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    schema = {"fields": FIELDS, "primaryKey": "part"}
    root = written(tmp_path / "shore", {"name": "own", "path": "own.csv", "schema": schema})
    keys = ("--key", "own.id", "--key", "own.part")
    assert Cli(capsys, root)("freeze", "2025-01-01", "-m", "first", *keys).code == 0
    assert schemas(root, "2025-01-01")["own"]["primaryKey"] == ["id", "part"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (["--key", "id"], "the key id='1' is already used on line 2"),
        (["--key", "nowhere"], "--key nowhere: no resource of tables without a primary key has"),
        (["--key", "id=part"], "--key id=part: OLD=NEW needs two editions"),
        (["--key", "id", "--basis", "reconstructed"], "a reconstruction uses the keys of the"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, key: list[str], said: str
) -> None:
    root = written(tmp_path / "shore", {"name": "parts", "path": "parts.csv"})
    ran = Cli(capsys, root)("freeze", "2025-01-01", "-m", "first", *key)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert not (root / "snapshots").exists()


def test_a_snapshot_without_a_key_is_followed_by_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    parts = {"name": "parts", "path": "parts.csv"}
    cli = Cli(capsys, written(tmp_path / "shore", parts))
    first = cli("freeze", "2025-01-01", "-m", "first")
    assert (first.code, "warning: without a primary key: parts;" in first.err) == (0, True)
    written(tmp_path / "shore", parts, text=NOW)
    assert cli("freeze", "2025-02-01", "-m", "second", "--key", "id", "--key", "part").code == 0
    ran = cli("diff", "2025-01-01", "2025-02-01", "--format", "stat")
    assert "parts: 1 changed" in ran.out
