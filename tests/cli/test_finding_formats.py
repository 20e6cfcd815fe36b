"""Findings in the formats of CI servers, whatever the data holds."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from commands import Cli
from packages import package

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "]]><failure>&\x00\x1b[31m\n::error::x"
"""Text that would break XML, a terminal or the log of a workflow."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: a package with two invalid cells."""
    made = package({"people": "id,born\n1,1815\n2,x\n3,y\n"})
    made = made.edited(lambda raw: raw["resources"][0]["schema"]["fields"][1].update(type="year"))
    made.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sarif(text: str) -> dict[str, Any]:
    """Return the one run of a log, after checking what the standard requires."""
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        for location in result["locations"]:
            place = location["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            assert uri.startswith("file:///") or ":" not in uri.partition("/")[0]
            assert place.get("region", {"startLine": 1})["startLine"] >= 1
    return run


def test_sarif_says_what_is_wrong_and_where(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    ran = Cli(capsys)("validate", "--format", "sarif")
    run = sarif(ran.out)
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert ran.code == 1
    assert [(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places] == [
        ("tables/people.csv", 3),
        ("tables/people.csv", 4),
    ]
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] != rule["id"]


def test_a_package_without_faults_is_a_run_without_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package({"people": "id\n1\n"}).write(tmp_path)
    ran = Cli(capsys)("validate", str(tmp_path), "--format", "sarif")
    assert (ran.code, sarif(ran.out)["results"]) == (0, [])
    suite = ET.fromstring(Cli(capsys)("validate", str(tmp_path), "--format", "junit").out)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


def test_junit_has_a_test_that_failed_for_each_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    ran = Cli(capsys)("validate", "--format", "junit")
    suite = ET.fromstring(ran.out)[0]
    cases = suite.findall("testcase")
    assert ran.code == 1
    assert int(suite.get("tests", "")) == len(cases) == 3
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure")) == 3
    assert [case.get("classname") for case in cases[1:]] == [
        "tables/people.csv:3",
        "tables/people.csv:4",
    ]


@pytest.mark.parametrize("form", ["github", "junit", "sarif"])
def test_hostile_cells_are_only_text(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = package({"people": f'id,born\n1,"{HOSTILE}"\n'})
    made = made.edited(lambda raw: raw["resources"][0]["schema"]["fields"][1].update(type="year"))
    made.write(tmp_path / "a b")
    out = Cli(capsys)("validate", str(tmp_path / "a b"), "--format", form).out
    if form == "junit":
        assert ET.fromstring(out)[0].findall("failure") == []
    elif form == "sarif":
        for result in sarif(out)["results"]:
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert "/a b/" in unquote(uri)
            assert " " not in uri
    else:
        assert all(line.startswith(("::", "invalid")) for line in out.splitlines())
        assert "\n::error::x" not in out


def test_it_can_be_written_into_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Cli(capsys)("validate", "--format", "sarif", "-o", str(folder / "out.sarif"))
    assert (ran.code, ran.out) == (1, "")
    assert len(sarif((folder / "out.sarif").read_text("utf-8"))["results"]) == 2


# Packages that lie elsewhere


def test_an_archive_can_be_validated(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ZipFile(folder / "all.zip", "w") as archive:
        for name in ("datapackage.json", "tables/people.csv"):
            archive.write(folder / name, name)
    ran = Cli(capsys)("validate", "all.zip")
    assert ran.code == 1
    assert "tables/people.csv:3:born: error" in ran.out
    assert "invalid: 1 table, 3 rows" in ran.out
    annotated = Cli(capsys)("validate", "all.zip", "--format", "github").out
    assert annotated.startswith("::error file=tables/people.csv,line=3")


def test_a_revision_of_git_can_be_validated(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def git(*arguments: str) -> None:
        author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(("git", *author, *arguments), cwd=folder, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "Broken")
    (folder / "tables" / "people.csv").write_text("id,born\n1,1815\n")
    assert Cli(capsys)("validate").code == 0
    ran = Cli(capsys)("validate", "git:HEAD")
    assert ran.code == 1
    assert "tables/people.csv:3:born: error" in ran.out
    assert Cli(capsys)("validate", "git:HEAD:tables").code == 2


def test_a_table_that_is_not_as_its_schema_says_is_wrong_in_an_archive_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package({"people": "id,name\n1,Ada\n"}).write(tmp_path)
    (tmp_path / "tables" / "people.csv").write_text("id,title\n1,Ada\n")
    beside = Cli(capsys)("validate", str(tmp_path), "--format", "json")
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("datapackage.json", "tables/people.csv"):
            archive.write(tmp_path / name, name)
    inside = Cli(capsys)("validate", str(tmp_path / "all.zip"), "--format", "json")
    assert beside.code == inside.code == 1
    assert json.loads(beside.out)["findings"] == json.loads(inside.out)["findings"]


def test_an_archive_that_is_none_could_not_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.zip").write_bytes(b"no archive")
    ran = Cli(capsys)("validate", str(tmp_path / "x.zip"))
    assert ran.code == 2
    assert "Traceback" not in ran.err
