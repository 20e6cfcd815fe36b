"""Lines of a site do not change what is extracted, wherever they occur in a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

import projects_page
from initiative_page import FIXTURE
from interopwatch.capture.page.read import read
from interopwatch.capture.works.registry import WORKS, extract
from known import known
from pages import SITES, p, page

if TYPE_CHECKING:
    from interopwatch.capture.model import Extract
    from pages import Site

BLOCK: Final = (
    "MULTIMEDIA ACCOUNT",
    "Create an account",
    "We have sent a confirmation code to your e-mail address. . Enter the code to go on.",
    "Didn’t get a code? Send a new code",
    (
        "The password must have at least nine characters, no spaces, and one symbol, so that no "
        "one who knows you guesses it; do not use a password that you use elsewhere."
    ),
    "Subscribe to our newsletter",
    "Share this page",
)


def said(taken: Extract) -> tuple[object, ...]:
    """Return what is extracted from a page, without line numbers."""
    passages = [(p.locator, p.text, p.facts, p.settled, p.note) for p in taken.passages]
    return taken.rows, passages, [(f.code, f.message) for f in taken.findings]


def initiative(text: str) -> Extract:
    return extract(WORKS["pii"], read(text.encode(), "page.txt"), known("pii"), "pii-2031-09-05")


def test_they_may_stand_before_a_text() -> None:
    before = "\n\n".join(BLOCK)
    assert said(initiative(f"{before}\n\n{FIXTURE}")) == said(initiative(FIXTURE))


@pytest.mark.parametrize("at", range(1, FIXTURE.count("\n")))
def test_they_may_stand_between_any_lines_of_a_text(at: int) -> None:
    lines = FIXTURE.split("\n")
    mixed = "\n".join([*lines[:at], *BLOCK, *lines[at:]])
    assert said(initiative(mixed)) == said(initiative(FIXTURE))


@pytest.mark.parametrize("layout", ["2025", "2022", "old", "new-site"])
def test_they_may_stand_before_and_between_projects(layout: str) -> None:
    parts = projects_page.parts()
    mixed = [*parts[:1], *(each for part in parts[1:] for each in (*map(p, BLOCK), part))]
    plain = projects_page.take(parts, layout=layout)
    assert said(projects_page.take(mixed, layout=layout)) == said(plain)


@pytest.mark.parametrize("site", SITES)
def test_a_heading_of_the_site_is_no_heading_of_the_page(site: Site) -> None:
    whole = page(projects_page.parts(), updated="6 May 2031").html(site)
    top = "".join(
        f"<h{level}>{line}</h{level}>" for level in (1, 2) for line in BLOCK if len(line) < 60
    )
    before, main, after = whole.partition("<h1>")
    between = f"<div>{top}</div>"
    mixed = before + between + main + after.replace("<h3>", between + "<h3>", 3)
    plain, found = (
        projects_page.extract(
            read(html.encode(), "page.html"), projects_page.bare(), "mcc-2031-05-06"
        )
        for html in (whole, mixed)
    )
    assert said(found) == said(plain)


def test_headings_above_the_title_are_not_of_the_page() -> None:
    stranger = (
        "A stranger\n\n" + "Whoever wrote this had nothing to say, and said so at length. " * 4
    )
    found, plain = initiative(f"{stranger}\n\n{FIXTURE}"), initiative(FIXTURE)
    assert found.rows == plain.rows
    assert [p.locator for p in found.passages[-len(plain.passages) :]] == [
        p.locator for p in plain.passages
    ]
