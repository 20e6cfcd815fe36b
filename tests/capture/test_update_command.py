"""A complete update: from the page, with the decisions of a person, to a snapshot."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from capture_home import only_known_names
from commands import Cli
from editions import BOATS, LAMPS, TENTS, home, mcc, pii, project
from interopwatch import validate
from interopwatch.package.package import open_package
from interopwatch.timeline.snapshots import open_store

if TYPE_CHECKING:
    from pathlib import Path

NEW = project(
    "Boats for Rivers (BFR)", "Small boats that any soldier can row.",
    "Denmark, Finland, Norway and Sweden", BOATS[3].text.removeprefix("Status: "),
)  # fmt: skip


@pytest.fixture
def here(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an empty package and two pages."""
    home(root, tmp_path / "home")
    (tmp_path / "mcc.txt").write_text(mcc().text("2025"), encoding="utf-8")
    (tmp_path / "pii.html").write_text(pii().html("new"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys, here / "home")


def kept(file: Path) -> list[dict[str, str]]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    answers: list[dict[str, str]] = found["answers"]
    return answers


def answer(file: Path, **by_kind: str) -> None:
    """Answer every question in a file: ``words`` for texts, ``other`` for all else."""
    found = json.loads(file.read_text(encoding="utf-8"))
    for each in found["answers"]:
        kind = "words" if each["id"].startswith("words:") else "other"
        each["answer"] = by_kind[kind]
    file.write_text(json.dumps(found), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def update(run: Cli, *arguments: str) -> Any:  # noqa: ANN401 - how it ended
    return run("update", *arguments, "--checked", "2026-01-02", "--no-freeze")


def test_without_a_terminal_open_questions_are_written_down_and_nothing_else(
    here: Path, run: Cli
) -> None:
    before = files(here / "home")
    ran = update(run, str(here / "mcc.txt"))
    assert ran.code == 1
    assert "open: see answers-mcc-2025-03-03.json" in ran.out
    assert files(here / "home") == before
    asked = kept(here / "answers-mcc-2025-03-03.json")
    assert asked
    assert {each["answer"] for each in asked} == {""}
    summary = next(e for e in asked if e["id"].endswith("/summary") and "projects" in e["id"])
    assert "what is its summary?" in summary["question"]
    assert summary["passage"]


def test_answers_are_put_into_the_tables_and_given_again_without_a_terminal(
    here: Path, run: Cli, tmp_path: Path
) -> None:
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    answer(here / "a.json", words="Ours.", other="accept")
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "Wrote the tables.")
    package = open_package(here / "home")
    assert {row["summary"] for row in package.rows("projects")} == {"Ours."}
    assert package.descriptor.unresolved == ()
    first = files(here / "home")
    home(open_store().package.root, tmp_path / "other")
    (tmp_path / "copy.txt").write_bytes((here / "mcc.txt").read_bytes())
    other = run.at(tmp_path / "other")
    assert update(other, str(tmp_path / "copy.txt"), "--answers", "a.json").code == 0
    assert files(tmp_path / "other") == first


def test_the_snapshot_is_of_the_day_of_the_page_and_says_why(here: Path, run: Cli) -> None:
    pages = (str(here / "mcc.txt"), str(here / "pii.html"))
    update(run, *pages, "--answers", "a.json")
    answer(here / "a.json", words="Ours.", other="accept")
    update(run, *pages, "--answers", "a.json")
    only_known_names(here / "home")
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [NEW]), updated="01 Aug. 2025 09:00")
    (here / "new.txt").write_text(page.text("2025"), encoding="utf-8")
    ran = run("update", "new.txt", "--checked", "2026-01-02", "--answers", "b.json")
    assert ran.code == 0, ran.err
    assert "Froze 2025-08-01 as version" in ran.out
    frozen = open_store(here / "home").snapshot("2025-08-01").descriptor.frozen
    assert frozen is not None
    assert frozen.why.endswith(", as updated on 1 August 2025")


def test_a_page_that_did_not_change_is_recorded_as_looked_at(here: Path, run: Cli) -> None:
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    answer(here / "a.json", words="Ours.", other="accept")
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    ran = run("update", str(here / "mcc.txt"), "--checked", "2026-02-03", "--answers", "c.json")
    assert ran.code == 0
    assert "nothing changed" in ran.out
    assert not (here / "c.json").exists()
    checks = open_package(here / "home").rows("checks")
    assert "2026-02-03" in {row["checked"] for row in checks}
    assert open_store(here / "home").names() == ()


def test_at_a_terminal_it_asks_and_keeps_what_was_answered(
    here: Path, run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Typed("Typed words.\n" + "\n" * 100))
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    assert ran.code == 1  # an empty answer leaves its question open
    assert "Question 1 of " in ran.out
    answers = [each["answer"] for each in kept(here / "a.json")]
    assert answers[0] == "Typed words."
    assert set(answers[1:]) == {""}


def test_it_begins_again_if_another_command_writes_while_it_asks(
    here: Path, run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    answer(here / "a.json", words="Ours.", other="accept")
    first = json.loads((here / "a.json").read_text(encoding="utf-8"))
    first["answers"][0]["answer"] = ""
    (here / "a.json").write_text(json.dumps(first), encoding="utf-8")
    names = here / "home" / "tables" / "party_names.csv"
    other = names.read_text(encoding="utf-8").replace("Norway,NOR\n", "")

    class Watched(io.StringIO):
        """Answers the one open question, while another command removes a name."""

        def isatty(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # by io
            names.write_text(other, encoding="utf-8", newline="")
            return super().readline(-1 if size is None else size)

    monkeypatch.setattr(sys, "stdin", Watched("Typed words.\n" + "\n" * 100))
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    # Without the name, there is a further question.
    assert "the package was updated meanwhile; starting again" in ran.err
    assert "Norway" in " ".join(e["question"] for e in kept(here / "a.json") if not e["answer"])
    assert (ran.code, open_package(here / "home").rows("projects")) == (1, ())
    assert names.read_text(encoding="utf-8") == other


def test_what_was_answered_before_somebody_stops_is_kept(
    here: Path, run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Typed("Typed words.\n"))  # and the end of the input
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    assert ran.code == 130
    assert [each["answer"] for each in kept(here / "a.json")][:2] == ["Typed words.", ""]
    assert open_package(here / "home").rows("projects") == ()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": "x"}', "{", '{"format": "interopwatch-answers/1"}']
)
def test_what_is_no_file_of_answers_is_refused(here: Path, run: Cli, text: str) -> None:
    (here / "a.json").write_text(text, encoding="utf-8")
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    assert ran.code == 2
    assert ran.err.startswith("error: a.json: ")


def test_an_answer_that_is_none_is_refused(here: Path, run: Cli) -> None:
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    answer(here / "a.json", words="To be worded.", other="accept")
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    assert ran.code == 2
    assert "is no text of your own" in ran.err


def test_white_space_is_no_answer(here: Path, run: Cli) -> None:
    before = files(here / "home")
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    answer(here / "a.json", words=" \t", other=" ")
    ran = update(run, str(here / "mcc.txt"), "--answers", "a.json")
    assert ran.code == 1
    assert "Nothing was written." in ran.out
    assert files(here / "home") == before


def test_a_number_that_the_page_has_wrong_is_asked_about_and_left_out(here: Path, run: Cli) -> None:
    text = (here / "mcc.txt").read_text(encoding="utf-8").replace("launched 3 ", "launched 9 ")
    (here / "mcc.txt").write_text(text, encoding="utf-8")
    update(run, str(here / "mcc.txt"), "--answers", "a.json")
    (asked,) = (e for e in kept(here / "a.json") if e["id"].startswith("count-disagrees:"))
    assert "launched 9 projects" in asked["passage"]
    answer(here / "a.json", words="Ours.", other="accept")
    assert update(run, str(here / "mcc.txt"), "--answers", "a.json").code == 0
    counts = open_package(here / "home").rows("stated_counts")
    assert "hvp-projects" not in {row["count"] for row in counts}
    assert not [f for f in validate(open_store(here / "home")) if f.code == "count-wrong"]
