"""The essay, as tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from editions import home
from interopwatch.capture.capture import capture
from interopwatch.capture.model import Document, Extract, Vocabulary
from interopwatch.capture.page import read as reading
from interopwatch.capture.works import registry
from interopwatch.package.rewritten import with_rows
from known import known, table, vocabulary
from page_lines import marked
from page_lines import page as lines_of
from pages import SITES, h, p
from pages import page as whole_page
from source_texts import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.package.package import Package
    from pages import Site

extract = partial(registry.extract, registry.WORKS["essay"])
LONG: Final = "A paragraph of a fixture is as long as one of an essay would be, and no longer. " * 4
TITLE: Final = f"{registry.WORKS['essay'].titles[0]}."
FIRST, SECOND = "Heads of sections are sentences.", "They stand alone, with their full stop."
ABOUT: Final = (
    "What another fixture would be about, if it were written one fine day by somebody, {}."
)
FIXTURE: Final = "\n".join(
    (
        TITLE,
        "A fixture says here in short what it goes on to say at length. " * 4,
        "March 09, 2031",
        "Facebook X Reddit",
        LONG,
        LONG,
        FIRST,
        LONG,
        "ADVERTISEMENT",
        "ADVERTISEMENT",
        LONG,
        SECOND,
        LONG,
        "ADVERTISEMENT",
        LONG,
        "Related Articles",
        ABOUT.format("first"),
        "March 11, 2031",
        ABOUT.format("second"),
        "March 09, 2031",
        ABOUT.format("third"),
        "February 01, 2031",
    )
)
SITE: Final = ("Facebook X Reddit", "ADVERTISEMENT")
SOURCE: Final = "essay-2031-03-09"


def page(text: str) -> Document:
    return reading.read(text.encode(), "page.txt")


def read(*changes: tuple[str, str], names: Vocabulary | None = None) -> Extract:
    text = FIXTURE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return extract(page(text), names or vocabulary({}), SOURCE)


def readings(found: Extract) -> list[tuple[str, str]]:
    return [(row["position"], row.get("published", "")) for row in found.rows["readings"]]


def codes(found: Extract, level: str = "error") -> list[str]:
    return [each.code for each in found.findings if each.level == level]


THREE: Final = [("1", "2031-03-11"), ("2", "2031-03-09"), ("3", "2031-02-01")]


def test_readings_are_dates_in_their_order_later_ones_too() -> None:
    found = read()
    assert readings(found) == THREE
    assert all(set(row) == {"source", "position", "published"} for row in found.rows["readings"])
    assert not found.findings


def test_sections_are_told_by_layout() -> None:
    places = [p.locator for p in read().passages]
    assert places == [TITLE] * 5 + [FIRST] * 3 + [SECOND] * 3 + ["Related Articles"] * 7


def test_sections_are_told_by_an_earlier_edition() -> None:
    changes = (f"{SECOND}\n{LONG}", f"{SECOND}\nA short one.")
    assert SECOND not in {p.locator for p in read(changes).passages}
    names = vocabulary({}, locators=(TITLE, FIRST, SECOND))
    assert SECOND in {p.locator for p in read(changes, names=names).passages}


def test_every_block_is_a_passage_in_order_but_for_the_lines_of_the_site() -> None:
    found = read()
    lines = [line.strip() for line in FIXTURE.split("\n") if line not in SITE]
    assert [p.text for p in found.passages] == lines
    settled = {p.text for p in found.passages if p.settled}
    assert settled == {
        TITLE, "March 09, 2031", FIRST, SECOND, "Related Articles", "March 11, 2031",
        "February 01, 2031",
    }  # fmt: skip
    given = {f.key for p in found.passages for f in p.facts if f.resource == "readings"}
    assert given == {(SOURCE, position) for position, _ in THREE}


@pytest.fixture
def worded(root: Path, tmp_path: Path) -> Package:
    """Return a package with an edition of the essay, and our wording of the related articles."""
    made = capture(home(root, tmp_path).package, [reading.read(FIXTURE.encode(), "page.txt")])
    topics = [{**row, "topic": f"Topic {row['position']}"} for row in made.package.rows("readings")]
    return with_rows(made.package, {"readings": topics})


def later(package: Package, *changes: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Return the topics after a later edition, and the codes of its findings."""
    text = FIXTURE
    for old, new in (("March 09, 2031\nFacebook", "May 01, 2031\nFacebook"), *changes):
        assert old in text, old
        text = text.replace(old, new)
    found = capture(package, [reading.read(text.encode(), "page.txt")])
    rows = sorted(found.package.rows("readings"), key=lambda row: row["position"])
    assert {row["source"] for row in rows} == {"essay-2031-05-01"}
    return [row["topic"] for row in rows], [finding.code for finding in found.findings]


def test_our_words_for_related_articles_go_over_to_the_next_edition(worded: Package) -> None:
    assert later(worded) == (["Topic 1", "Topic 2", "Topic 3"], [])


def test_our_words_do_not_go_over_to_another_article(worded: Package) -> None:
    other = (ABOUT.format("second"), ABOUT.format("other"))
    topics = ["Topic 1", "To be worded.", "Topic 3"]
    assert later(worded, other) == (topics, ["needs-words"])
    assert later(worded, ("March 11, 2031", "March 12, 2031"))[0][0] == "To be worded."


def test_our_words_go_along_with_articles_that_move(worded: Package) -> None:
    new = f"Related Articles\n{ABOUT.format('new')}\nMarch 11, 2031\n"
    topics = ["To be worded.", "Topic 1", "Topic 2", "Topic 3"]
    assert later(worded, ("Related Articles\n", new)) == (topics, ["needs-words"])
    first, second = ABOUT.format("first"), ABOUT.format("second")
    swapped = f"{second}\nMarch 09, 2031\n{first}\nMarch 11, 2031"
    was = f"{first}\nMarch 11, 2031\n{second}\nMarch 09, 2031"
    assert later(worded, (was, swapped)) == (["Topic 2", "Topic 1", "Topic 3"], [])


def test_a_list_of_many_articles_is_not_gone_when_it_comes_again(worded: Package) -> None:
    many = "\n".join(f"{ABOUT.format(n)}\nMarch {n}, 2031" for n in range(10, 20))
    more = ("Related Articles\n", f"Related Articles\n{many}\n")
    text = FIXTURE.replace(*more)
    first = capture(worded, [reading.read(text.encode(), "page.txt")]).package
    assert "much-gone" not in later(first, more)[1]
    assert "much-gone" in later(first)[1]


def test_the_descriptions_are_not_carried_over() -> None:
    assert "fixture would be" not in str(read().rows)


def test_a_description_without_its_date_keeps_its_place() -> None:
    found = read(("second.\nMarch 09, 2031\n", "second.\n"))
    assert readings(found) == [("1", "2031-03-11"), ("2", ""), ("3", "2031-02-01")]
    assert codes(found, "warning") == ["readings-unclear"]


def test_titles_before_the_descriptions_are_no_readings_of_their_own() -> None:
    changes = [
        (f"\n{ABOUT.format(word)}", f"\nA title\n{ABOUT.format(word)}")
        for word in ("first", "second", "third")
    ]
    found = read(*changes)
    assert readings(found) == THREE
    assert not found.findings


@pytest.mark.parametrize("line", ["A view of the hall", "Image credit: a fixture", "Read it here"])
def test_what_is_short_beside_one_article_is_none_and_takes_no_date(line: str) -> None:
    for place in (f"{line}\nMarch 09, 2031", f"March 09, 2031\n{line}"):
        found = read(("second.\nMarch 09, 2031", f"second.\n{place}"))
        assert readings(found) == THREE
        assert not found.findings


def test_a_date_above_its_description_is_its_date() -> None:
    lines = FIXTURE.split("\n")
    pairs = zip(lines[16::2], lines[17::2], strict=True)
    text = "\n".join([*lines[:16], *(each for about, day in pairs for each in (day, about))])
    found = extract(page(text), vocabulary({}), SOURCE)
    assert readings(found) == THREE
    assert not found.findings


def test_a_date_that_is_none_is_an_error() -> None:
    found = read(("March 11, 2031", "February 31, 2031"))
    assert readings(found)[0] == ("1", "")
    assert codes(found) == ["not-a-date"]


def test_what_follows_the_last_date_is_no_reading() -> None:
    found = read(("February 01, 2031", "February 01, 2031\n© A fixture"))
    assert readings(found) == THREE
    assert not found.findings
    found = read(("February 01, 2031", f"February 01, 2031\n{ABOUT}"))
    assert readings(found) == THREE
    assert codes(found, "warning") == ["reading-undated"]


def test_an_essay_without_related_articles_says_so() -> None:
    found = extract(page(FIXTURE[: FIXTURE.index("Related")]), vocabulary({}), SOURCE)
    assert "readings" not in found.rows
    assert codes(found, "warning") == ["part-missing"]


def test_half_an_essay_is_an_error() -> None:
    found = extract(page(FIXTURE[: FIXTURE.index(FIRST)]), vocabulary({}), SOURCE)
    assert codes(found) == ["part-missing"]


def test_marks_tell_headings_whatever_their_length() -> None:
    text = "\n".join(line for line in FIXTURE.split("\n") if line not in SITE)
    text = text.replace(TITLE, f"# {TITLE}").replace("Related", "## Related")
    for head in (FIRST, SECOND):
        text = text.replace(head, f"## {head}")
    found = extract(marked(text), vocabulary({}), SOURCE)
    assert [p.locator for p in found.passages] == [p.locator for p in read().passages]
    assert readings(found) == THREE


def test_related_articles_beside_the_text_are_not_lost() -> None:
    whole = page(FIXTURE)
    at = next(n for n, block in enumerate(whole.blocks) if block.text == "Related Articles")
    kept = Document("page.html", whole.blocks[:at], boilerplate=whole.blocks[at:])
    found = extract(kept, vocabulary({}), SOURCE)
    assert readings(found) == THREE
    assert len(found.passages) == len(whole.blocks)


def test_readings_are_owned_and_our_reading_of_the_essay_is_not() -> None:
    assert read().owns == {"readings": ({},)}
    assert set(read().rows) == {"readings"}


@pytest.mark.parametrize("site", SITES)
def test_the_page_itself_gives_what_its_text_gives(site: Site) -> None:
    lines = [line.strip() for line in FIXTURE.split("\n") if line not in SITE]
    heads = {FIRST, SECOND, "Related Articles"}
    parts = [h(1, TITLE), *(h(2, line) if line in heads else p(line) for line in lines[1:])]
    document = reading.read(whole_page(parts).html(site).encode(), "page.html")
    found = extract(document, vocabulary({}), SOURCE)
    assert found.rows == read().rows
    assert {each.locator for each in found.passages} == {each.locator for each in read().passages}


@pytest.mark.parametrize("text", ["", "Related Articles", "July 28, 2025\n" * 50, "x. " * 50_000])
def test_noise_is_no_traceback(text: str) -> None:
    assert "part-missing" in codes(extract(lines_of(text), vocabulary({}), SOURCE))


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
@pytest.mark.parametrize("informed", [True, False], ids=["known", "by-layout"])
def test_the_edition_at_hand_is_the_tables(informed: bool) -> None:  # noqa: FBT001 - a case
    (file,) = SOURCES.glob("*_2025-07-28.txt")
    names = known("essay") if informed else vocabulary({})
    found = extract(page(file.read_text(encoding="utf-8")), names, "essay-2025-07-28")
    assert not found.findings
    wanted = sorted(table("readings"), key=lambda row: int(row["position"]))
    assert [dict(row) for row in found.rows["readings"]] == [
        {name: value for name, value in row.items() if name != "topic"} for row in wanted
    ]
    places = {p.locator for p in found.passages}
    assert {r["locator"] for name in ("themes", "statements") for r in table(name)} <= places
