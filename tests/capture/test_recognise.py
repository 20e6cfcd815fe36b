"""Which page it is, and of which day."""

from __future__ import annotations

from typing import Final

import pytest

from interopwatch.capture.model import Block, Document, Kind
from interopwatch.capture.page.read import read
from interopwatch.capture.recognise import recognise, scores
from interopwatch.capture.works.registry import WORKS
from interopwatch.errors import CaptureError
from page_lines import marked, page
from source_texts import SOURCES

PII: Final = """Partnership Interoperability Initiative
• Last updated: 05 Sep. 2031 09:30
The Partnership Interoperability Initiative began at the Wales Summit, a fixture tells.
More to do: “Enhanced Opportunities Partners”
Whoever is an Enhanced Opportunities Partner has a fixture written about it.
The room where it happens: the Interoperability Platform
Bodies meet in IP format. The Interoperability Platform is a table with chairs.
The following 2 partners are part of the Interoperability Platform:
Japan and Mongolia."""
MCC: Final = """Multinational capability cooperation
• Updated: 24 July 2025
High Visibility Projects
A High Visibility Project is what three of them have in common.
Participants: Belgium
Purpose: To test.
Status: Established.
Participants: Norway
Purpose: To try.
Status: Established.
Participants: Spain
Purpose: To check.
Status: Established.
How does it work?
First comes a Letter of Intent, then a Memorandum of Understanding."""
ESSAY: Final = f"""{WORKS["essay"].titles[0]}.
A fixture about interoperability standards, joint training and what is neither.
March 09, 2031
Joint training is told of here, and joint training again; interoperability standards too.
ADVERTISEMENT
On defense industrial cooperation one could say more about defense industrial cooperation.
Related Articles
Another fixture.
March 11, 2031"""


@pytest.mark.parametrize(
    ("text", "work", "date"),
    [(PII, "pii", "2031-09-05"), (MCC, "mcc", "2025-07-24"), (ESSAY, "essay", "2031-03-09")],
)
def test_each_work_is_recognised_with_its_day(text: str, work: str, date: str) -> None:
    found = recognise(page(text))
    assert (found.work, found.date, found.source) == (work, date, f"{work}-{date}")
    assert not found.title.endswith(".")
    assert found.title == text.split("\n", maxsplit=1)[0].removesuffix(".")


def test_titles_and_headings_may_be_others() -> None:
    text = PII.replace("Partnership Interoperability Initiative\n", "Working together\n", 1)
    text = text.replace("More to do: “Enhanced Opportunities Partners”", "More to do")
    found = recognise(page(text))
    assert (found.work, found.title) == ("pii", "Working together")


def test_the_name_of_the_site_is_no_part_of_the_title() -> None:
    body = PII.replace("Partnership Interoperability Initiative\n", "", 1)
    declared = "NATO - Topic: Partnership Interoperability Initiative"
    document = marked(body, title=declared)
    assert recognise(document).title == "Partnership Interoperability Initiative"
    plain = {s.work.id: s.points for s in scores(marked(body))}
    assert {s.work.id: s.points for s in scores(document)}["pii"] == plain["pii"] + 3


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("• Last updated: 07 Mar. 2031 16:12", "2031-03-07"),
        ("Last updated : 7 Mar. 2031 16:12", "2031-03-07"),
        ("Updated: 24 July 2031", "2031-07-24"),
        ("UPDATED 24 JULY 2031", "2031-07-24"),
        ("Last updated 24-Jul-2031", "2031-07-24"),
        ("Last updated: 2031-07-24T10:11:12Z", "2031-07-24"),
        ("Last updated: 24/07/2031", "2031-07-24"),
        ("Last updated: 02.03.2031", "2031-03-02"),
        ("Last updated: Thursday, 24 July 2031 at 5:30 pm", "2031-07-24"),
        ("Last modified on 24 July 2031, 17:30 CET", "2031-07-24"),
        ("Updated on July 24, 2031", "2031-07-24"),
        ("Page last updated: 1 Sept. 2031", "2031-09-01"),
        ("24 July 2031", "2031-07-24"),
        ("July 4, 2031", "2031-07-04"),
        ("Published: 4 July 2031", "2031-07-04"),
        ("Published 7 March 2024 – Updated 24 July 2031", "2031-07-24"),
        ("Published: 7 March 2024 (updated 24 July 2031)", "2031-07-24"),
        ("Last updated: 24 July 2031 | Reading time: 5 min", "2031-07-24"),
        ("Reading time: 5 min · 24 July 2031", "2031-07-24"),
        ("Last updated - 24 July 2031 - 10:12 CET", "2031-07-24"),
        ("Content last reviewed: 24 July 2031", "2031-07-24"),
    ],
)
def test_the_day_is_read_in_each_form(line: str, date: str) -> None:
    assert recognise(page(PII.replace("• Last updated: 05 Sep. 2031 09:30", line))).date == date


def test_figures_have_day_and_month_in_the_order_of_the_other_dates_of_the_page() -> None:
    text = PII.replace("• Last updated: 05 Sep. 2031 09:30", "Last updated: 02/03/2031")
    for other, date in (("11 December 2019", "2031-03-02"), ("December 11, 2019", "2031-02-03")):
        assert recognise(page(f"{text}\n\nIt was launched on {other}.")).date == date
    with pytest.raises(CaptureError, match="not a day"):
        recognise(page(text))


def test_the_label_may_stand_on_the_line_before() -> None:
    lines = "Last updated\n24 July 2031"
    found = recognise(page(PII.replace("• Last updated: 05 Sep. 2031 09:30", lines)))
    assert found.date == "2031-07-24"


def test_updated_goes_before_published_and_both_before_a_bare_date() -> None:
    lines = "1 May 2030\nPublished: 2 May 2030\nUpdated: 3 May 2030"
    found = recognise(page(PII.replace("• Last updated: 05 Sep. 2031 09:30", lines)))
    assert found.date == "2030-05-03"


@pytest.mark.parametrize(
    ("stamps", "date"),
    [
        ((("article:published_time", "2030-01-01"), ("dcterms.modified", "2031-07-24T10:00:00Z")),
         "2031-07-24"),
        ((("og:updated_time", "Thu, 24 Jul 2031 10:00:00 GMT"),), "2031-07-24"),
        ((("time", "2031-07-24"),), "2031-07-24"),
    ],
)  # fmt: skip
def test_the_stamps_of_a_page_without_a_date_line_are_its_day(
    stamps: tuple[tuple[str, str], ...], date: str
) -> None:
    text = PII.replace("• Last updated: 05 Sep. 2031 09:30\n", "")
    assert recognise(page(text, stamps=stamps)).date == date
    assert recognise(page(PII, stamps=stamps)).date == "2031-09-05"
    with pytest.raises(CaptureError, match="disagree"):
        recognise(page(text, stamps=(*stamps, (stamps[-1][0], "2031-07-25"))))


def test_dates_in_the_text_and_of_other_articles_are_not_the_day() -> None:
    told = PII.replace("• Last updated: 05 Sep. 2031 09:30\n", "")
    prose = "On 1 June 2020 a fixture was written. " * 8
    with pytest.raises(CaptureError, match="does not say when"):
        recognise(page(told + "\n" + prose))
    assert recognise(page(ESSAY)).date == "2031-03-09"


@pytest.mark.parametrize(
    "line",
    [
        "Last updated: 31 Feb. 2031",
        "Last updated: 32 May 2031",
        "Last updated: May 2031",
        "Last updated: 2031",
        "Last updated: 04/07/2031",
        "Last updated: 12:30 on day 4",
    ],
)
def test_what_is_no_day_is_refused(line: str) -> None:
    text = PII.replace("• Last updated: 05 Sep. 2031 09:30", line)
    with pytest.raises(CaptureError, match=r"not a day that can be read.*line 2") as caught:
        recognise(page(text))
    assert "--date" in caught.value.hint
    assert recognise(page(text), date="2031-05-02").date == "2031-05-02"


def test_days_that_disagree_are_refused() -> None:
    text = f"{PII}\nLast updated: 06 Sep. 2031"
    with pytest.raises(CaptureError, match=r"disagree: 2031-09-05 .*2031-09-06"):
        recognise(page(text))
    assert recognise(page(PII + "\nLast updated: 5 September 2031")).date == "2031-09-05"


@pytest.mark.parametrize("date", ["2031", "2031-02-31", "yesterday", "٢٠٣١-٠١-٠١", "2031-1-1"])
def test_a_given_day_has_to_be_one(date: str) -> None:
    with pytest.raises(CaptureError, match="not the day of an edition"):
        recognise(page(PII), date=date)


def test_a_given_work_needs_no_evidence_but_has_to_be_known() -> None:
    assert recognise(page("Something\nUpdated: 1 May 2031"), work="mcc").work == "mcc"
    with pytest.raises(CaptureError) as caught:
        recognise(page(PII), work="pi")
    assert "essay, mcc, pii" in caught.value.hint


def test_an_unknown_page_is_refused_with_what_was_looked_for() -> None:
    text = """Relations with a fixture
Updated: 3 May 2031
At the Wales Summit it became an Enhanced Opportunities Partner; so it is told."""
    with pytest.raises(CaptureError) as caught:
        recognise(page(text, where="relations.txt"))
    assert caught.value.message.startswith("relations.txt: this is none of the pages")
    assert "pii: 2 of 11 points, 6 needed (found text “enhanced" in caught.value.message
    assert "--work" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "404 – Page not found\nGo home.",
        "Access Denied\nReference #18",
        "Just a moment...\nChecking",
        "Oops!\nWe can’t find the page that you are looking for.",
        "Sign in | A site\nForgot your password?",
        "Before you continue\nWe use cookies.",
        "A site\nWe are undergoing scheduled maintenance.",
        "Redirect\nThis page has moved to a new address.",
    ],
)
def test_an_error_page_is_called_one(text: str) -> None:
    with pytest.raises(CaptureError, match="seems to be an error page"):
        recognise(page(text))


def test_a_page_in_another_language_is_refused_by_name() -> None:
    words = "Le texte de cette page est en une autre langue que celle des règles. " * 9
    with pytest.raises(CaptureError, match="its language as “fr”"):
        recognise(page(words, language="fr"))
    with pytest.raises(CaptureError, match="does not seem to be in English"):
        recognise(page(words))


def test_a_page_that_declares_english_is_not_taken_for_one_in_another_language() -> None:
    links = "".join(f"<li>Partnership Topic {n}</li>" for n in range(90))
    site = f'<!doctype html><html lang="{{}}"><body><ul>{links}</ul>'
    for language, said in (("en", False), ("", True)):
        with pytest.raises(CaptureError) as caught:
            recognise(read(site.format(language).encode(), "page.html"))
        assert ("in English" in caught.value.message) == said


def test_an_empty_page_is_refused() -> None:
    with pytest.raises(CaptureError, match="it has no text"):
        recognise(page(" \n "))


def test_half_a_page_is_refused_unless_it_is_wanted() -> None:
    half = PII[: PII.index("The following 2")].replace("in IP format", "in IP format, in IP format")
    with pytest.raises(CaptureError, match="half of the page pii") as caught:
        recognise(page(half))
    assert "--work pii" in caught.value.hint
    assert recognise(page(half), work="pii").work == "pii"


def test_two_pages_in_one_are_refused() -> None:
    with pytest.raises(CaptureError, match="any of mcc, pii"):
        recognise(page(PII + "\n" + MCC))


def test_noise_is_only_passed_over() -> None:
    noise = tuple(Block(Kind.PARAGRAPH, "0-:" * 5000, line=n) for n in range(50))
    document = Document("noise", noise + page(PII).blocks)
    assert recognise(document, date="2031-01-01").work == "pii"


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
@pytest.mark.parametrize("source", ["pii-2024-03-07", "mcc-2025-03-03", "essay-2025-07-28"])
def test_the_editions_at_hand_are_recognised(source: str) -> None:
    (file,) = SOURCES.glob(f"*_{source[-10:]}.txt")
    assert recognise(page(file.read_text(encoding="utf-8"))).source == source
