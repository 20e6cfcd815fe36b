"""``interopwatch plot``: lists pictures, and writes one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from packages import package

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = {
    "name": "clubs",
    "title": "Clubs since when",
    "description": "One mark for each club.",
    "series": {"resource": "clubs", "columns": {"name": "{name}"}, "dates": {"start": "founded"}},
    "spec": {"mark": "point", "encoding": {"y": {"field": "name", "type": "nominal"}}},
}


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], two_snapshots: Path) -> Cli:
    file = two_snapshots / "datapackage.json"
    raw = json.loads(file.read_text("utf-8"))
    raw["interopwatch"]["pictures"] = [PICTURE]
    file.write_text(json.dumps(raw), "utf-8")
    return Cli(capsys, two_snapshots)


def test_without_a_name_pictures_are_listed(cli: Cli) -> None:
    words = cli.good("plot").split()
    assert [name for name in words if name in ("clubs", "changes", "snapshots")] == [
        "clubs",
        "changes",
        "snapshots",
    ]


def test_the_ending_says_what_is_written(cli: Cli, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="pictures need the extra `pictures`")
    cli.good("plot", "clubs", "-o", str(tmp_path / "clubs.svg"))
    cli.good("plot", "clubs", "-o", str(tmp_path / "clubs.PNG"))
    assert "Clubs since when" in (tmp_path / "clubs.svg").read_text("utf-8")
    assert (tmp_path / "clubs.PNG").read_bytes().startswith(b"\x89PNG")
    assert cli.good("plot", "clubs") == (tmp_path / "clubs.svg").read_text("utf-8")


def test_editions_are_named_as_for_a_report(cli: Cli) -> None:
    pytest.importorskip("vl_convert", reason="pictures need the extra `pictures`")
    assert "since 30 June 2020" in cli.good("plot", "clubs", "2020-06-30", "2024-03-07")
    assert "changed since 7 March 2024" in cli.good("plot", "clubs", "2024-03-07", "tables")


def test_a_picture_that_is_not_there_is_an_error_that_lists_those_that_are(cli: Cli) -> None:
    ran = cli("plot", "hats")
    assert ran.code == 2
    assert "There are: clubs, changes, snapshots." in ran.err


def test_another_ending_is_refused_before_anything_is_done(cli: Cli, tmp_path: Path) -> None:
    ran = cli("plot", "clubs", "-o", str(tmp_path / "clubs.pdf"))
    assert ran.code == 2
    assert "ends with .svg or .png" in ran.err
    assert not (tmp_path / "clubs.pdf").exists()


def test_without_the_extra_the_error_names_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # as if it were not installed
    ran = cli("plot", "clubs")
    assert ran.code == 2
    assert "pip install 'interopwatch[pictures]'" in ran.err


def test_packages_that_lie_elsewhere_have_nothing_to_do_with_these_snapshots(
    cli: Cli, tmp_path: Path
) -> None:
    old, new = (
        package({"shops": f"id,size\n{side},1\n"}).write(tmp_path / side).root
        for side in ("old", "new")
    )
    ran = cli("plot", "snapshots", str(old), str(new))
    assert (ran.code, "there is no picture 'snapshots'" in ran.err) == (2, True)
    page = cli("report", str(old), str(new), "--format", "html").out
    assert "Snapshots through time" not in page
    page = cli("report", "tables", str(new), "--format", "html").out
    assert "Snapshots through time" in page
