"""``interopwatch capture``: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from capture_home import only_known_names
from commands import Cli
from editions import BOATS, LAMPS, TENTS, home, mcc, pii, project
from interopwatch.package.package import open_package
from interopwatch.updates import JOURNAL
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
    ran = run("freeze", "2025-03-03", "-m", "first", "--force")
    assert ran.code == 0
    assert "'To be worded.' is a placeholder for a text" in ran.err
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
    title = "NATO partnerships and projects: changes since 3 March 2025, not yet frozen"
    assert markdown.startswith(f"# {title}\n")
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


def test_what_was_forced_stays_open_until_a_later_capture_is_sound(here: Path, run: Cli) -> None:
    page = mcc(("Camps and light", [TENTS]), updated=AUGUST, projects=9)
    (here / "bad.txt").write_text(page.text("2025"), encoding="utf-8")
    run("capture", str(here / "bad.txt"), "--force")
    left = open_package(here / "home").descriptor.unresolved
    assert [each["code"] for each in left] == ["count-disagrees"]
    only_known_names(here / "home")
    ran = run("freeze", "2025-08-02", "-m", "x")
    assert ran.code == 2
    assert "left open by a capture" in ran.err
    good = mcc(("Camps and light", [TENTS]), updated="02 Aug. 2025 09:00", projects=1)
    (here / "good.txt").write_text(good.text("2025"), encoding="utf-8")
    capture(run, str(here / "good.txt"))
    assert open_package(here / "home").descriptor.unresolved == ()


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
        (("mcc.txt", "--checked", "yesterday"), "expected a day"),
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


def test_an_interrupted_update_is_completed_by_the_next_command(
    here: Path, run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    replace = Path.replace

    def until_the_journal(self: Path, target: Path) -> Path:
        if target.name != JOURNAL:
            raise Killed
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", until_the_journal)
    with pytest.raises(Killed):
        capture(run, str(here / "mcc.txt"))
    assert (here / "home" / JOURNAL).exists()
    monkeypatch.undo()
    assert run.good("tidy") == "Everything is in canonical form already.\n"
    assert len(open_package(here / "home").rows("projects")) == 3
    assert not (here / "home" / JOURNAL).exists()
