"""A new work, of any publisher, is one declaration: here is a small one, made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from editions import home
from interopwatch.capture.account import Outcome
from interopwatch.capture.capture import capture
from interopwatch.capture.page.read import read
from interopwatch.capture.recognise import recognise
from interopwatch.capture.works.registry import WORKS
from interopwatch.capture.works.work import Evidence, Part, Rule, Work
from interopwatch.errors import CaptureError

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package
    from interopwatch.capture.capture import Capture

LANTERNS: Final = Work(
    id="lanterns",
    titles=("The Lantern Compact",),
    publisher="Harbour Office of the Lagoon",
    kind="official_page",
    evidence=(
        Evidence("title", ("lantern compact",), 2),
        Evidence("heading", ("who keeps a lantern",)),
        Evidence("text", ("keepers",), times=2),
    ),
    enough=3,
    last=("gatherings",),
    owns={
        "formats": ({"format": "lanterns"},),
        "memberships": ({"format": "lanterns"},),
        "provisions": ({"format": "lanterns"},),
        "meetings": ({"format": "lanterns"},),
        "stated_counts": ({"filter": "format=lanterns"},),
    },
    terms=((r"\b(the )?(lantern )?compact\b", "COMPACT"),),
    rules=(
        Rule(
            r"COMPACT [itself] was (agreed|signed) [at {where:name}] in {when:date}",
            "formats",
            {"format": "lanterns", "name": "Lantern Compact", "acronym": "", "parent": "",
             "launched": "{when}", "launch_event": "{where}"},
            whole=True,
        ),
        Rule(
            r"keepers of COMPACT (are|include)[:] {list:list}",
            "memberships",
            {"format": "lanterns", "party": "{party}", "spell": "1", "start": "", "end": "",
             "end_reason": ""},
            each="party", under="who keeps a lantern", whole=True,
        ),
        Rule(
            r"{many:number} keepers",
            "stated_counts",
            {"count": "lantern-keepers", "resource": "memberships", "filter": "format=lanterns",
             "stated": "{many}"},
        ),
        Rule(
            r"^COMPACT (sets out|is) to:$",
            "provisions",
            {"format": "lanterns", "kind": "aim", "position": "{position}"},
            each="item",
        ),
        Rule(
            r"the keepers met in {where:name} in {when:date}",
            "meetings",
            {"format": "lanterns", "meeting": "{where} {when}", "date": "{when}",
             "event": "{where}", "level": "", "status": "held"},
            under="gatherings", whole=True,
        ),
    ),
    parts=(Part("who keeps a lantern", "memberships", {"format": "lanterns"}),),
)  # fmt: skip
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
    said = {entry.passage.text: entry.outcome for entry in page.entries}
    assert said["The compact was signed at Ghent in March 2029."] is Outcome.FACT
    assert said["It sheds light on water, and nobody has to pay for that."] is Outcome.UNKNOWN
    assert said["The boats met in fog."] is Outcome.UNKNOWN
    listed = next(e.passage for e in page.entries if e.passage.text.startswith("The keepers of"))
    assert listed.settled


def test_its_numbers_are_checked_against_its_lists(empty: Package) -> None:
    found = take(empty, ("Four keepers", "Five keepers"))
    assert codes(found) == {"count-disagrees", "count-wrong"}
    (told,) = (f for f in found.findings if f.code == "count-disagrees")
    assert told.message == (
        "the page states 5 memberships with format=lanterns under “Who keeps a lantern”, and 4 "
        "were found (line 1)"
    )
    assert "stated_counts" not in {
        fact.resource
        for page in take(empty, ("Four keepers", "Almost four keepers")).pages
        for entry in page.entries
        for fact in entry.facts
    }


def test_a_name_that_nobody_knows_and_a_part_that_is_missing_are_errors(empty: Package) -> None:
    assert codes(take(empty, ("Iceland, Japan", "Iceland, Ruritania"))) >= {"unknown-party"}
    gone = take(empty, (PAGE[PAGE.index("The keepers of") : PAGE.index("The compact sets")], "\n"))
    assert "part-missing" in codes(gone)
