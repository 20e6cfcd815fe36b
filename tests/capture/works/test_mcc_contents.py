"""The contents list of the capability page: with and without marks, with noise, and renamed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from interopwatch.capture.capture import MOST_PASSAGES
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Block, Document, Kind, Vocabulary
from interopwatch.capture.works.mcc.headings import Headings
from pages import h, li, p, page
from projects_page import AREAS, SECTIONS, bare, codes, errors, parts, rows, take

if TYPE_CHECKING:
    from pages import Part

KITES, THINGS = AREAS
KON, YARD, LOUD, BOX = SECTIONS
NOISE = ("Read more", "Image credit: The site", "A view of the meeting")


def copied(content: list[Part], *, blank: bool) -> str:
    """Return a page as a browser copies it: without bullets and numbers."""
    lines = page(content, updated="6 May 2031").texts("2025")
    return ("\n\n" if blank else "\n").join(lines)


def with_contents(*lines: Part) -> list[Part]:
    """Return the page with a contents list of these lines."""
    content = parts(contents={})
    at = next(i for i, part in enumerate(content) if part.text == KITES)
    return [*content[:at], *lines, *content[at:]]


def renamed(content: list[Part], old: str, new: str) -> list[Part]:
    return [type(x)(x.kind, new, x.level, x.numbered) if x.text == old else x for x in content]


@cache
def tables() -> dict[str, list[dict[str, str]]]:
    """Return the areas and projects of the page, as a package has them."""
    said = take(parts())
    return {
        name: [{"acronym": "", **row} for row in said.rows[name]] for name in ("areas", "projects")
    }


def knowing() -> Vocabulary:
    """Return the vocabulary of a package with the tables of the page."""
    held = tables()
    names = {fold(row["name"]): row["area"] for row in held["areas"]}
    projects = {fold(row["name"]): row["project"] for row in held["projects"]}
    acronyms = {fold(r["acronym"]): r["project"] for r in held["projects"] if r["acronym"]}
    return bare(areas=names, projects={**projects, **acronyms}, rows=held)


# Without bullets and numbers


@pytest.mark.parametrize("blank", [True, False])
def test_a_page_without_bullets_and_numbers(*, blank: bool) -> None:
    for content in (parts(), parts(contents={})):
        said = take(copied(content, blank=blank))
        assert said.rows == take(parts()).rows
        assert not said.findings


def test_a_contents_list_that_is_marked_as_headings_or_as_nothing() -> None:
    for make in (p, lambda text: h(3, text)):
        entries = [x for a, names in AREAS.items() for x in (p(a), *map(make, names))]
        said = take(with_contents(*entries), layout="old")
        assert said.rows == take(parts()).rows
        assert not said.findings


def test_a_known_project_without_a_section_stands_in_a_list_without_marks() -> None:
    contents = {KITES: (KON, "Lost Kites (LK)", YARD), THINGS: AREAS[THINGS]}
    content = parts(contents=contents, tally="Allies have launched 5 projects.")
    said = take(copied(content, blank=False), bare(projects={"lost kites": "lk"}))
    assert codes(said) == ["section-missing"]
    assert ("lk", "2") in rows(said, "projects", "project", "position")


def test_a_contents_list_may_stand_twice() -> None:
    entries = [
        x for a, names in AREAS.items() for x in (p(a), *(li(n, numbered=True) for n in names))
    ]
    said = take(with_contents(*entries, *entries))
    assert said.rows == take(parts()).rows
    assert not said.findings


def test_two_sections_of_one_project_without_marks() -> None:
    content = parts(end="")
    at = content.index(h(3, KON))
    said = take(copied([*content, *content[at : at + 5]], blank=True))
    assert errors(said) == ["duplicate-project"]


# Lines that are no entries


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("layout", ["2025", "2024", "2022", "copied", "old"])
@pytest.mark.parametrize("at", range(7))
def test_a_line_of_noise_in_the_contents_list(noise: str, layout: str, at: int) -> None:
    entries = [
        x for a, names in AREAS.items() for x in (p(a), *(li(n, numbered=True) for n in names))
    ]
    content = with_contents(*entries[:at], p(noise), *entries[at:])
    # After the noise, the numbers of these layouts restart, as they do below an area.
    nothing = [] if layout in {"2025", "2022"} else [bare()]
    page = copied(content, blank=False) if layout == "copied" else content
    every = [take(page, what, layout=layout) for what in (knowing(), *nothing)]
    for said in every:
        assert {row["area"] for row in said.rows["areas"]} == {"kites-and-balloons", "blc-things"}
        of = {row["project"]: row["area"] for row in said.rows["projects"]}
        assert of == {row["project"]: row["area"] for row in tables()["projects"]}
        assert {*codes(said)} <= {"unknown-in-contents"}
    if 0 < at < 6 and layout == "2025":
        assert codes(every[0]) == ["unknown-in-contents"]
        assert not errors(every[0])


def test_a_line_that_may_be_the_area_of_new_projects_is_an_error() -> None:
    # No numbers show that the list goes on, and the project below is not in the tables.
    content = with_contents(p(KITES), li(KON), li(YARD), p("Loud affairs"), li(LOUD), li(BOX))
    said = take([x for x in content if x.text != THINGS], layout="2024")
    assert "unknown-in-contents" in errors(said)


def test_numbers_that_begin_anew_mark_an_area() -> None:
    contents = {KITES: AREAS[KITES], "Loud affairs": AREAS[THINGS]}
    said = take(parts(contents=contents), knowing())
    # The body uses its old name: it is the same.
    assert rows(said, "areas", "area", "name") == rows(take(parts()), "areas", "area", "name")
    assert [(f.code, f.level) for f in said.findings] == [("heading-missing", "warning")]


def test_a_line_above_the_text_of_an_area_is_no_area_of_its_own() -> None:
    content = parts()
    at = content.index(h(2, KITES))
    for layout in ("2025", "old"):
        said = take([*content[:at], h(2, "In brief"), p("All in all, it goes on."), *content[at:]],
                    layout=layout)  # fmt: skip
        assert rows(said, "areas", "area") == [("kites-and-balloons",), ("blc-things",)]


@pytest.mark.parametrize("layout", ["2025", "2024", "2022", "old", "new-site"])
def test_a_page_cut_off_behind_its_contents_list_has_no_sections(layout: str) -> None:
    whole = parts()
    said = take(whole[: whole.index(h(2, KITES))], knowing(), layout=layout)
    fields = ("project", "area", "position")
    assert rows(said, "projects", *fields) == rows(take(parts()), "projects", *fields)
    assert errors(said).count("section-missing") == len(SECTIONS)


@pytest.mark.parametrize("layout", ["old", "new-site"])
@pytest.mark.parametrize("at", [1, 2, 5])
def test_a_marked_line_of_noise_in_the_contents_list_is_no_area(layout: str, at: int) -> None:
    entries = [x for a, names in AREAS.items() for x in (p(a), *map(li, names))]
    content = with_contents(*entries[:at], h(3, "In brief"), *entries[at:])
    for what in (knowing(), bare()):
        said = take(content, what, layout=layout)
        assert rows(said, "areas", "area") == [("kites-and-balloons",), ("blc-things",)]
        assert {*codes(said)} == {"unknown-in-contents"}


@pytest.mark.parametrize("layout", ["2025", "copied", "old"])
def test_the_sections_tell_an_area_that_the_contents_list_calls_otherwise(layout: str) -> None:
    content = parts(contents={"Flying matters": AREAS[KITES], THINGS: AREAS[THINGS]})
    said = take(copied(content, blank=True) if layout == "copied" else content,
                knowing(), layout=layout)  # fmt: skip
    assert said.rows == take(parts()).rows
    assert not errors(said)


# Order and new names


@pytest.mark.parametrize("layout", ["2025", "copied", "old"])
def test_areas_stand_in_the_order_of_the_page(layout: str) -> None:
    turned = {THINGS: AREAS[THINGS], KITES: AREAS[KITES]}
    for contents in (None, {}, {KITES: AREAS[KITES]}):
        content = parts(areas=turned, contents=contents)
        said = take(copied(content, blank=True) if layout == "copied" else content,
                    knowing(), layout=layout)  # fmt: skip
        assert rows(said, "areas", "area", "position") == [
            ("blc-things", "1"), ("kites-and-balloons", "2"),
        ]  # fmt: skip


@pytest.mark.parametrize("layout", ["2025", "copied", "old"])
def test_a_renamed_area_is_the_same_by_its_projects(layout: str) -> None:
    content = renamed(parts(), KITES, "Flying matters")
    said = take(copied(content, blank=True) if layout == "copied" else content,
                knowing(), layout=layout)  # fmt: skip
    assert rows(said, "areas", "area", "name", "position")[0] == (
        "kites-and-balloons", "Flying matters", "1",
    )  # fmt: skip
    assert {row["area"] for row in said.rows["projects"]} == {"kites-and-balloons", "blc-things"}
    assert [(f.code, f.level) for f in said.findings] == [("area-renamed", "warning")]


def test_an_area_that_may_be_renamed_is_asked_about() -> None:
    areas = {"Flying matters": (KON,), THINGS: (YARD, LOUD, BOX)}
    said = take(parts(areas=areas), knowing())
    assert "maybe-renamed" in errors(said)
    assert "kites-and-balloons" in str(said.findings)
    assert not said.lists.get("areas")


def test_a_new_area_beside_all_known_ones_is_new() -> None:
    new = "Boats (BTS)"
    areas = {**AREAS, "Afloat": (new,)}
    sections = {**SECTIONS, new: ("It floats.", "Norway and Poland", "Established.")}
    said = take(parts(sections, areas, tally="It is."), knowing())
    assert rows(said, "areas", "area")[-1] == ("afloat",)
    assert "maybe-renamed" not in codes(said)


@pytest.mark.parametrize("kind", [Kind.PARAGRAPH, Kind.ITEM, Kind.HEADING])
def test_as_many_short_lines_as_a_page_may_have_are_read(kind: Kind) -> None:
    names = [f"Kite {number}" for number in range(MOST_PASSAGES // 2)]
    # Each line was compared with all that follow it, and these with all others: hours.
    texts = [*names, *names[:-1], "Purpose: to fly."]
    blocks = tuple(Block(kind, text, 0, line) for line, text in enumerate(texts, 1))
    found = Headings(Document("page.txt", blocks), Vocabulary({}), "Kites").headings()
    assert found
    assert len(texts) - 1 not in found
