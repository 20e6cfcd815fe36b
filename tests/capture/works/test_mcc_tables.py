"""Projects in tables: each row is a section, whatever the form of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from interopwatch.capture.page.read import read
from projects_page import SOURCE, TITLE, bare, errors, extract, rows, take

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TABLED: Final[dict[str, tuple[str, Callable[[Sequence[str]], str]]]] = {
    "plain": ("<td>{0}</td>", ", ".join),
    "paragraphs": ("<td><p>{0}</p></td>", ", ".join),
    "list": ("<td>{0}</td>", lambda names: f"<ul><li>{'<li>'.join(names)}</ul>"),
    "lines": ("<td><div>{0}</div></td>", "<br>".join),
}


LAYOUTS: Final[dict[str, str]] = {
    "cards without colons": "<div><h3>{0}</h3><div><b>Purpose</b> {1}</div>"
    "<div><b>Participants</b> {2}</div><div><b>Status</b> {3}</div></div>",
    "status behind the name": "<h3>{0} <span>{3}</span></h3><p>Purpose: {1}</p>"
    "<p>Participants: {2}</p><p>Status: {3}</p>",
    "definitions": "<h3>{0}</h3><dl><dt>Purpose<dd>{1}<dt>Participants{4}<dt>Status<dd>{3}</dl>",
    "struck out": "<h3>{0}</h3><p>Purpose: {1}</p><p>Participants: <del>Iceland, </del>{2}</p>"
    "<p>Status: {3}</p>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_section_in_another_layout_says_the_same(layout: str) -> None:
    names = ["Norway", "Poland", "Spain"]
    cells = ("Kites (KIT)", "Is good.", ", ".join(names), "Completed", "<dd>" + "<dd>".join(names))
    section = LAYOUTS[layout].format(*cells)
    html = (
        f"<h1>{TITLE}</h1><p>Updated: 6 May 2031</p><h2>High Visibility Projects</h2>"
        "<h2>Kites and balloons</h2><p>What flies on a string needs hands on the ground.</p>"
        f"{section}<h2>How does it work?</h2><p>Ministers sign a paper first.</p>"
    )
    found = extract(read(html.encode(), "page.html"), bare(), SOURCE)
    assert errors(found) == []
    assert rows(found, "projects", "project", "name", "status") == [("kit", "Kites", "completed")]
    assert [row[0] for row in rows(found, "participations", "party")] == ["NOR", "POL", "ESP"]


@pytest.mark.parametrize("layout", TABLED)
def test_a_table_of_projects_says_the_same_as_their_sections(layout: str) -> None:
    cell, listed = TABLED[layout]
    rows_of = [
        ["Project", "Purpose", "Participating countries", "Current status"],
        ["Kite Operations Network (KON)", "It is good.", listed(["Norway", "Poland", "Spain"]),
         "Established. It was launched in May 2029."],
        ["Balloon Yard (Modular BY)", "", listed(["Latvia", "Estonia"]), "Being established."],
    ]  # fmt: skip
    head, *body = rows_of
    html = (
        f"<h1>{TITLE}</h1><p>Updated: 6 May 2031</p><h2>High Visibility Projects</h2>"
        "<h3>Kites and balloons</h3><p>What flies on a string needs hands on the ground.</p>"
        f"<table><thead><tr>{''.join(f'<th>{each}</th>' for each in head)}</thead><tbody>"
        + "".join(f"<tr>{''.join(cell.format(each) for each in row)}</tr>" for row in body)
        + "</tbody></table><h2>How does it work?</h2><p>Ministers sign a paper first.</p>"
    )
    found = extract(read(html.encode(), "page.html"), bare(), SOURCE)
    assert errors(found) == []
    assert rows(found, "projects", "project", "area", "status", "launched") == [
        ("kon", "kites-and-balloons", "established", "2029-05"),
        ("modular-by", "kites-and-balloons", "being-established", ""),
    ]
    assert [row[1] for row in rows(found, "participations", "project", "party")] == [
        "NOR", "POL", "ESP", "LVA", "EST",
    ]  # fmt: skip


def test_a_table_copied_as_text_is_read_and_may_have_a_column_of_areas() -> None:
    lines = [
        TITLE, "Last updated: 6 May 2031", "High Visibility Projects",
        "Area\tProject\tParticipants\tStatus",
        "Kites and balloons\tKite Operations Network (KON)\tNorway and Poland\tEstablished.",
        "\tBalloon Yard (Modular BY)\tLatvia\tBeing established.",
        "Colours\tColour Box (C&B)\tSpain\tCompleted.",
        "How does it work?", "Ministers sign a paper first.",
    ]  # fmt: skip
    found = take("\n".join(lines))
    assert rows(found, "projects", "project", "area") == [
        ("kon", "kites-and-balloons"), ("modular-by", "kites-and-balloons"), ("c-b", "colours"),
    ]  # fmt: skip
    assert errors(found) == []
