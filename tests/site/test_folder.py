"""A site is written completely or not at all, and replaces nothing but an earlier site."""

from __future__ import annotations

import errno
import hashlib
import json
from typing import TYPE_CHECKING, Literal

import pytest

from faults import ENDED, KILLED, run_until
from interopwatch.errors import OutputError, UpdatedMeanwhileError
from interopwatch.site.folder import place

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"index.html": b"home", "tables/a.csv": b"id\n1\n"}


def ready() -> None:
    """Nothing was updated meanwhile."""


def there(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_manifest_says_what_is_in_it(tmp_path: Path) -> None:
    place(tmp_path / "out", FILES, ready)
    found = there(tmp_path / "out")
    manifest = json.loads(found.pop("site.json"))
    assert found == FILES
    assert manifest["files"] == {
        path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()
    }


def test_it_replaces_its_former_self_and_an_empty_folder(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    place(out, FILES, ready)
    place(out, {"index.html": b"new"}, ready)
    assert sorted(there(out)) == ["index.html", "site.json"]
    (tmp_path / "empty").mkdir()
    place(tmp_path / "empty", FILES, ready)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_files_on_disk_are_copied(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 3_000_000)
    place(tmp_path / "out", {"data/a.csv": tmp_path / "a.csv"}, ready)
    assert (tmp_path / "out" / "data" / "a.csv").read_bytes() == b"x" * 3_000_000


@pytest.mark.parametrize(
    "stranger", ["notes.txt", ".git/config", "tables/b.csv", "site.json", "sub/site.json"]
)
def test_anything_else_in_the_folder_is_left_alone(stranger: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if stranger != "site.json":
        place(out, FILES, ready)
    (out / stranger).parent.mkdir(parents=True, exist_ok=True)
    (out / stranger).write_text('{"files": {"site.json": ""}}', "utf-8")
    before = there(out)
    with pytest.raises(OutputError, match=r"site") as raised:
        place(out, {"index.html": b"new"}, ready)
    assert "Nothing was changed" in raised.value.hint
    assert there(out) == before


def test_a_folder_with_other_things_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(OutputError, match="is not a site made by"):
        place(tmp_path, FILES, ready)
    assert (tmp_path / "thesis.txt").exists()
    with pytest.raises(OutputError, match="not a folder"):
        place(tmp_path / "thesis.txt", FILES, ready)


def test_a_link_in_the_folder_is_somebody_elses(tmp_path: Path) -> None:
    place(tmp_path / "out", FILES, ready)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="link would be lost: not made by"):
        place(tmp_path / "out", FILES, ready)


def test_if_anything_fails_the_former_site_is_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    place(out, FILES, ready)
    before = there(out)

    def outdated() -> None:
        raise UpdatedMeanwhileError("a package was updated while it was read")

    with pytest.raises(UpdatedMeanwhileError):
        place(out, {"index.html": b"new"}, outdated)
    with pytest.raises(OutputError):
        place(out, {"a.csv": tmp_path / "missing.csv"}, ready)
    with pytest.raises(OutputError):
        place(out, {"aux.csv": b""}, ready)
    assert there(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


@pytest.mark.parametrize("what", ["kill", errno.ENOSPC])
def test_whatever_stops_it_a_site_is_whole_or_not_there(
    what: Literal["kill"] | int, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    new = {"index.html": b"new", "a/b.csv": b"1"}
    place(out, FILES, ready)
    former = there(out)
    for step in range(100):
        ended = run_until(step, what, lambda: place(out, new, ready), str(tmp_path))
        found = there(out) if out.exists() else {}
        if not found:
            assert ended == KILLED  # between two renames
        elif found != former:
            assert {path: found[path] for path in new} == new
            assert sorted(found) == ["a/b.csv", "index.html", "site.json"]
        place(out, FILES, ready)
        assert there(out) == former
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        if ended == ENDED:
            return
    pytest.fail("it never ends")
