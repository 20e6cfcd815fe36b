"""``interopwatch capture``: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from editions import BOATS, LAMPS, TENTS, home, mcc, pii, project
from interopwatch import files as writing
from interopwatch.capture.capture import _files, with_rows
from interopwatch.errors import OutputError
from interopwatch.files import JOURNAL, finish, replace_all
from interopwatch.package.package import open_package
from interopwatch.validation.profiles import published, validator
from sites import Site, site

if TYPE_CHECKING:
    from collections.abc import Iterator

AUGUST = "01 Aug. 2025 09:00"


@pytest.fixture
def here(root: Path, tmp_path: Path) -> Path:
    home(root, tmp_path / "home")
    (tmp_path / "mcc.txt").write_text(mcc().text("2025"), encoding="utf-8")
    (tmp_path / "pii.html").write_text(pii().html("new"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys, here / "home")


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


def files(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def only_known_names(folder: Path) -> None:
    """Forget the spellings of names of parties that no table holds."""
    package = open_package(folder, "tables")
    parties = {row["party"] for row in package.rows("parties")}
    names = [row for row in package.rows("party_names") if row["party"] in parties]
    for file, content in _files(package, with_rows(package, {"party_names": names})).items():
        file.write_bytes(content)


def capture(run: Cli, *arguments: str) -> str:
    return run.good("capture", *arguments, "--checked", "2026-01-02")


# What it does


def test_pages_become_tables_and_the_next_command_is_told(here: Path, run: Cli) -> None:
    out = capture(run, str(here / "mcc.txt"), str(here / "pii.html"))
    assert f"{here / 'mcc.txt'}: mcc-2025-03-03" in out
    assert f"{here / 'pii.html'}: pii-2024-03-07" in out
    assert "around the text left out" in out
    assert "not understood: “Purpose: Tents that fit every camp" in out
    assert "interopwatch freeze 2025-03-03 -m WHY" in out
    package = open_package(here / "home")
    assert len(package.rows("projects")) == 3
    assert run.good("tidy") == "Everything is in canonical form already.\n"
    again = capture(run, str(here / "mcc.txt"), str(here / "pii.html"))
    assert again.splitlines()[-1] == "Checked pii and mcc on 2026-01-02: nothing changed."


def test_the_changes_since_the_last_snapshot_are_reported(here: Path, run: Cli) -> None:
    capture(run, str(here / "mcc.txt"), str(here / "pii.html"))
    only_known_names(here / "home")
    run.good("freeze", "2025-03-03", "-m", "first")
    boats = project("Boats for Rivers (BFR)", "Small boats that any soldier can row.",
                    "Denmark, Finland, Norway and Sweden",
                    BOATS[3].text.removeprefix("Status: "))  # fmt: skip
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [boats]), updated=AUGUST)
    (here / "new.html").write_text(page.html("old"), encoding="utf-8")
    out = capture(run, str(here / "new.html"))
    assert "Denmark" in out
    assert "NO LONGER LISTED" in out
    assert "United Kingdom" in out
    markdown = run("capture", str(here / "new.html"), "--format", "markdown").out
    assert markdown.startswith("# What changed from 2025-03-03 to tables")
    assert "## Account" in markdown
    told = json.loads(run("capture", str(here / "new.html"), "--format", "json").out)
    assert (told["changed"], told["written"]) == (False, False)
    assert list(validator(published("capture")).iter_errors(told)) == []
    assert told["pages"][0]["source"] == "mcc-2025-08-01"
    assert {p["sort"] for p in told["pages"][0]["passages"]} == {"fact", "known text"}


def test_a_dry_run_writes_nothing(here: Path, run: Cli) -> None:
    before = files(here / "home")
    out = capture(run, str(here / "mcc.txt"), "--dry-run")
    assert "Nothing was written, as asked." in out
    assert files(here / "home") == before


def test_strict_ends_with_one_while_anything_is_not_understood(here: Path, run: Cli) -> None:
    page = str(here / "mcc.txt")
    assert run("capture", page, "--strict", "--dry-run").code == 1
    capture(run, page)
    assert run("capture", page, "--strict").code == 0


def test_after_an_error_nothing_is_written_unless_forced(here: Path, run: Cli) -> None:
    capture(run, str(here / "mcc.txt"))
    before = files(here / "home")
    page = mcc(("Camps and light", [TENTS]), updated=AUGUST, projects=9)
    (here / "bad.txt").write_text(page.text("2025"), encoding="utf-8")
    ran = run("capture", str(here / "bad.txt"))
    assert ran.code == 1
    assert "Nothing was written:" in ran.out
    assert "bad.txt:" in ran.out
    assert "[count-disagrees]" in ran.out
    assert files(here / "home") == before
    assert run("capture", str(here / "bad.txt"), "--force").code == 0
    assert len(open_package(here / "home").rows("projects")) == 1


def test_the_work_and_the_date_can_be_said(here: Path, run: Cli) -> None:
    (here / "bare.txt").write_text(mcc(updated="").text("2025"), encoding="utf-8")
    ran = run("capture", str(here / "bare.txt"))
    assert ran.code == 2
    assert "--date" in ran.err
    assert "mcc-2025-06-01" in capture(run, str(here / "bare.txt"), "--date", "2025-06-01")
    ran = run("capture", str(here / "mcc.txt"), str(here / "pii.html"), "--work", "mcc")
    assert (ran.code, "one PAGE" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.html",), "there is no such file"),
        (("tables",), ""),
        (("mcc.txt", "--checked", "yesterday"), "a day is expected"),
        (("mcc.txt", "--date", "2025-02-31"), "2025-02-31"),
        (("mcc.txt", "--work", "novel"), "novel"),
        (("http://127.0.0.1:1/page",), "--allow-private"),
        ((), "Missing argument"),
    ],
)
def test_a_mistake_is_told(here: Path, run: Cli, arguments: tuple[str, ...], said: str) -> None:
    before = files(here / "home")
    given = [str(here / a) if a.endswith((".txt", ".html")) else a for a in arguments]
    ran = run("capture", *given)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert files(here / "home") == before


def test_a_package_without_passages_is_refused(here: Path, run: Cli) -> None:
    raw = json.loads((here / "home" / "datapackage.json").read_text(encoding="utf-8"))
    raw["resources"] = [r for r in raw["resources"] if r["name"] != "passages"]
    (here / "home" / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    ran = run("capture", str(here / "mcc.txt"))
    assert (ran.code, "passages" in ran.err) == (2, True)


# Pages on the web


def test_a_page_is_fetched_once_and_kept(
    here: Path, web: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {"Content-Type": "text/html", "ETag": '"1"'}
    url = web.put("/page", mcc().html("new").encode(), 200, **headers)
    run = Cli(capsys, here / "home")
    options = ("--allow-private", "capture", url, "--cache", str(here / "kept"), "--checked")
    out = run.good(*options, "2026-01-02")
    assert f"{url}: mcc-2025-03-03" in out
    source = open_package(here / "home").rows("sources")[0]
    assert source["url"] == url
    again = run.good(*options, "2026-01-09")
    assert "nothing changed" in again
    rows = open_package(here / "home").rows("checks")
    assert [row["checked"] for row in rows] == ["2026-01-02", "2026-01-09"]
    assert [path for path in web.paths if path == "/page"] == ["/page", "/page"]


def test_a_site_that_wants_no_robots_is_left_alone(
    here: Path, web: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    url = web.put("/page", mcc().html("new").encode())
    web.put("/robots.txt", b"User-agent: *\nDisallow: /\n")
    run = Cli(capsys, here / "home")
    ran = run("--allow-private", "capture", url, "--cache", str(here / "kept"))
    assert (ran.code, "robots.txt" in ran.err) == (2, True)


# One step


def test_files_are_replaced_together_whatever_is_killed_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = {"a": b"old a", "t/b": b"old b"}, {"a": b"new a", "t/b": b"new b"}
    steps = iter(range(1_000))
    stop = -1

    class Killed(BaseException):
        pass

    def counted(name: str) -> None:
        whole = getattr(Path, name)

        def step(self: Path, *args: object, **more: object) -> object:
            if next(steps) == stop:
                raise Killed
            return whole(self, *args, **more)

        monkeypatch.setattr(Path, name, step)

    for name in ("replace", "unlink", "chmod"):
        counted(name)
    seen = set()
    for number in range(12):
        root, stop = tmp_path / str(number), number
        for path, content in old.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        steps = iter(range(1_000))
        try:
            replace_all(root, {root / path: content for path, content in new.items()})
        except Killed:
            stop = -1
            finish(root)
        left = files(root)
        assert left in (old, new)
        seen.add(left == new)
    assert seen == {True, False}


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputError, match="cannot be written"):
        replace_all(tmp_path, {tmp_path / "a": b"new", tmp_path / "none" / "b": b"new"})
    assert files(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("text", ["", "{}", "[[1, 2]]", '[["../x", "../y"]]', '[["x"]]'])
def test_a_journal_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / JOURNAL).write_text(text, encoding="utf-8")
    (tmp_path.parent / "x").write_bytes(b"")
    if text == "{}":
        assert finish(tmp_path)
        return
    with pytest.raises(OutputError, match="cannot be completed"):
        finish(tmp_path)
    assert not (tmp_path.parent / "y").exists()


def test_an_interrupted_update_is_completed_by_the_next_command(
    here: Path, run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "finish", lambda _: False)
    capture(run, str(here / "mcc.txt"))
    assert (here / "home" / JOURNAL).exists()
    monkeypatch.undo()
    assert run.good("tidy") == "Everything is in canonical form already.\n"
    assert len(open_package(here / "home").rows("projects")) == 3
    assert not (here / "home" / JOURNAL).exists()
