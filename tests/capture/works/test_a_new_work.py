"""A new work, of any publisher, is one file that declares it: here a small, made-up one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from msgspec import ValidationError

from editions import home
from interopwatch.capture.capture import capture
from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.capture.model import Block, Kind, Outcome
from interopwatch.capture.page.read import read
from interopwatch.capture.recognise import recognise
from interopwatch.capture.works.registry import WORKS
from interopwatch.capture.works.work import Work
from interopwatch.errors import CaptureError

if TYPE_CHECKING:
    from interopwatch import Package
    from interopwatch.capture.capture import Capture

FILE: Final = Path(__file__).with_name("lanterns.toml")
LANTERNS: Final = Work.declared(Phrasebook(FILE.read_text(encoding="utf-8")))
PAGE: Final = """The Lantern Compact
Last updated: 4 May 2031
The compact was signed at Ghent in March 2029.
It sheds light on water, and nobody has to pay for that.
Who keeps a lantern
Four keepers share the work. The keepers of the compact are: Belgium, Iceland, Japan and Norway.
The compact sets out to:
• light the quays;
• count the boats.
Gatherings
The keepers met in Bergen in June 2030. The boats met in fog.
"""
KEEPERS: Final = ["BEL", "ISL", "JPN", "NOR"]
HEADINGS: Final = ("Who keeps a lantern", "Gatherings")


@pytest.fixture(scope="module")
def empty(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return home(root, tmp_path_factory.mktemp("lanterns")).package


def take(package: Package, *changes: tuple[str, str]) -> Capture:
    text = PAGE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    lines = [f"<h1>{text.partition(chr(10))[0]}</h1>"]
    for line in text.splitlines()[1:]:
        tag = "h2" if line in HEADINGS else "li" if line.startswith("• ") else "p"
        lines.append(f"<{tag}>{line.removeprefix('• ')}</{tag}>")
    html = f"<html><body>{''.join(lines)}</body></html>"
    return capture(package, [read(html.encode(), "page.html")], works={"lanterns": LANTERNS})


def keys(found: Capture, resource: str) -> list[tuple[str, ...]]:
    own = found.package.resource(resource)
    rows = found.package.rows(resource)
    return [own.key_of(row) for row in rows if row["source"] == "lanterns-2031-05-04"]


def codes(found: Capture) -> set[str]:
    return {finding.code for finding in found.findings if finding.level == "error"}


def test_its_editions_are_recognised_and_no_other_page_is(empty: Package) -> None:
    document = read(PAGE.encode(), "page.txt")
    known = {**WORKS, "lanterns": LANTERNS}
    assert recognise(document, works=known).source == "lanterns-2031-05-04"
    with pytest.raises(CaptureError, match="none of the pages"):
        recognise(document)
    half = PAGE[: PAGE.index("Gatherings")]
    with pytest.raises(CaptureError, match="half of the page"):
        recognise(read(half.encode(), "page.txt"), works=known)
    (row,) = (row for row in take(empty).package.rows("sources") if row["work"] == "lanterns")
    assert (row["publisher"], row["published"]) == (LANTERNS.publisher, "2031-05-04")


def test_its_rules_make_rows_with_their_places(empty: Package) -> None:
    found = take(empty)
    assert codes(found) == set()
    members = found.package.rows("memberships")
    assert [row["party"] for row in members if row["format"] == "lanterns"] == KEEPERS
    assert {row["locator"] for row in members if row["format"] == "lanterns"} == {HEADINGS[0]}
    assert keys(found, "provisions") == [("lanterns", "aim", "1"), ("lanterns", "aim", "2")]
    assert keys(found, "meetings") == [("lanterns", "bergen-2030-06")]
    (row,) = (row for row in found.package.rows("formats") if row["format"] == "lanterns")
    assert (row["launched"], row["launch_event"], row["locator"]) == (
        "2029-03", "Ghent", "The Lantern Compact",
    )  # fmt: skip


def test_every_passage_is_accounted_for(empty: Package) -> None:
    (page,) = take(empty).pages
    said = {each.text: each.outcome for each in page.passages}
    assert said["The compact was signed at Ghent in March 2029."] is Outcome.FACT
    assert said["It sheds light on water, and nobody has to pay for that."] is Outcome.UNKNOWN
    assert said["The boats met in fog."] is Outcome.UNKNOWN
    listed = next(e for e in page.passages if e.text.startswith("The keepers of"))
    assert listed.settled


def test_its_numbers_are_checked_against_its_lists(empty: Package) -> None:
    found = take(empty, ("Four keepers", "Five keepers"))
    (told,) = (f for f in found.findings if f.level == "error")  # one cause, one finding
    assert (told.code, told.field) == ("count-disagrees", "lantern-keepers")
    assert told.message == (
        "the page states 5 memberships (format lanterns) under “Who keeps a lantern”, and what it "
        "lists on line 1 is 4"
    )
    assert "stated_counts" not in {
        fact.resource
        for page in take(empty, ("Four keepers", "Almost four keepers")).pages
        for passage in page.passages
        for fact in passage.facts
    }


@pytest.mark.parametrize("pictures", [0, 1, 6])
def test_a_list_goes_on_past_pictures(empty: Package, pictures: int) -> None:
    document = read(PAGE.encode(), "page.txt")
    at = next(n for n, block in enumerate(document.blocks) if block.text == "light the quays;")
    shown = [Block(Kind.CAPTION, f"A picture of boat {n}.") for n in range(pictures)]
    blocks = (
        *document.blocks[:at],
        *shown,
        document.blocks[at],
        *shown,
        *document.blocks[at + 1 :],
    )
    page = replace(document, blocks=blocks)
    found = capture(empty, [page], works={"lanterns": LANTERNS})
    assert keys(found, "provisions") == [("lanterns", "aim", "1"), ("lanterns", "aim", "2")]


WORK: Final = "share the work."
WET: Final = "It was wet at the Ghent Regatta in June 2030."


def spells(found: Capture) -> dict[str, tuple[str, str]]:
    rows = found.package.rows("memberships")
    return {row["party"]: (row["start"], row["end"]) for row in rows}


def test_who_came_and_went_is_read_with_its_dates_and_occasions(empty: Package) -> None:
    told = "Japan and Norway joined the compact in 2029 and 2030 respectively."
    found = take(empty, (f"Four keepers {WORK}", f"{told} Sweden left the compact in May 2030."))
    assert spells(found) == {
        "BEL": ("", ""), "ISL": ("", ""), "JPN": ("2029", ""), "NOR": ("2030", ""),
        "SWE": ("", "2030-05"),
    }  # fmt: skip
    assert codes(found) == set()
    regatta = take(empty, (WORK, f"{WORK} Norway joined the compact at the Ghent Regatta. {WET}"))
    assert spells(regatta)["NOR"] == ("2030-06", "")


def test_what_its_list_contradicts_is_an_error_and_no_row(empty: Package) -> None:
    for told in ("Norway left the compact in 2030.", "Sweden joined the compact in 2030."):
        found = take(empty, (WORK, f"{WORK} {told}"))
        assert codes(found) == {"party-disagrees"}
        assert spells(found) == dict.fromkeys(KEEPERS, ("", ""))


def test_a_name_that_nobody_knows_and_a_part_that_is_missing_are_errors(empty: Package) -> None:
    assert codes(take(empty, ("Iceland, Japan", "Iceland, Ruritania"))) >= {"unknown-party"}
    gone = take(empty, (PAGE[PAGE.index("The keepers of") : PAGE.index("The compact sets")], "\n"))
    assert "part-missing" in codes(gone)


def test_a_declaration_that_lacks_something_says_what() -> None:
    text = FILE.read_text(encoding="utf-8").replace('resource = "formats"', "resource = 3")
    with pytest.raises(ValidationError, match=r"rules\[0\]\.resource"):
        Work.declared(Phrasebook(text))
