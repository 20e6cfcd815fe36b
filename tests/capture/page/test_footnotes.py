"""Footnote marks neither hide a name nor become part of one; their notes are reported."""

from __future__ import annotations

import re
from typing import Final

import pytest

from interopwatch.capture.page.read import read
from projects_page import codes, one, rows, take

PHRASES: Final = re.compile(
    r"“(.*?)” carries the footnote mark (\S+), and (?:.* says “(.*)”|no note)"
)


def told(text: str, where: str = "page.txt") -> list[tuple[str, str, str]]:
    """Return each mark that was removed: the words before it, the mark, and its note."""
    found = [PHRASES.search(each.message) for each in read(text.encode(), where).findings]
    return [(each[1], each[2], each[3] or "") for each in found if each]


def blocks(text: str, where: str = "page.txt") -> list[str]:
    return [block.text for block in read(text.encode(), where).blocks]


@pytest.mark.parametrize(
    "mark", ["*", "**", "†", "¹", "¹²", "[1]", " [12]", "1)", " 1)", " *", " †", "²"]
)
def test_a_mark_is_no_part_of_a_name(mark: str) -> None:
    said = take(one(who=f"Norway, Poland{mark}, Spain and Türkiye{mark}"))
    assert rows(said, "participations", "party") == [("NOR",), ("POL",), ("ESP",), ("TUR",)]
    assert codes(said) == ["footnote", "footnote"]


@pytest.mark.parametrize(
    ("mark", "note"),
    [("*", "* "), ("¹", "¹ "), ("[1]", "[1] "), ("1)", "1) "), (" (1)", "(1) "), ("1", "1 "),
     ("[a]", "[a] "), ("1)", "(1) "), ("¹", "1) ")],
)  # fmt: skip
def test_a_mark_points_to_its_note(mark: str, note: str) -> None:
    text = f"Here are Norway{mark} and Spain.\n\nMore of it.\n\n{note}It came in May 2031.\n"
    assert told(text) == [("Here are Norway", mark.strip(), "It came in May 2031.")]
    assert blocks(text) == ["Here are Norway and Spain.", "More of it.", "It came in May 2031."]


@pytest.mark.parametrize(
    "text",
    ["There were three (3) of them.", "It is 5 m² wide.", "Both (see the list 1) went.",
     "A camp of 12 km².", "M3A and C2 fly.", "See annex [b] there.", "On 5 May 2031 it came."],
)  # fmt: skip
def test_what_is_no_mark_stays(text: str) -> None:
    assert told(text) == []
    assert blocks(text) == [text]


def test_the_note_is_read_as_any_sentence_is() -> None:
    said = take(one(who="Norway and Poland*\n\n* Poland joined in May 2030."))
    assert rows(said, "participations", "party", "joined") == [("NOR", ""), ("POL", "2030-05")]


def test_a_note_that_is_no_sentence_is_no_heading() -> None:
    (found,) = told("Norway† is here.\n\n† Observer\n")
    assert found == ("Norway", "†", "Observer")
    assert blocks("Norway† is here.\n\n† Observer\n")[1] == "† Observer"


def test_a_heading_with_a_mark_is_the_heading() -> None:
    said = take(one(name="Kite Operations Network (KON)*"))
    assert rows(said, "projects", "project", "name") == [("kon", "Kite Operations Network")]


def test_marks_in_html_are_raised() -> None:
    page = (
        "<html><body><main><p>Norway<sup>1</sup>, Spain<sup><a href='#n2'>[2]</a></sup> and the "
        "5<sup>th</sup> of 3 m<sup>2</sup>.</p><p><sup>1</sup> It left.</p></main></body></html>"
    )
    assert told(page, "page.html") == [("Norway", "¹", "It left."), ("Spain", "²", "")]
    assert blocks(page, "page.html") == ["Norway, Spain and the 5th of 3 m².", "It left."]


def test_many_marks_are_read_in_a_moment() -> None:
    assert len(told("Norway* " * 5_000)) == 5_000
    assert len(told("Norway*\n* It left.\n" * 8_000)) == 8_000
    assert not told("[" * 100_000)
