"""``interopwatch site``: writes a site, reports it, and refuses what would do harm."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from packages import package

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], two_snapshots: Path) -> Cli:
    return Cli(capsys, two_snapshots)


def test_it_writes_a_site_and_replaces_it(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert f"to {out}" in cli.good("site", str(out))
    first = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (out / "404.html").unlink()
    cli.good("site", str(out))
    assert first == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert (out / "index.html").is_file()


def test_a_folder_with_other_things_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    ran = cli("site", str(tmp_path / "out"))
    assert ran.code == 2
    assert "is not a site made by" in ran.err
    assert "Choose another folder" in ran.err


def test_the_package_itself_is_no_place_for_its_site(cli: Cli, two_snapshots: Path) -> None:
    before = sorted(two_snapshots.rglob("*"))
    assert cli("site", str(two_snapshots)).code == 2
    assert cli("site", str(two_snapshots / "snapshots")).code == 2
    assert sorted(two_snapshots.rglob("*")) == before


def test_older_editions_are_named_without_where_they_are(cli: Cli, tmp_path: Path) -> None:
    package({"a": "id\n1\n"}).write(tmp_path / "secret" / "before")
    package({"a": "id\n2\n"}).write(tmp_path / "secret" / "after")
    home = cli.at(tmp_path / "secret" / "after")
    home.good("site", str(tmp_path / "out"), str(tmp_path / "secret" / "before"))
    assert (tmp_path / "out" / "changes" / "before-to-tables.html").is_file()
    for path in (tmp_path / "out").rglob("*"):
        assert not path.is_file() or b"secret" not in path.read_bytes(), path


def test_the_address_goes_into_what_needs_it(cli: Cli, tmp_path: Path) -> None:
    cli.good("site", str(tmp_path / "out"), "--base-url", "https://a.example/b")
    sitemap = (tmp_path / "out" / "sitemap.xml").read_text("utf-8")
    assert "<loc>https://a.example/b/index.html</loc>" in sitemap


@pytest.mark.parametrize(
    "address", ["example.org", "javascript:alert(1)", "https://a.example/?x", "ftp://a.example/"]
)
def test_what_is_no_address_of_a_site_is_refused(cli: Cli, tmp_path: Path, address: str) -> None:
    ran = cli("site", str(tmp_path / "out"), "--base-url", address)
    assert ran.code == 2
    assert "https://example.org/data/" in ran.err
    assert not (tmp_path / "out").exists()


def test_it_is_the_same_wherever_and_whenever_it_is_made(
    two_snapshots: Path, tmp_path: Path
) -> None:
    made = []
    for name, seed, zone in (("one", "1", "UTC"), ("two", "2", "Pacific/Auckland")):
        subprocess.run(
            [sys.executable, "-m", "interopwatch", "site", str(tmp_path / name)],
            cwd=two_snapshots,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
        )
        made.append((tmp_path / name / "site.json").read_bytes())
    assert made[0] == made[1]
