"""Sentences about who joined the Interoperability Platform or left it, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editions import pii
from interopwatch.capture.page.read import read
from interopwatch.capture.works.registry import WORKS, extract
from known import known

if TYPE_CHECKING:
    from interopwatch.capture.model import Extract

LAST = "and the United Arab Emirates."


def take(sentence: str, *, without: str = "") -> Extract:
    """Return the extract of a page with one more sentence below the list of the platform."""
    text = pii(updated="10 Jun. 2031 09:00").text("2025").replace(without, "")
    if without:
        text = text.replace("8 partners", "7 partners").replace("8 selected", "7 selected")
    assert LAST in text
    page = read(text.replace(LAST, f"{LAST}\n\n{sentence}\n").encode(), "page.txt")
    return extract(WORKS["pii"], page, known(), "pii-2031-06-10")


def dated(found: Extract) -> dict[str, tuple[str, str]]:
    """Return by party the start and end of memberships of the platform, if they have any."""
    return {
        row["party"]: (row.get("start", ""), row.get("end", ""))
        for row in found.rows["memberships"]
        if row["format"] == "ip" and (row.get("start") or row.get("end"))
    }


def codes(found: Extract) -> set[str]:
    return {each.code for each in found.findings} - {"part-missing"}  # it is a small page


@pytest.mark.parametrize(
    ("sentence", "begun"),
    [
        ("Armenia joined the Interoperability Platform in May 2029.", {"ARM": ("2029-05", "")}),
        ("In May 2029, Armenia and Austria became members of the Interoperability Platform (IP).",
         {"ARM": ("2029-05", ""), "AUT": ("2029-05", "")}),
        ("Armenia joined in 2028 and Austria in 2029.",
         {"ARM": ("2028", ""), "AUT": ("2029", "")}),
        ("Armenia and Austria joined the IP in 2028 and 2029 respectively.",
         {"ARM": ("2028", ""), "AUT": ("2029", "")}),
        ("Armenia has been a member since 2014.", {"ARM": ("2014", "")}),
        ("Armenia was admitted to the IP on 3 Mar. 2029.", {"ARM": ("2029-03-03", "")}),
    ],
)  # fmt: skip
def test_who_joined_it(sentence: str, begun: dict[str, tuple[str, str]]) -> None:
    found = take(sentence)
    assert dated(found) == begun
    assert codes(found) == set()


@pytest.mark.parametrize(
    ("sentence", "end"),
    [
        ("Armenia left the Interoperability Platform in May 2030.", "2030-05"),
        ("Armenia withdrew from the IP in 2030.", "2030"),
        ("Armenia is no longer a member of the Interoperability Platform.", "../2031-06-10"),
    ],
)
def test_who_left_it(sentence: str, end: str) -> None:
    found = take(sentence, without="Armenia, ")
    assert dated(found) == {"ARM": ("", end)}
    assert codes(found) == set()


def test_what_the_list_contradicts_is_told_and_no_row() -> None:
    left, joined = take("Armenia left the IP in May 2030."), take("Japan joined the IP in 2030.")
    assert codes(left) == codes(joined) == {"party-disagrees"}
    assert dated(left) == dated(joined) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Japan will join the Interoperability Platform in 2032.",
        "Japan has not joined the Interoperability Platform.",
        "Japan applied and joined the IP in 2030.",
        "Japan may have left the IP in 2030.",
        "If Armenia left the IP in 2030, others followed.",
        "Armenia joined the IP by 2030.",
        "By 2030, Armenia had joined the IP.",
        "Armenia joined the Balloon Yard in 2030.",
        "Armenia left in haste in 2030.",
        "“Armenia joined the IP in 2030”, a minister said.",
    ],
)
def test_what_is_not_surely_so_is_not_read(sentence: str) -> None:
    found = take(sentence)
    assert dated(found) == {}
    assert codes(found) == set()


@pytest.mark.parametrize(
    "sentence",
    ["Armenia joined the IP in early 2029.", "In late 2029, Japan was recognised as an EOP."],
)
def test_a_vague_time_is_kept_by_its_year_and_told(sentence: str) -> None:
    found = take(sentence)
    assert [f.level for f in found.findings if f.code == "date-coarse"] == ["notice"]
    assert "2029" in {row.get("start") for row in found.rows["memberships"]}
